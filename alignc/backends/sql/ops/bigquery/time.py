"""Timestamps, dates and durations, each by a zone that is named: none by that of the session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlglot import exp

from alignc.backends.sql.dialect import (
    Dialect,
    case,
    cast,
    from_micros,
    function,
    micros_of,
    number,
    operand,
    text,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.calendar import (
    FIRST_DAY,
    FIRST_MICROSECOND,
    LAST_DAY,
    LAST_MICROSECOND,
    furthest_day,
    furthest_moment,
    instant_text,
)
from alignc.ir.types import DATE, FLOAT64, TIMESTAMP, DType

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
# Midnight in UTC of a Monday.
_MONDAY = -3 * _DAY
# A week of BigQuery begins on a Sunday, that of ISO on a Monday.
_FIELDS = {"week": "ISOWEEK", "day_of_year": "DAYOFYEAR", "weekday": "DAYOFWEEK"}


# -- the clocks of zones


def in_zone(name: str, zone: str, *args: exp.Expr) -> exp.Expr:
    """A function whose last argument is a zone, null where its clock is outside of the calendar."""
    called = function(name, *args, text(zone))
    return called if zone == "UTC" else safe(called)


def safe(called: exp.Expr) -> exp.Expr:
    """A call that is null where it would end the query."""
    return exp.Dot(this=exp.Var(this="SAFE"), expression=called)


def midnight(day: exp.Expr) -> exp.Expr:
    """The beginning of a day in UTC."""
    return function("TIMESTAMP", day, text("UTC"))


# -- timestamps


def _date_component(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, component, zone = args
    clock = in_zone("DATETIME", str(zone.constant), x())
    return _part(clock, str(component.constant))


def _part(clock: exp.Expr, name: str) -> exp.Expr:
    part = exp.Extract(this=exp.Var(this=_FIELDS.get(name, name.upper())), expression=clock)
    if name != "weekday":
        return part
    # From Sunday, which is 1, to Saturday.
    since_monday = exp.Mod(this=exp.Add(this=part, expression=number(5)), expression=number(7))
    return exp.Add(this=since_monday, expression=number(1))


def _unit(name: str) -> exp.Expr:
    return exp.Var(this="ISOWEEK" if name == "week" else name.upper())


def _truncate(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, unit, zone = args[0], str(args[1].constant), str(args[2].constant)
    return in_zone("TIMESTAMP_TRUNC", zone, x(), _unit(unit))


def _floor_time(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, step = args
    assert isinstance(step.constant, int)
    length, micros = number(step.constant), micros_of(x())
    if _DAY % step.constant != 0:
        micros = exp.Sub(this=micros, expression=number(_MONDAY))
    rest = exp.Mod(this=micros, expression=length)
    since = exp.Mod(this=exp.Add(this=rest, expression=length.copy()), expression=length.copy())
    return from_micros(exp.Sub(this=micros_of(x()), expression=since))


def _date_of(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, zone = args
    return in_zone("DATE", str(zone.constant), x())


def _duration_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    end, start = args
    return exp.Sub(this=micros_of(end()), expression=micros_of(start()))


def _seconds_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return _seconds(exp.Paren(this=_duration_between(args, result, dialect)))


def _seconds(micros: exp.Expr) -> exp.Expr:
    return exp.Div(this=micros, expression=number(1e6), typed=False, safe=False)


# -- durations


def _moved(sign: int) -> Lowering:
    checked = "SAFE_ADD" if sign > 0 else "SAFE_SUBTRACT"

    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, duration = args
        if duration.is_constant:
            assert isinstance(duration.constant, int)
            return _moved_by_constant(x, sign * duration.constant, dialect)
        end = function(checked, micros_of(x()), duration())
        fits = exp.Between(this=end, low=number(FIRST_MICROSECOND), high=number(LAST_MICROSECOND))
        return case((fits, from_micros(end.copy())))

    return lower


def _moved_by_constant(x: Arg, micros: int, dialect: Dialect) -> exp.Expr:
    edge = furthest_moment(micros)
    if edge is None:
        return cast(exp.Null(), TIMESTAMP, dialect)
    limit = cast(text(instant_text(edge)), TIMESTAMP, dialect)
    fits = (exp.LTE if micros > 0 else exp.GTE)(this=x.operand(), expression=limit)
    move = (exp.Add if micros > 0 else exp.Sub)(this=micros_of(x()), expression=number(abs(micros)))
    return case((fits, from_micros(move)))


def _checked(name: str) -> Lowering:
    return lambda args, result, dialect: function(name, *(a() for a in args))


def _total_seconds(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return _seconds(operand(cast(args[0](), FLOAT64, dialect)))


def _whole_days(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    rest = exp.Mod(this=x(), expression=number(_DAY))
    is_cut_up = exp.LT(this=rest, expression=number(0))
    less = case((is_cut_up, number(1)), otherwise=number(0))
    return exp.Sub(this=exp.IntDiv(this=x(), expression=number(_DAY)), expression=less)


# -- dates


def _date_part(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    return _part(x(), str(part.constant))


def _truncate_date(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, unit = args
    return function("DATE_TRUNC", x(), _unit(str(unit.constant)))


def _days(end: exp.Expr, start: exp.Expr) -> exp.Expr:
    return function("DATE_DIFF", end, start, exp.Var(this="DAY"))


def _days_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    end, start = args
    return _days(end(), start())


def _add_days(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, days = args
    if not days.is_constant:
        low, high = (_days(_day(end, dialect), x()) for end in (FIRST_DAY, LAST_DAY))
        fits = exp.Between(this=days.operand(), low=low, high=high)
        return case((fits, _later_day(x(), days())))
    count = days.constant
    assert isinstance(count, int)
    edge = furthest_day(count)
    if edge is None:
        return cast(exp.Null(), DATE, dialect)
    compare = exp.LTE if count > 0 else exp.GTE
    in_time = compare(this=x.operand(), expression=_day(edge, dialect))
    return case((in_time, _later_day(x(), number(count))))


def _later_day(day: exp.Expr, count: exp.Expr) -> exp.Expr:
    return function("DATE_ADD", day, exp.Interval(this=operand(count), unit=exp.Var(this="DAY")))


def _day(day: date, dialect: Dialect) -> exp.Expr:
    return cast(text(day.isoformat()), DATE, dialect)


NATIVE: dict[str, Lowering] = {
    "date_component": _date_component,
    "seconds_between": _seconds_between,
    "truncate": _truncate,
    "floor_time": _floor_time,
    "date_of": _date_of,
    "duration_between": _duration_between,
    "add_duration": _moved(1),
    "sub_duration": _moved(-1),
    "add_durations": _checked("SAFE_ADD"),
    "sub_durations": _checked("SAFE_SUBTRACT"),
    "total_seconds": _total_seconds,
    "whole_days": _whole_days,
    "date_part": _date_part,
    "truncate_date": _truncate_date,
    "days_between": _days_between,
    "add_days": _add_days,
}
