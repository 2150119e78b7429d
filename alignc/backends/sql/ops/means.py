"""Means of integers and decimals in dialects whose AVG adds floats, or rounds to a few digits."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, cast, divide, number
from alignc.backends.sql.ops.arg import AggregateLowering, Arg, Rows
from alignc.ir.types import FLOAT64


def exact_mean(total: Callable[[Arg, Dialect], exp.Expr]) -> AggregateLowering:
    """The mean by the exact sum, where AVG does not divide one; `total` has room for the sum."""

    def lower(rows: Rows, dialect: Dialect) -> exp.Expr:
        if rows.x.is_float:
            return rows.over(exp.Avg(this=rows.x.as_type(FLOAT64, dialect)))
        count = exp.Nullif(this=rows.over(exp.Count(this=rows.x())), expression=number(0))
        return divide(cast(rows.over(total(rows.x, dialect)), FLOAT64, dialect), count, dialect)

    return lower


def plain_sum(x: Arg, dialect: Dialect) -> exp.Expr:
    """The sum where its type has room for it."""
    return exp.Sum(this=x())
