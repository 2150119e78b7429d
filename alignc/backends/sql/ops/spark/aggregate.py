"""Aggregates, over a window or a group."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.dialect import (
    Dialect,
    case,
    cast,
    function,
    not_null,
    number,
    text,
    try_cast,
)
from alignc.backends.sql.ops.arg import AggregateLowering, Arg, Rows
from alignc.backends.sql.ops.means import exact_mean
from alignc.ir.types import FLOAT64, INT64, NARROW_INTEGERS, decimal


def exact_sum(x: Arg, dialect: Dialect) -> exp.Expr:
    """The sum of integers or decimals in a type that has room for it."""
    is_wide = x.is_integer and x.dtype not in NARROW_INTEGERS
    return exp.Sum(this=cast(x(), decimal(20, 0), dialect) if is_wide else x())


def _sum(rows: Rows, dialect: Dialect) -> exp.Expr:
    if rows.x.is_float:
        return rows.over(exp.Sum(this=rows.x.as_type(FLOAT64, dialect)))
    total = rows.over(exact_sum(rows.x, dialect))
    if rows.x.dtype.name == "Decimal":
        return cast(total, rows.result, dialect)
    return total if rows.x.dtype in NARROW_INTEGERS else try_cast(total, INT64, dialect)


def _float(node: type[exp.Expr]) -> AggregateLowering:
    return lambda rows, dialect: rows.over(node(this=rows.x.as_type(FLOAT64, dialect)))


def _rank(rows: Rows) -> exp.Expr:
    """The place of a row that has a value."""
    return case((not_null(rows.x.operand()), rows.rank.copy()))


def _at_the_end(name: str) -> AggregateLowering:
    """The value of the first or the last row that has one."""
    return lambda rows, dialect: rows.over(function(name, rows.x(), _rank(rows)))


def _last_k(rows: Rows, dialect: Dialect) -> exp.Expr:
    k = rows.parameter
    assert isinstance(k, int)
    return function("REVERSE", rows.over(function("MAX_BY", rows.x(), _rank(rows), number(k))))


def _percentile(rows: Rows, dialect: Dialect) -> exp.Expr:
    share = rows.parameter
    assert isinstance(share, float)
    x = rows.x.as_type(FLOAT64, dialect) if rows.x.is_float else rows.x()
    found = rows.over(function("PERCENTILE", x, number(share)))
    if not rows.x.is_float:
        return found
    # NaN comes of infinities, too; a sum of the neighbours has only that of NaN and of both signs.
    values = function("SORT_ARRAY", rows.over(function("COLLECT_LIST", x.copy())))
    last = exp.Paren(this=exp.Sub(this=rows.over(exp.Count(this=x.copy())), expression=number(1)))
    position = exp.Mul(this=cast(number(share), FLOAT64, dialect), expression=last)
    low, high = (
        function("GET", values.copy(), exp.Cast(this=side(this=position.copy()), to=_INT.copy()))
        for side in (exp.Floor, exp.Ceil)
    )
    is_nan = exp.EQ(this=found, expression=cast(text("NaN"), FLOAT64, dialect))
    return case((is_nan, exp.Add(this=low, expression=high)), otherwise=found.copy())


_INT = exp.DataType.build("INT")


def _mode(rows: Rows, dialect: Dialect) -> exp.Expr:
    # Of several values the smallest is taken.
    return rows.over(function("MODE", rows.x(), exp.Boolean(this=True)))


def _concat(rows: Rows, dialect: Dialect) -> exp.Expr:
    assert isinstance(rows.parameter, str)
    # LISTAGG ... WITHIN GROUP ends with an error of Spark's own beside a count of distinct values.
    row = function("NAMED_STRUCT", text("rank"), rows.rank.copy(), text("text"), rows.x())
    with_text = case((not_null(rows.x.operand()), row))
    in_order = function("SORT_ARRAY", rows.over(function("COLLECT_LIST", with_text)))
    name = exp.to_identifier("row")
    member = exp.Dot(this=name, expression=exp.to_identifier("text"))
    texts = function("TRANSFORM", in_order, exp.Lambda(this=member, expressions=[name.copy()]))
    joined = function("ARRAY_JOIN", texts, text(rows.parameter))
    some = exp.GT(this=rows.over(exp.Count(this=rows.x())), expression=number(0))
    return case((some, joined))


NATIVE: dict[str, AggregateLowering] = {
    "sum": _sum,
    "mean": exact_mean(exact_sum),
    "variance": _float(exp.Variance),
    "std": _float(exp.StddevSamp),
    "first": _at_the_end("MIN_BY"),
    "last": _at_the_end("MAX_BY"),
    "last_k": _last_k,
    "percentile": _percentile,
    "mode": _mode,
    "concat": _concat,
}
