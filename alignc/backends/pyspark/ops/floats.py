"""The values of a float that are not numbers, by comparison: `F.isnan` of a null is false."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering
from alignc.backends.python.build import call, compare, constant
from alignc.ir.types import FLOAT64, DType

_INFINITY = float("inf")


# NaN is above infinity.
def _nan(operator: ast.cmpop) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        return compare(args[0].as_type(FLOAT64), operator, constant(_INFINITY))

    return lower


def _infinity(operator: ast.cmpop) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        return compare(call("F.abs", args[0].as_type(FLOAT64)), operator, constant(_INFINITY))

    return lower


NATIVE: dict[str, Lowering] = {
    "is_nan": _nan(ast.Gt()),
    "is_not_nan": _nan(ast.LtE()),
    "is_finite": _infinity(ast.Lt()),
    "is_infinite": _infinity(ast.Eq()),
}
