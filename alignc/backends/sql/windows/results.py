"""The aggregates of windows from their parts.

    mean of x over 1 h: "__sum_1h" / NULLIF("__count_1h", 0)

Where nothing was found the parts are null, and so is the aggregate; a count is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from alignc.backends.sql.dialect import (
    BIGQUERY,
    POSTGRES,
    Dialect,
    case,
    cast,
    divide,
    function,
    number,
    try_cast,
)
from alignc.ir.plan import WindowColumn
from alignc.ir.types import FLOAT64, INT64, NARROW_INTEGERS, DType, decimal
from alignc.ir.window_plans import Method


@dataclass(frozen=True)
class Found:
    """The parts of an aggregate, which may be sums; `dtype` is the type of its values."""

    made: WindowColumn
    dtype: DType
    part: Callable[[str], exp.Expr]
    is_summed: bool
    dialect: Dialect


def result(method: Method, found: Found) -> exp.Expr:
    """The aggregate that has been computed by `method`."""
    return _RESULTS[method][found.made.aggregate](found)


def _count(found: Found) -> exp.Expr:
    count = exp.Coalesce(this=found.part("count"), expressions=[number(0)])
    return cast(count, INT64, found.dialect) if found.is_summed else count


def _sum(found: Found) -> exp.Expr:
    total, dialect = found.part("sum"), found.dialect
    if found.made.dtype != INT64:
        return _if_any(found, cast(total, found.made.dtype, dialect))
    if not dialect.has_try_cast and found.dtype not in NARROW_INTEGERS:
        fits = exp.Between(this=total, low=number(-(2**63)), high=number(2**63 - 1))
        some = exp.And(this=_more_than(0, found), expression=fits)
        return case((some, cast(total.copy(), INT64, dialect)))
    return _if_any(found, try_cast(total, INT64, dialect))


def _mean(found: Found) -> exp.Expr:
    total = cast(found.part("sum"), FLOAT64, found.dialect)
    return divide(total, _count_or_null(found), found.dialect)


def _float_mean(found: Found) -> exp.Expr:
    return divide(found.part("float_sum"), _count_or_null(found), found.dialect)


def _count_or_null(found: Found) -> exp.Expr:
    return exp.Nullif(this=found.part("count"), expression=number(0))


def _sum_of_blocks(found: Found) -> exp.Expr:
    """Null where there is none: blocks without values have no sum."""
    total = found.part("sum")
    return try_cast(total, INT64, found.dialect) if found.made.dtype == INT64 else total


def _mean_of_blocks(found: Found) -> exp.Expr:
    total = found.part("sum")
    if found.dtype != FLOAT64:
        total = cast(total, FLOAT64, found.dialect)
    return divide(total, found.part("count"), found.dialect)


def _exact_variance(found: Found) -> exp.Expr:
    """From the sum of squares, in integers: nothing is rounded before the division."""
    count, total = found.part("count"), found.part("sum")
    if found.dialect == BIGQUERY or (found.dialect == POSTGRES and not found.is_summed):
        # An integer has no room for its square; in PostgreSQL a sum of totals is none.
        total = cast(total, decimal(38, 0), found.dialect)
    above = exp.Sub(
        this=exp.Mul(this=count, expression=found.part("squares")),
        expression=exp.Mul(this=total, expression=total.copy()),
    )
    mean = divide(cast(above, FLOAT64, found.dialect), count.copy(), found.dialect)
    return case((_more_than(1, found), divide(mean, _less_one(count), found.dialect)))


def _variance(found: Found) -> exp.Expr:
    squares = found.part("m2")
    quotient = divide(squares, _less_one(found.part("count")), found.dialect)
    return case((_more_than(1, found), quotient))


def _less_one(count: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.Sub(this=count.copy(), expression=number(1)))


def _any(found: Found) -> exp.Expr:
    return _if_any(found, exp.GT(this=found.part("trues"), expression=number(0)))


def _all(found: Found) -> exp.Expr:
    return _if_any(found, exp.EQ(this=found.part("trues"), expression=found.part("count")))


def _if_any(found: Found, value: exp.Expr) -> exp.Expr:
    return case((_more_than(0, found), value))


def _more_than(limit: int, found: Found) -> exp.Expr:
    return exp.GT(this=found.part("count"), expression=number(limit))


_OF_TOTALS: Mapping[str, Callable[[Found], exp.Expr]] = {
    "count": _count,
    "sum": _sum,
    "mean": _mean,
    "variance": _exact_variance,
    "std": lambda found: function("SQRT", _exact_variance(found)),
    "any": _any,
    "all": _all,
}
_RESULTS: Mapping[Method, Mapping[str, Callable[[Found], exp.Expr]]] = {
    Method.TOTALS: _OF_TOTALS,
    Method.EXACT_TILES: {**_OF_TOTALS, "count": lambda found: found.part("count")},
    Method.TILES: {
        "sum": lambda found: found.part("float_sum"),
        "mean": _float_mean,
        "variance": _variance,
        "std": lambda found: function("SQRT", _variance(found)),
        "min": lambda found: found.part("min"),
        "max": lambda found: found.part("max"),
    },
    Method.BLOCKS: {
        "count": _count,
        "sum": _sum_of_blocks,
        "mean": _mean_of_blocks,
        "variance": lambda found: found.part("variance"),
        "std": lambda found: function("SQRT", found.part("variance")),
        "min": lambda found: found.part("min"),
        "max": lambda found: found.part("max"),
        "any": lambda found: found.part("any"),
        "all": lambda found: found.part("all"),
    },
    Method.RUNNING: {
        "sum": lambda found: found.part("float_sum"),
        "mean": lambda found: found.part("mean"),
        "variance": lambda found: found.part("variance"),
        "std": lambda found: found.part("std"),
        "min": lambda found: found.part("min"),
        "max": lambda found: found.part("max"),
    },
}
