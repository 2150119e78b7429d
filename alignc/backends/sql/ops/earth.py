"""Places on the Earth."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, divide, function, number
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.bounds import is_constant_within
from alignc.ir.ops.earth import MEAN_RADIUS
from alignc.ir.types import FLOAT64, DType


def great_circle(
    args: Sequence[Arg],
    haversine: Callable[[Arg, Arg], exp.Expr],
    cosine: Callable[[Arg], exp.Expr],
    one: exp.Expr,
) -> exp.Expr:
    """The metres between two places, null where one is none.

    `haversine` is that of the angle between two degrees, `cosine` that of degrees.
    """
    lon1, lat1, lon2, lat2 = args
    shrunk = exp.Mul(
        this=exp.Mul(this=cosine(lat1), expression=cosine(lat2)), expression=haversine(lon1, lon2)
    )
    square = exp.Add(this=haversine(lat1, lat2), expression=shrunk)
    # Rounding may leave a little more than 1 between opposite places.
    half = function("LEAST", one, exp.Sqrt(this=square))
    distance = exp.Mul(this=number(2 * MEAN_RADIUS), expression=function("ASIN", half))
    bounds = [(x, 180) for x in (lon1, lon2)] + [(x, 90) for x in (lat1, lat2)]
    conditions: list[exp.Expr] = [
        exp.Between(this=x.operand(), low=number(-most), high=number(most))
        for x, most in bounds
        if not is_constant_within(x.expr, -most, most)
    ]
    if not conditions:
        return distance
    return case(
        (functools.reduce(lambda a, b: exp.And(this=a, expression=b), conditions), distance)
    )


def _haversine_distance(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    def degrees(x: Arg) -> exp.Expr:
        return x() if x.is_constant else x.as_type(FLOAT64, dialect)

    def haversine(x: Arg, y: Arg) -> exp.Expr:
        angle = function("RADIANS", exp.Sub(this=degrees(y), expression=degrees(x)))
        return exp.Pow(
            this=function("SIN", divide(angle, number(2), dialect)), expression=number(2)
        )

    def cosine(x: Arg) -> exp.Expr:
        return function("COS", function("RADIANS", degrees(x)))

    return great_circle(args, haversine, cosine, number(1))


NATIVE: dict[str, Lowering] = {"haversine_distance": _haversine_distance}
