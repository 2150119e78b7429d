"""Aggregates, over a window or a group."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, function, number, text
from alignc.backends.sql.ops.aggregate import listed, of_floats, of_some, percentile_within
from alignc.backends.sql.ops.arg import AggregateLowering, Rows
from alignc.backends.sql.ops.comparison import partition_key, told_apart
from alignc.backends.sql.ops.functions import special
from alignc.backends.sql.ops.means import exact_mean, plain_sum
from alignc.backends.sql.ops.nan import is_number
from alignc.backends.sql.ops.redshift.numbers import fitting
from alignc.ir.types import BOOL, INT64, NARROW_INTEGERS, STRING, is_decimal


def _count_distinct(rows: Rows, dialect: Dialect) -> exp.Expr:
    x = told_apart(rows.x(), rows.x.dtype, dialect)
    return rows.over(exp.Count(this=exp.Distinct(expressions=[x])))


def _sum(rows: Rows, dialect: Dialect) -> exp.Expr:
    total = rows.over(exp.Sum(this=rows.x()))
    if rows.x.is_float:
        return total
    if is_decimal(rows.x.dtype):
        return cast(total, rows.result, dialect)
    # A sum of 64 bits has 38 digits.
    is_narrow = rows.x.dtype in NARROW_INTEGERS
    return cast(total, INT64, dialect) if is_narrow else fitting(total, dialect)


def _extreme(node: type[exp.Expr]) -> AggregateLowering:
    def lower(rows: Rows, dialect: Dialect) -> exp.Expr:
        if rows.x.dtype == BOOL:
            whole = case((rows.x(), number(1)), (exp.Not(this=rows.x.operand()), number(0)))
            return exp.EQ(this=rows.over(node(this=whole)), expression=number(1))
        if rows.x.dtype == STRING:
            found = rows.over(node(this=partition_key(rows.x(), STRING, dialect)))
            length = exp.Sub(this=function("LEN", found), expression=number(1))
            # Without the sign that was put behind it.
            return function("LEFT", found.copy(), length)
        if not rows.x.is_float:
            return rows.over(node(this=rows.x()))
        numbers = case((is_number(rows.x(), dialect), rows.x()))
        found = rows.over(node(this=numbers))
        all_rows, some_rows = (rows.over(exp.Count(this=x)) for x in (rows.x(), numbers.copy()))
        # NaN is above every number.
        has_nan: exp.Expr = exp.GT(this=all_rows, expression=some_rows)
        if node is exp.Min:
            has_nan = exp.And(
                this=has_nan,
                expression=exp.EQ(this=some_rows.copy(), expression=number(0)),
            )
        return case((has_nan, special("NaN", dialect)), otherwise=found)

    return lower


def _concat(rows: Rows, dialect: Dialect) -> exp.Expr:
    """LISTAGG leaves empty texts out: each text has the separator before it, and the first is cut off."""
    separator = rows.parameter
    assert isinstance(separator, str)
    if not separator:
        return of_some(rows, exp.Coalesce(this=listed(rows, rows.x(), ""), expressions=[text("")]))
    texts = exp.DPipe(this=text(separator), expression=rows.x.operand())
    joined = function("SUBSTRING", listed(rows, texts, ""), number(len(separator) + 1))
    return of_some(rows, joined)


def _named(name: str) -> AggregateLowering:
    return lambda rows, dialect: rows.over(function(name, rows.x()))


NATIVE: dict[str, AggregateLowering] = {
    "count": lambda rows, dialect: rows.over(exp.Count(this=rows.x())),
    "count_distinct": _count_distinct,
    "sum": _sum,
    "mean": exact_mean(plain_sum),
    "variance": of_floats("VAR_SAMP"),
    "std": of_floats("STDDEV_SAMP"),
    "min": _extreme(exp.Min),
    "max": _extreme(exp.Max),
    "any": _named("BOOL_OR"),
    "all": _named("BOOL_AND"),
    "percentile": percentile_within,
    "concat": _concat,
}
