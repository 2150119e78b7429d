"""Places on the Earth."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering
from alignc.backends.python.build import all_of, binary, call, constant, method
from alignc.ir.bounds import is_constant_within
from alignc.ir.ops.earth import MEAN_RADIUS
from alignc.ir.types import FLOAT64, DType


def _haversine_distance(args: Sequence[Arg], result: DType) -> ast.expr:
    lon1, lat1, lon2, lat2 = args

    def haversine(x: Arg, y: Arg) -> ast.expr:
        left = x.node if x.is_constant and y.is_constant else _degrees(x)
        angle = method(binary(_degrees(y), ast.Sub(), left), "radians")
        return _squared(method(binary(angle, ast.Div(), constant(2)), "sin"))

    def cosine(x: Arg) -> ast.expr:
        return method(method(x.as_type(FLOAT64), "radians"), "cos")

    shrunk = binary(
        binary(cosine(lat1), ast.Mult(), cosine(lat2)), ast.Mult(), haversine(lon1, lon2)
    )
    # Rounding may leave a little more than 1 between opposite places.
    square = method(
        binary(haversine(lat1, lat2), ast.Add(), shrunk), "clip", upper_bound=constant(1)
    )
    half = method(method(square, "sqrt"), "arcsin")
    bounds = [(x, 180) for x in (lon1, lon2)] + [(x, 90) for x in (lat1, lat2)]
    conditions = [
        method(x.node, "is_between", constant(-most), constant(most))
        for x, most in bounds
        if not is_constant_within(x.expr, -most, most)
    ]
    distance = binary(constant(2 * MEAN_RADIUS), ast.Mult(), half)
    if not conditions:
        return distance
    return method(call("pl.when", all_of(conditions)), "then", distance)


def _degrees(x: Arg) -> ast.expr:
    return x.value if x.is_constant else x.as_type(FLOAT64)


def _squared(node: ast.expr) -> ast.expr:
    return binary(node, ast.Pow(), constant(2))


NATIVE: dict[str, Lowering] = {"haversine_distance": _haversine_distance}
