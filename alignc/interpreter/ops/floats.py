"""The values of a float that are not numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

from alignc.interpreter.values import Number, Value, null_if_any_is_null


def is_not_nan(x: Number) -> bool:
    return not math.isnan(x)


OPS: dict[str, Callable[..., Value]] = {
    "is_nan": null_if_any_is_null(math.isnan),
    "is_not_nan": null_if_any_is_null(is_not_nan),
    "is_finite": null_if_any_is_null(math.isfinite),
    "is_infinite": null_if_any_is_null(math.isinf),
}
