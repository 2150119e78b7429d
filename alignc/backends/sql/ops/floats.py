"""The values of a float that are not numbers: functions in DuckDB, comparisons in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import DUCKDB, Dialect, function, operand
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.functions import special
from alignc.ir.types import FLOAT64, DType


def _question(name: str, compare: Callable[[exp.Expr, Dialect], exp.Expr]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        value = args[0].as_type(FLOAT64, dialect)
        return function(name, value) if dialect == DUCKDB else compare(value, dialect)

    return lower


def _is_nan(value: exp.Expr, dialect: Dialect) -> exp.Expr:
    return exp.EQ(this=operand(value), expression=special("NaN", dialect))


def _is_not_nan(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    value = args[0].as_type(FLOAT64, dialect)
    if dialect == DUCKDB:
        return exp.Not(this=function("ISNAN", value))
    return exp.NEQ(this=operand(value), expression=special("NaN", dialect))


def _is_finite(value: exp.Expr, dialect: Dialect) -> exp.Expr:
    # NaN is above infinity.
    return exp.LT(this=exp.Abs(this=value), expression=special("Infinity", dialect))


def _is_infinite(value: exp.Expr, dialect: Dialect) -> exp.Expr:
    return exp.EQ(this=exp.Abs(this=value), expression=special("Infinity", dialect))


NATIVE: dict[str, Lowering] = {
    "is_nan": _question("ISNAN", _is_nan),
    "is_not_nan": _is_not_nan,
    "is_finite": _question("ISFINITE", _is_finite),
    "is_infinite": _question("ISINF", _is_infinite),
}
