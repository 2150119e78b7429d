"""Aggregates of the rows of a window or a group."""

from __future__ import annotations

import ast

from alignc.backends.polars.ops.arg import AggregateLowering, Arg, Rows, cast
from alignc.backends.python.build import binary, call, compare, constant, dotted, method
from alignc.ir.types import FLOAT64, INT64, NARROW_INTEGERS


def _count(rows: Rows) -> ast.expr:
    return cast(method(rows.x.node, "count"), INT64)


def _count_distinct(rows: Rows) -> ast.expr:
    return cast(method(method(rows.x.node, "drop_nulls"), "n_unique"), INT64)


def _sum(rows: Rows) -> ast.expr:
    x = rows.x
    if x.is_float:
        total = method(x.as_type(FLOAT64), "sum")
    elif x.is_integer and x.dtype not in NARROW_INTEGERS:
        total = cast(_exact_sum(x), INT64, strict=False)
    else:
        total = _exact_sum(x)
    return _if_any(x, total)


def _exact_sum(x: Arg) -> ast.expr:
    if x.dtype.name == "Decimal":
        return method(x.node, "sum")
    if x.dtype in NARROW_INTEGERS:
        return method(cast(x.node, INT64), "sum")
    return method(method(x.node, "cast", dotted("pl.Int128")), "sum")


def _if_any(x: Arg, total: ast.expr) -> ast.expr:
    """Null for nothing, of which Polars makes 0, an empty text or an empty list."""
    has_values = compare(method(x.node, "count"), ast.Gt(), constant(0))
    return method(call("pl.when", has_values), "then", total)


def _mean(rows: Rows) -> ast.expr:
    x = rows.x
    # Sums of narrow integers are exact.
    if x.is_float or x.dtype in NARROW_INTEGERS:
        return method(x.as_type(FLOAT64) if x.is_float else x.node, "mean")
    total = cast(_exact_sum(x), FLOAT64)
    return _if_any(x, binary(total, ast.Div(), method(x.node, "count")))


def _float(name: str) -> AggregateLowering:
    def lower(rows: Rows) -> ast.expr:
        return method(_number(rows.x), name)

    return lower


def _number(x: Arg) -> ast.expr:
    return x.node if x.is_integer else x.as_type(FLOAT64)


def _plain(name: str) -> AggregateLowering:
    return lambda rows: method(rows.x.node, name)


def _max(rows: Rows) -> ast.expr:
    # Polars' max leaves NaN out; it is above every number.
    return method(rows.x.node, "nan_max" if rows.x.is_float else "max")


def _of_present(name: str) -> AggregateLowering:
    return lambda rows: method(method(rows.x.node, "drop_nulls"), name)


def _last_k(rows: Rows) -> ast.expr:
    latest = method(method(rows.x.node, "drop_nulls"), "tail", constant(rows.parameter))
    return _if_any(rows.x, method(latest, "implode"))


def _percentile(rows: Rows) -> ast.expr:
    x, share = _number(rows.x), constant(rows.parameter)
    if rows.x.is_float:
        return call("percentile", x, share)
    if rows.parameter == 0.5:
        return method(x, "median")
    return method(x, "quantile", share, constant("linear"))


def _mode(rows: Rows) -> ast.expr:
    return method(method(method(rows.x.node, "drop_nulls"), "mode"), "min")


def _concat(rows: Rows) -> ast.expr:
    return _if_any(rows.x, method(rows.x.node, "str.join", constant(rows.parameter)))


NATIVE: dict[str, AggregateLowering] = {
    "count": _count,
    "count_distinct": _count_distinct,
    "sum": _sum,
    "mean": _mean,
    "variance": _float("var"),
    "std": _float("std"),
    "min": _plain("min"),
    "max": _max,
    # The greatest of booleans; unlike `any`, null for nothing.
    "any": _plain("max"),
    "all": _plain("min"),
    "first": _of_present("first"),
    "last": _of_present("last"),
    "last_k": _last_k,
    "percentile": _percentile,
    "mode": _mode,
    "concat": _concat,
}
