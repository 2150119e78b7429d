"""Aggregates, over a window or a group."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.dialect import (
    POSTGRES,
    Dialect,
    case,
    cast,
    function,
    not_null,
    number,
    text,
    try_cast,
)
from alignc.backends.sql.ops.arg import AggregateLowering, Rows
from alignc.backends.sql.ops.comparison import by_code_point
from alignc.ir.types import BOOL, FLOAT64, FLOATS, INT32, INT64, NARROW_INTEGERS


def _count(rows: Rows, dialect: Dialect) -> exp.Expr:
    return rows.over(exp.Count(this=rows.x()))


def _count_distinct(rows: Rows, dialect: Dialect) -> exp.Expr:
    return rows.over(exp.Count(this=exp.Distinct(expressions=[rows.x()])))


def _sum(rows: Rows, dialect: Dialect) -> exp.Expr:
    if rows.x.dtype in FLOATS:
        return rows.over(exp.Sum(this=rows.x.as_type(FLOAT64, dialect)))
    total = rows.over(exp.Sum(this=rows.x()))
    if rows.x.dtype.name == "Decimal":
        return total if dialect != POSTGRES else cast(total, rows.result, dialect)
    if dialect != POSTGRES:
        # The sum is a 128-bit integer.
        return try_cast(total, INT64, dialect)
    if rows.x.dtype in NARROW_INTEGERS:
        return total
    fits = exp.Between(this=total, low=number(-(2**63)), high=number(2**63 - 1))
    return case((fits, cast(total.copy(), INT64, dialect)))


def _mean(rows: Rows, dialect: Dialect) -> exp.Expr:
    """Of integers and decimals both engines divide an exact sum."""
    return _number(rows, exp.Avg, dialect, is_exact=not rows.x.is_float)


def _spread(node: type[exp.Expr]) -> AggregateLowering:
    """DuckDB computes with floats; of integers it makes them by itself."""
    return lambda rows, dialect: _number(
        rows, node, dialect, is_exact=rows.x.is_integer or dialect == POSTGRES
    )


def _number(rows: Rows, node: type[exp.Expr], dialect: Dialect, *, is_exact: bool) -> exp.Expr:
    if rows.x.is_float or not is_exact:
        return rows.over(node(this=rows.x.as_type(FLOAT64, dialect)))
    value = rows.over(node(this=rows.x()))
    # PostgreSQL computes with decimals.
    return cast(value, FLOAT64, dialect) if dialect == POSTGRES else value


def _extreme(node: type[exp.Expr], of_booleans: str) -> AggregateLowering:
    def lower(rows: Rows, dialect: Dialect) -> exp.Expr:
        if rows.x.dtype == BOOL and dialect == POSTGRES:
            return rows.over(function(of_booleans, rows.x()))
        return rows.over(node(this=by_code_point(rows.x(), rows.x.dtype, dialect)))

    return lower


def _logical(name: str) -> AggregateLowering:
    return lambda rows, dialect: rows.over(function(name, rows.x()))


def _at_the_end(name: str, *, latest: bool) -> AggregateLowering:
    """The value of the first or the last row that has one."""

    def lower(rows: Rows, dialect: Dialect) -> exp.Expr:
        if dialect != POSTGRES:
            return rows.over(function(name, rows.x(), rows.rank))
        rank = exp.Ordered(this=rows.rank, desc=latest or None, nulls_first=latest)
        order = exp.Order(this=rows.x(), expressions=[rank])
        has_value = exp.Where(this=not_null(rows.x()))
        ordered = exp.Filter(this=function("ARRAY_AGG", order), expression=has_value)
        return _element(ordered, number(1))

    return lower


def _last_k(rows: Rows, dialect: Dialect) -> exp.Expr:
    k = rows.parameter
    assert isinstance(k, int)
    if dialect != POSTGRES:
        latest_first = function("ARG_MAX", rows.x(), rows.rank, number(k))
        return rows.over(function("LIST_REVERSE", latest_first))
    order = exp.Order(this=rows.x(), expressions=[exp.Ordered(this=rows.rank)])
    has_value = exp.Where(this=not_null(rows.x()))
    values = exp.Filter(this=function("ARRAY_AGG", order), expression=has_value)
    count = cast(exp.Count(this=rows.x()), INT32, dialect)
    # What is before the first element is left out.
    first = exp.Sub(this=count, expression=number(k - 1)) if k > 1 else count
    return exp.Bracket(this=exp.Paren(this=values), expressions=[exp.Slice(this=first)], offset=1)


def _percentile(rows: Rows, dialect: Dialect) -> exp.Expr:
    share = rows.parameter
    assert isinstance(share, float)
    x = rows.x.as_type(FLOAT64, dialect) if rows.x.is_float else rows.x()
    if dialect != POSTGRES:
        if share == 0.5:
            return rows.over(function("MEDIAN", x))
        return rows.over(function("QUANTILE_CONT", x, number(share)))
    found = exp.WithinGroup(
        this=function("PERCENTILE_CONT", number(share)), expression=_ordered_by(x)
    )
    if not rows.x.is_float:
        return found
    # NaN comes of infinities, too; a sum of the neighbours has only that of NaN and of both signs.
    position = exp.Mul(
        this=cast(number(share), FLOAT64, dialect),
        expression=exp.Paren(this=exp.Sub(this=exp.Count(this=x), expression=number(1))),
    )
    low, high = (
        _element(
            function("ARRAY_AGG", exp.Order(this=x.copy(), expressions=[exp.Ordered(this=x)])),
            exp.Add(this=cast(side(this=position), INT32, dialect), expression=number(1)),
        )
        for side in (exp.Floor, exp.Ceil)
    )
    is_nan = exp.EQ(this=found, expression=text("NaN"))
    return case((is_nan, exp.Add(this=low, expression=high)), otherwise=found.copy())


def _mode(rows: Rows, dialect: Dialect) -> exp.Expr:
    x = by_code_point(rows.x(), rows.x.dtype, dialect)
    if dialect == POSTGRES:
        return exp.WithinGroup(this=function("MODE"), expression=_ordered_by(x))
    # Of several values the first one is taken.
    return rows.over(function("MODE", exp.Order(this=x, expressions=[exp.Ordered(this=x.copy())])))


def _concat(rows: Rows, dialect: Dialect) -> exp.Expr:
    assert isinstance(rows.parameter, str)
    order = exp.Order(this=text(rows.parameter), expressions=[exp.Ordered(this=rows.rank)])
    return rows.over(function("STRING_AGG", rows.x(), order))


def of_floats(name: str) -> AggregateLowering:
    """An aggregate of floats, by its name."""
    return lambda rows, dialect: rows.over(function(name, rows.x.as_type(FLOAT64, dialect)))


def listed(rows: Rows, x: exp.Expr, separator: str) -> exp.Expr:
    """The texts `x` of rows in their order, put together by LISTAGG."""
    order = _ordered_by(rows.rank.copy())
    return rows.over(
        exp.WithinGroup(this=function("LISTAGG", x, text(separator)), expression=order)
    )


def of_some(rows: Rows, found: exp.Expr) -> exp.Expr:
    """What an aggregate has found, null if no row has a value."""
    some = exp.GT(this=rows.over(exp.Count(this=rows.x())), expression=number(0))
    return case((some, found))


def percentile_within(rows: Rows, dialect: Dialect) -> exp.Expr:
    """A percentile in the words of the standard, of floats."""
    assert isinstance(rows.parameter, float)
    share = function("PERCENTILE_CONT", number(rows.parameter))
    order = _ordered_by(rows.x.as_type(FLOAT64, dialect))
    return rows.over(exp.WithinGroup(this=share, expression=order))


def _ordered_by(node: exp.Expr) -> exp.Expr:
    return exp.Order(expressions=[exp.Ordered(this=node)])


def _element(array: exp.Expr, position: exp.Expr) -> exp.Expr:
    """An element of an array; the first one is number 1."""
    return exp.Bracket(this=exp.Paren(this=array), expressions=[position], offset=1)


NATIVE: dict[str, AggregateLowering] = {
    "count": _count,
    "count_distinct": _count_distinct,
    "sum": _sum,
    "mean": _mean,
    "variance": _spread(exp.Variance),
    "std": _spread(exp.StddevSamp),
    "min": _extreme(exp.Min, "BOOL_AND"),
    "max": _extreme(exp.Max, "BOOL_OR"),
    "any": _logical("BOOL_OR"),
    "all": _logical("BOOL_AND"),
    "first": _at_the_end("ARG_MIN", latest=False),
    "last": _at_the_end("ARG_MAX", latest=True),
    "last_k": _last_k,
    "percentile": _percentile,
    "mode": _mode,
    "concat": _concat,
}
