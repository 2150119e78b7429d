"""Places on the Earth."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering
from alignc.backends.python.build import all_of, binary, call, constant, method
from alignc.ir.bounds import is_constant_within
from alignc.ir.ops.earth import MEAN_RADIUS
from alignc.ir.types import FLOAT64, DType


def _haversine_distance(args: Sequence[Arg], result: DType) -> ast.expr:
    lon1, lat1, lon2, lat2 = args

    def haversine(x: Arg, y: Arg) -> ast.expr:
        difference = binary(_degrees(y), ast.Sub(), _degrees(x))
        if x.is_constant and y.is_constant:
            difference = binary(y.as_type(FLOAT64), ast.Sub(), x.as_type(FLOAT64))
        angle = call("F.radians", difference)
        sine = call("F.sin", binary(angle, ast.Div(), constant(2)))
        return call("F.pow", sine, constant(2))

    def cosine(x: Arg) -> ast.expr:
        return call("F.cos", call("F.radians", x.as_type(FLOAT64)))

    shrunk = binary(
        binary(cosine(lat1), ast.Mult(), cosine(lat2)), ast.Mult(), haversine(lon1, lon2)
    )
    square = binary(haversine(lat1, lat2), ast.Add(), shrunk)
    # Rounding may leave a little more than 1 between opposite places.
    half = call("F.least", call("F.lit", constant(1.0)), call("F.sqrt", square))
    bounds = [(x, 180) for x in (lon1, lon2)] + [(x, 90) for x in (lat1, lat2)]
    conditions = [
        method(x.node, "between", constant(-most), constant(most))
        for x, most in bounds
        if not is_constant_within(x.expr, -most, most)
    ]
    distance = binary(constant(2 * MEAN_RADIUS), ast.Mult(), call("F.asin", half))
    if not conditions:
        return distance
    return call("F.when", all_of(conditions), distance)


def _degrees(x: Arg) -> ast.expr:
    return x.value if x.is_constant else x.as_type(FLOAT64)


NATIVE: dict[str, Lowering] = {"haversine_distance": _haversine_distance}
