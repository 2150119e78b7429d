"""Places on the Earth."""

from __future__ import annotations

import math

from alignc.ir.ops.spec import NUMBER, Example, OpSpec, Param, fixed
from alignc.ir.types import FLOAT32, FLOAT64, INT64

# The mean radius of the Earth in metres (IUGG, R1 of WGS 84).
MEAN_RADIUS = 6_371_008.8

_NAN, _INF = math.nan, math.inf

OPS = (
    OpSpec(
        name="haversine_distance",
        params=tuple(Param(name, NUMBER) for name in ("lon1", "lat1", "lon2", "lat2")),
        returns=fixed(FLOAT64),
        doc="The distance in metres along the surface of a sphere with the Earth's mean radius, "
        "6371008.8 m, between two places given in degrees; null where a longitude is not from -180 to 180 "
        "or a latitude not from -90 to 90.",
        examples=(
            Example((10.75, 59.91, 10.75, 59.91), 0.0),
            Example((0.0, 0.0, 90.0, 0.0), MEAN_RADIUS * math.pi / 2),
            Example((0, -90, 0, 90), MEAN_RADIUS * math.pi),
            Example((0.0, 0.0, 180.0, 0.0), MEAN_RADIUS * math.pi),
            Example((179.5, 0.0, -179.5, 0.0), MEAN_RADIUS * math.pi / 180),
            Example((20.0, 30.0, -160.0, -30.0), MEAN_RADIUS * math.pi),
            Example((-0.1278, 51.5074, 2.3522, 48.8566), 343556.534880883),
            Example((0, 0, 0, 1), MEAN_RADIUS * math.pi / 180, (FLOAT32, FLOAT64, INT64, FLOAT64)),
            Example((180.5, 0.0, 0.0, 0.0), None),
            Example((0.0, 90.5, 0.0, 0.0), None),
            Example((0.0, 0.0, _NAN, 0.0), None),
            Example((0.0, 0.0, 0.0, -_INF), None),
            Example((None, 0.0, 0.0, 0.0), None, (FLOAT64,) * 4),
        ),
    ),
)
