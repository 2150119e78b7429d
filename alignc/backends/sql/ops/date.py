"""Dates: `DATE` in both dialects."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import DUCKDB, Dialect, cast, function, number, operand, text
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.calendar import adding_days
from alignc.backends.sql.ops.time import FIELDS
from alignc.ir.types import DATE, INT32, INT64, DType


def _date_part(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    name = str(part.constant)
    field = exp.Var(this=FIELDS.get(name, name.upper()))
    return cast(exp.Extract(this=field, expression=x()), INT64, dialect)


def _truncate_date(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, unit = args
    return cast(function("DATE_TRUNC", text(str(unit.constant)), x()), DATE, dialect)


def _between(end: exp.Expr, start: exp.Expr) -> exp.Expr:
    return exp.Sub(this=operand(end), expression=operand(start))


def _days_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    end, start = args
    days = _between(end(), start())
    return days if dialect == DUCKDB else cast(days, INT64, dialect)


def _later_day(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, days = args
    if not days.is_constant:
        return exp.Add(this=x.operand(), expression=days.as_type(INT32, dialect))
    count = days.constant
    assert isinstance(count, int)
    node = exp.Add if count > 0 else exp.Sub
    return node(this=x.operand(), expression=number(abs(count)))


NATIVE: dict[str, Lowering] = {
    "date_part": _date_part,
    "truncate_date": _truncate_date,
    "days_between": _days_between,
    "add_days": adding_days(_later_day, _between),
}
