"""Aggregates, over a window or a group."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.dialect import (
    Dialect,
    case,
    cast,
    function,
    number,
    text,
    try_cast,
)
from alignc.backends.sql.ops import aggregate as shared
from alignc.backends.sql.ops.aggregate import of_floats
from alignc.backends.sql.ops.arg import AggregateLowering, Arg, Rows
from alignc.backends.sql.ops.means import exact_mean
from alignc.backends.sql.ops.nan import is_nan
from alignc.ir.types import FLOAT64, INT64, NARROW_INTEGERS, decimal


def exact_sum(x: Arg, dialect: Dialect) -> exp.Expr:
    """The sum of integers or decimals in a type that has room for it."""
    if x.dtype in NARROW_INTEGERS:
        return exp.Sum(this=x())
    wide = decimal(38, x.dtype.scale) if x.dtype.name == "Decimal" else decimal(20, 0)
    is_wide = dialect.type_of(x.dtype) == dialect.type_of(wide)
    return exp.Sum(this=x() if is_wide else cast(x(), wide, dialect))


def _sum(rows: Rows, dialect: Dialect) -> exp.Expr:
    if rows.x.is_float:
        return rows.over(exp.Sum(this=rows.x()))
    total = rows.over(exact_sum(rows.x, dialect))
    is_done = rows.x.dtype.name == "Decimal" or rows.x.dtype in NARROW_INTEGERS
    return total if is_done else try_cast(total, INT64, dialect)


def _min(rows: Rows, dialect: Dialect) -> exp.Expr:
    least = rows.over(exp.Min(this=rows.x()))
    if not rows.x.is_float:
        return least
    # MIN is NaN beside NaN, which is above every number.
    numbers = case((exp.Not(this=is_nan(rows.x(), dialect)), rows.x()))
    return exp.Coalesce(this=rows.over(exp.Min(this=numbers)), expressions=[least])


def _max(rows: Rows, dialect: Dialect) -> exp.Expr:
    return rows.over(exp.Max(this=rows.x()))


def _logical(name: str) -> AggregateLowering:
    return lambda rows, dialect: rows.over(function(name, rows.x()))


def _at_the_end(*, latest: bool) -> AggregateLowering:
    """The value of the first or the last row that has one."""

    def lower(rows: Rows, dialect: Dialect) -> exp.Expr:
        order = [exp.Ordered(this=rows.rank.copy(), desc=latest, nulls_first=not latest)]
        first = exp.Limit(
            this=exp.Order(this=exp.IgnoreNulls(this=rows.x()), expressions=order),
            expression=number(1),
        )
        return element(rows.over(function("ARRAY_AGG", first)), number(0))

    return lower


def element(array: exp.Expr, place: exp.Expr) -> exp.Expr:
    """An element of an array, the first one at 0; null where there is none."""
    return exp.Bracket(this=array, expressions=[function("SAFE_OFFSET", place)])


def _percentile(rows: Rows, dialect: Dialect) -> exp.Expr:
    share = rows.parameter
    assert isinstance(share, float)
    x = rows.x.as_type(FLOAT64, dialect)
    order = [exp.Ordered(this=x.copy(), nulls_first=True)]
    if rows.x.is_float:
        order.insert(0, exp.Ordered(this=is_nan(x.copy(), dialect), nulls_first=True))
    kept = exp.Order(this=exp.IgnoreNulls(this=x), expressions=order)
    values = rows.over(function("ARRAY_AGG", kept))
    last = exp.Paren(this=exp.Sub(this=rows.over(exp.Count(this=rows.x())), expression=number(1)))
    place = exp.Mul(this=number(share), expression=last)
    low, high = (
        element(values.copy(), cast(side(this=place.copy()), INT64, dialect))
        for side in (exp.Floor, exp.Ceil)
    )
    rest = exp.Sub(this=place.copy(), expression=exp.Floor(this=place.copy()))
    # The share of each neighbour: their difference may be infinite where neither is.
    above = exp.Mul(this=high, expression=exp.Paren(this=rest))
    share_of_low = exp.Paren(this=exp.Sub(this=number(1), expression=exp.Paren(this=rest.copy())))
    below = exp.Mul(this=low, expression=share_of_low)
    is_between = exp.GT(this=rest.copy(), expression=number(0))
    both = exp.Add(this=below, expression=above)
    return case((is_between, both), otherwise=low.copy())


def _concat(rows: Rows, dialect: Dialect) -> exp.Expr:
    assert isinstance(rows.parameter, str)
    order = exp.Order(
        this=text(rows.parameter), expressions=[exp.Ordered(this=rows.rank, nulls_first=True)]
    )
    return rows.over(function("STRING_AGG", rows.x(), order))


NATIVE: dict[str, AggregateLowering] = {
    "count": shared.NATIVE["count"],
    "count_distinct": shared.NATIVE["count_distinct"],
    "sum": _sum,
    "mean": exact_mean(exact_sum),
    "variance": of_floats("VAR_SAMP"),
    "std": of_floats("STDDEV_SAMP"),
    "min": _min,
    "max": _max,
    "any": _logical("LOGICAL_OR"),
    "all": _logical("LOGICAL_AND"),
    "first": _at_the_end(latest=False),
    "last": _at_the_end(latest=True),
    "percentile": _percentile,
    "concat": _concat,
}
