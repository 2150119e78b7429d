"""Comparison: Spark has NaN equal to NaN and above all numbers, and text by code point."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering
from alignc.backends.python.build import call, compare, constant, method
from alignc.ir.types import DType


def _compare(operator: ast.cmpop) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, y = args
        return compare(x.node, operator, y.value)

    return lower


def _is_in(args: Sequence[Arg], result: DType) -> ast.expr:
    x, *values = args
    if not values:
        there = method(x.node, "isNotNull")
        return call("F.when", there, call("F.lit", constant(False)))
    return method(x.node, "isin", *(v.value for v in values))


def _is_between(args: Sequence[Arg], result: DType) -> ast.expr:
    x, lower, upper = args
    return method(x.node, "between", lower.value, upper.value)


def _choose(first: ast.cmpop, second: ast.cmpop) -> Lowering:
    """`x` or `y`, by how they compare; `F.least` would leave a null out."""

    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, y = args
        chosen = call("F.when", compare(x.node, first, y.value), x.as_type(result))
        return method(chosen, "when", compare(x.node, second, y.value), y.as_type(result))

    return lower


def _clip(args: Sequence[Arg], result: DType) -> ast.expr:
    x, lower, upper = args
    chosen = call("F.when", compare(x.node, ast.Lt(), lower.value), lower.as_type(result))
    above = compare(x.node, ast.Gt(), upper.value)
    return method(
        method(chosen, "when", above, upper.as_type(result)), "otherwise", x.as_type(result)
    )


NATIVE: dict[str, Lowering] = {
    "eq": _compare(ast.Eq()),
    "ne": _compare(ast.NotEq()),
    "lt": _compare(ast.Lt()),
    "le": _compare(ast.LtE()),
    "gt": _compare(ast.Gt()),
    "ge": _compare(ast.GtE()),
    "is_in": _is_in,
    "is_between": _is_between,
    "least": _choose(ast.LtE(), ast.Gt()),
    "greatest": _choose(ast.GtE(), ast.Lt()),
    "clip": _clip,
}
