"""Places on the Earth."""

from __future__ import annotations

import math
from collections.abc import Callable

from alignc.interpreter.values import Number, Value, null_if_any_is_null

_MEAN_RADIUS = 6_371_008.8


def haversine_distance(*degrees: Number) -> float | None:
    lon1, lat1, lon2, lat2 = map(float, degrees)
    on_earth = all(-180 <= lon <= 180 for lon in (lon1, lon2))
    if not on_earth or not all(-90 <= lat <= 90 for lat in (lat1, lat2)):
        return None
    across = math.radians(lon2 - lon1)
    along = math.radians(lat2 - lat1)
    near, far = math.cos(math.radians(lat1)), math.cos(math.radians(lat2))
    square = math.sin(along / 2) ** 2 + near * far * math.sin(across / 2) ** 2
    return 2 * _MEAN_RADIUS * math.asin(min(1.0, math.sqrt(square)))


OPS: dict[str, Callable[..., Value]] = {
    "haversine_distance": null_if_any_is_null(haversine_distance),
}
