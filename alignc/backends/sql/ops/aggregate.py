"""Aggregates over a window."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.dialect import POSTGRES, Dialect, case, cast, number, try_cast
from alignc.backends.sql.ops.arg import AggregateLowering, Arg, Over
from alignc.backends.sql.ops.comparison import by_code_point
from alignc.ir.types import BOOL, FLOAT64, FLOATS, INT64, NARROW_INTEGERS, DType


def _count(x: Arg, result: DType, over: Over, dialect: Dialect) -> exp.Expr:
    return over(exp.Count(this=x()))


def _sum(x: Arg, result: DType, over: Over, dialect: Dialect) -> exp.Expr:
    total = over(exp.Sum(this=x()))
    if x.dtype in FLOATS:
        return over(exp.Sum(this=x.as_type(FLOAT64, dialect)))
    if dialect != POSTGRES:
        # The sum is a 128-bit integer.
        return try_cast(total, INT64, dialect)
    if x.dtype in NARROW_INTEGERS:
        return total
    fits = exp.Between(this=total, low=number(-(2**63)), high=number(2**63 - 1))
    return case((fits, cast(total.copy(), INT64, dialect)))


def _float(node: type[exp.Expr]) -> AggregateLowering:
    def lower(x: Arg, result: DType, over: Over, dialect: Dialect) -> exp.Expr:
        if x.dtype in FLOATS:
            return over(node(this=x.as_type(FLOAT64, dialect)))
        value = over(node(this=x()))
        # PostgreSQL computes with decimals for integers.
        return cast(value, FLOAT64, dialect) if dialect == POSTGRES else value

    return lower


def _extreme(node: type[exp.Expr], of_booleans: type[exp.Expr]) -> AggregateLowering:
    def lower(x: Arg, result: DType, over: Over, dialect: Dialect) -> exp.Expr:
        if x.dtype == BOOL and dialect == POSTGRES:
            return over(of_booleans(this=x()))
        return over(node(this=by_code_point(x(), x.dtype, dialect)))

    return lower


NATIVE: dict[str, AggregateLowering] = {
    "count": _count,
    "sum": _sum,
    "mean": _float(exp.Avg),
    "variance": _float(exp.Variance),
    "std": _float(exp.StddevSamp),
    "min": _extreme(exp.Min, exp.LogicalAnd),
    "max": _extreme(exp.Max, exp.LogicalOr),
}
