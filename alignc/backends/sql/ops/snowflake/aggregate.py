"""Aggregates, over a window or a group."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, function, not_null, number
from alignc.backends.sql.ops.aggregate import listed, of_floats, of_some, percentile_within
from alignc.backends.sql.ops.arg import AggregateLowering, Rows
from alignc.backends.sql.ops.means import exact_mean, plain_sum
from alignc.backends.sql.ops.snowflake.numbers import fitting
from alignc.ir.types import BOOL, INT64, NARROW_INTEGERS, is_decimal


def _count_distinct(rows: Rows, dialect: Dialect) -> exp.Expr:
    # The two zeros are one.
    x = exp.Add(this=rows.x.operand(), expression=number(0)) if rows.x.is_float else rows.x()
    return rows.over(exp.Count(this=exp.Distinct(expressions=[x])))


def _sum(rows: Rows, dialect: Dialect) -> exp.Expr:
    total = rows.over(exp.Sum(this=rows.x()))
    if is_decimal(rows.x.dtype):
        return cast(total, rows.result, dialect)
    is_whole = rows.x.is_integer and rows.x.dtype not in NARROW_INTEGERS
    # A sum has 38 digits.
    return fitting(total) if is_whole or rows.x.dtype.name == "Duration" else total


def _extreme(node: type[exp.Expr]) -> AggregateLowering:
    def lower(rows: Rows, dialect: Dialect) -> exp.Expr:
        if rows.x.dtype != BOOL:
            return rows.over(node(this=rows.x()))
        found = rows.over(node(this=cast(rows.x(), INT64, dialect)))
        return exp.EQ(this=found, expression=number(1))

    return lower


def _named(name: str) -> AggregateLowering:
    return lambda rows, dialect: rows.over(function(name, rows.x()))


def _at_the_end(name: str) -> AggregateLowering:
    """The value of the first or the last row that has one: rows without a place are left out."""

    def lower(rows: Rows, dialect: Dialect) -> exp.Expr:
        place = case((not_null(rows.x.operand()), rows.rank.copy()))
        return rows.over(function(name, rows.x(), place))

    return lower


def _concat(rows: Rows, dialect: Dialect) -> exp.Expr:
    assert isinstance(rows.parameter, str)
    # Of no texts it would make an empty one.
    return of_some(rows, listed(rows, rows.x(), rows.parameter))


NATIVE: dict[str, AggregateLowering] = {
    "count": lambda rows, dialect: rows.over(exp.Count(this=rows.x())),
    "count_distinct": _count_distinct,
    "sum": _sum,
    "mean": exact_mean(plain_sum),
    "variance": of_floats("VAR_SAMP"),
    "std": of_floats("STDDEV_SAMP"),
    "min": _extreme(exp.Min),
    "max": _extreme(exp.Max),
    "any": _named("BOOLOR_AGG"),
    "all": _named("BOOLAND_AGG"),
    "first": _at_the_end("MIN_BY"),
    "last": _at_the_end("MAX_BY"),
    "percentile": percentile_within,
    "concat": _concat,
}
