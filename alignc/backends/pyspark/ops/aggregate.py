"""Aggregates of the rows of a group."""

from __future__ import annotations

import ast

from alignc.backends.pyspark.ops.arg import AggregateLowering, Arg, Rows, cast
from alignc.backends.python.build import call, compare, constant, lambda_, method, subscript
from alignc.ir.types import FLOAT64, INT64, NARROW_INTEGERS


def _plain(name: str) -> AggregateLowering:
    return lambda rows: call(f"F.{name}", rows.x.node)


def _sum(rows: Rows) -> ast.expr:
    if rows.x.is_float:
        return call("F.sum", rows.x.as_type(FLOAT64))
    total = call("F.sum", summable(rows.x))
    if rows.x.dtype.name == "Decimal":
        return cast(total, rows.result)
    if rows.x.dtype in NARROW_INTEGERS:
        return total
    return method(total, "try_cast", constant("bigint"))


def summable(value: Arg) -> ast.expr:
    """A value of a type in which no sum overflows, also where only one on the way would."""
    if value.dtype.name == "Decimal":
        return value.node
    if value.dtype in NARROW_INTEGERS:
        return value.as_type(INT64)
    return method(value.node, "cast", constant("decimal(20,0)"))


def _mean(rows: Rows) -> ast.expr:
    """Of integers and decimals by their exact sum: `avg` adds floats, or rounds to a few digits."""
    if rows.x.is_float:
        return call("F.avg", rows.x.as_type(FLOAT64))
    total = method(call("F.sum", summable(rows.x)), "cast", constant("double"))
    return call("F.try_divide", total, call("F.count", rows.x.node))


def _float(name: str) -> AggregateLowering:
    return lambda rows: call(f"F.{name}", rows.x.as_type(FLOAT64))


def _at_the_end(name: str) -> AggregateLowering:
    """The value of the first or the last row that has one."""

    def lower(rows: Rows) -> ast.expr:
        has_value = method(rows.x.node, "isNotNull")
        rank = call("F.when", has_value, rows.rank)
        return call(f"F.{name}", rows.x.node, rank)

    return lower


def _last_k(rows: Rows) -> ast.expr:
    has_value = method(rows.x.node, "isNotNull")
    rank = call("F.when", has_value, rows.rank)
    latest_first = call("F.max_by", rows.x.node, rank, constant(rows.parameter))
    return call("F.reverse", latest_first)


def _percentile(rows: Rows) -> ast.expr:
    if rows.x.is_float:
        return call("percentile", rows.x.as_type(FLOAT64), constant(rows.parameter))
    if rows.parameter == 0.5:
        return call("F.median", rows.x.node)
    return call("F.percentile", rows.x.node, constant(rows.parameter))


def _mode(rows: Rows) -> ast.expr:
    # Of several values the smallest is taken.
    return call("F.mode", rows.x.node, constant(True))


def _concat(rows: Rows) -> ast.expr:
    has_value = method(rows.x.node, "isNotNull")
    row = call(
        "F.struct",
        method(rows.rank, "alias", constant("rank")),
        method(rows.x.node, "alias", constant("text")),
    )
    found = call("F.collect_list", call("F.when", has_value, row))
    in_order = call("F.sort_array", found)
    listed = call("F.transform", in_order, lambda_("row", subscript("row", "text")))
    joined = call("F.array_join", listed, constant(rows.parameter))
    is_there = compare(call("F.count", rows.x.node), ast.Gt(), constant(0))
    return call("F.when", is_there, joined)


NATIVE: dict[str, AggregateLowering] = {
    "count": _plain("count"),
    "count_distinct": _plain("count_distinct"),
    "sum": _sum,
    "mean": _mean,
    "variance": _float("var_samp"),
    "std": _float("stddev_samp"),
    "min": _plain("min"),
    "max": _plain("max"),
    "any": _plain("bool_or"),
    "all": _plain("bool_and"),
    "first": _at_the_end("min_by"),
    "last": _at_the_end("max_by"),
    "last_k": _last_k,
    "percentile": _percentile,
    "mode": _mode,
    "concat": _concat,
}
