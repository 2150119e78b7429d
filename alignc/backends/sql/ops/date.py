"""Dates: `DATE` in both dialects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlglot import exp

from alignc.backends.sql.dialect import DUCKDB, Dialect, case, cast, function, number, text
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.time import FIELDS
from alignc.ir.calendar import FIRST_DAY, LAST_DAY, furthest_day
from alignc.ir.types import DATE, INT32, INT64, DType


def _date_part(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    name = str(part.constant)
    field = exp.Var(this=FIELDS.get(name, name.upper()))
    return cast(exp.Extract(this=field, expression=x()), INT64, dialect)


def _truncate_date(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, unit = args
    return cast(function("DATE_TRUNC", text(str(unit.constant)), x()), DATE, dialect)


def _days_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    end, start = args
    days = exp.Sub(this=end.operand(), expression=start.operand())
    return days if dialect == DUCKDB else cast(days, INT64, dialect)


def _add_days(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, days = args
    if not days.is_constant:
        moved = exp.Add(this=x.operand(), expression=days.as_type(INT32, dialect))
        # How far it is from the date to the ends of the calendar.
        low = exp.Sub(this=_day(FIRST_DAY, dialect), expression=x.operand())
        high = exp.Sub(this=_day(LAST_DAY, dialect), expression=x.operand())
        return case((exp.Between(this=days.operand(), low=low, high=high), moved))
    count = days.constant
    assert isinstance(count, int)
    edge = furthest_day(count)
    if edge is None:
        return cast(exp.Null(), DATE, dialect)
    forth = count > 0
    fits = (exp.LTE if forth else exp.GTE)(this=x.operand(), expression=_day(edge, dialect))
    step = (exp.Add if forth else exp.Sub)(this=x.operand(), expression=number(abs(count)))
    return case((fits, step))


def _day(day: date, dialect: Dialect) -> exp.Expr:
    return cast(text(day.isoformat()), DATE, dialect)


NATIVE: dict[str, Lowering] = {
    "date_part": _date_part,
    "truncate_date": _truncate_date,
    "days_between": _days_between,
    "add_days": _add_days,
}
