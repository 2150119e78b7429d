"""Comparison: Polars has NaN equal to NaN and above all numbers, and text by code point."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import reduce

from alignc.backends.polars.ops.arg import Arg, Lowering
from alignc.backends.python.build import binary, compare, method, sequence
from alignc.ir.types import TIMESTAMP, DType


def _compare(operator: ast.cmpop) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, y = args
        return compare(x.node, operator, y.value)

    return lower


def _is_in(args: Sequence[Arg], result: DType) -> ast.expr:
    x, *values = args
    if x.dtype == TIMESTAMP:
        # `is_in` takes a list of Python values, and there is none for a time.
        tests = [compare(x.node, ast.Eq(), v.node) for v in values]
        return reduce(lambda a, b: binary(a, ast.BitOr(), b), tests)
    return method(x.node, "is_in", sequence([v.value for v in values]))


NATIVE: dict[str, Lowering] = {
    "eq": _compare(ast.Eq()),
    "ne": _compare(ast.NotEq()),
    "lt": _compare(ast.Lt()),
    "le": _compare(ast.LtE()),
    "gt": _compare(ast.Gt()),
    "ge": _compare(ast.GtE()),
    "is_in": _is_in,
}
