"""Comparison: Polars has NaN equal to NaN and above all numbers, and text by code point."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import reduce

from alignc.backends.polars.ops.arg import Arg, Lowering
from alignc.backends.python.build import (
    binary,
    call,
    compare,
    constant,
    method,
    sequence,
    written,
)
from alignc.ir.expr import Literal
from alignc.ir.types import FLOAT64, TIMESTAMP, DType


def _compare(operator: ast.cmpop) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, y = args
        return compare(x.node, operator, y.value)

    return lower


def _is_in(args: Sequence[Arg], result: DType) -> ast.expr:
    x, *values = args
    if x.dtype == TIMESTAMP and values:
        # `is_in` takes a list of Python values, and there is none for a time.
        tests = [compare(x.node, ast.Eq(), v.node) for v in values]
        return reduce(lambda a, b: binary(a, ast.BitOr(), b), tests)
    if any(v.dtype.name == "Decimal" for v in values):
        exact = [v.expr for v in values if isinstance(v.expr, Literal)]
        return method(x.node, "is_in", sequence([n for e in exact if (n := written(e))]))
    if not any(a.is_float for a in args):
        return method(x.node, "is_in", sequence([v.value for v in values]))
    # Polars compares no integers with floats here.
    numbers = [v.constant for v in values if isinstance(v.constant, int | float)]
    return method(x.as_type(FLOAT64), "is_in", sequence([constant(float(n)) for n in numbers]))


def _is_between(args: Sequence[Arg], result: DType) -> ast.expr:
    x, lower, upper = args
    return method(x.node, "is_between", lower.node, upper.node)


def _choose(first: ast.cmpop, second: ast.cmpop) -> Lowering:
    """`x` or `y`, by how they compare; `pl.min_horizontal` would leave nulls and NaN out."""

    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, y = args
        chosen = call("pl.when", compare(x.node, first, y.value))
        chosen = method(chosen, "then", x.as_type(result))
        chosen = method(chosen, "when", compare(x.node, second, y.value))
        return method(chosen, "then", y.as_type(result))

    return lower


def _clip(args: Sequence[Arg], result: DType) -> ast.expr:
    x, lower, upper = args
    chosen = call("pl.when", compare(x.node, ast.Lt(), lower.value))
    chosen = method(chosen, "then", lower.as_type(result))
    chosen = method(chosen, "when", compare(x.node, ast.Gt(), upper.value))
    return method(method(chosen, "then", upper.as_type(result)), "otherwise", x.as_type(result))


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
