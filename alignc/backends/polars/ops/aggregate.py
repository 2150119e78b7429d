"""Aggregates of the rows of a window."""

from __future__ import annotations

import ast

from alignc.backends.polars.ops.arg import AggregateLowering, Arg, cast
from alignc.backends.python.build import call, compare, constant, dotted, method
from alignc.ir.types import FLOAT64, INT64, NARROW_INTEGERS, DType


def _count(x: Arg, result: DType) -> ast.expr:
    return cast(method(x.node, "count"), INT64)


def _sum(x: Arg, result: DType) -> ast.expr:
    if x.is_float:
        total = _afresh(x.as_type(FLOAT64), "sum")
    elif x.dtype in NARROW_INTEGERS:
        total = method(cast(x.node, INT64), "sum")
    else:
        wide = method(x.node, "cast", dotted("pl.Int128"))
        total = cast(method(wide, "sum"), INT64, strict=False)
    # The sum of nothing is null, Polars says 0.
    has_values = compare(method(x.node, "count"), ast.Gt(), constant(0))
    return method(call("pl.when", has_values), "then", total)


def _afresh(values: ast.expr, name: str) -> ast.expr:
    """An aggregate of each window by itself.

    From window to window Polars adds and subtracts, so that a large value leaves its rounding behind.
    """
    return method(method(values, "implode"), f"list.{name}")


def _mean(x: Arg, result: DType) -> ast.expr:
    if x.dtype in NARROW_INTEGERS:
        # Sums of these are exact.
        return method(x.node, "mean")
    return _afresh(x.as_type(FLOAT64), "mean")


def _float(name: str) -> AggregateLowering:
    def lower(x: Arg, result: DType) -> ast.expr:
        return method(x.node if x.is_integer else x.as_type(FLOAT64), name)

    return lower


def _min(x: Arg, result: DType) -> ast.expr:
    return method(x.node, "min")


def _max(x: Arg, result: DType) -> ast.expr:
    # Polars' max leaves NaN out; it is above every number.
    return method(x.node, "nan_max" if x.is_float else "max")


NATIVE: dict[str, AggregateLowering] = {
    "count": _count,
    "sum": _sum,
    "mean": _mean,
    "variance": _float("var"),
    "std": _float("std"),
    "min": _min,
    "max": _max,
}
