"""Timestamps, dates and durations, none of them by the zone of the session.

Spark adds an interval, takes a difference and cuts a time off as the clock of its session shows it. So
instants are moved as microseconds, and the clock of a zone is a TIMESTAMP_NTZ.
"""

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
    later,
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
from alignc.ir.ops.time import CALENDAR_UNITS
from alignc.ir.types import DATE, INT32, INT64, STRING, TIMESTAMP, DType, decimal

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_STEPS = {"second": _SECOND, "minute": 60 * _SECOND, "hour": 3_600 * _SECOND}
# Midnight in UTC of a Monday.
_MONDAY = -3 * _DAY
_FUNCTIONS = {"week": "WEEKOFYEAR", "day": "DAYOFMONTH", "day_of_year": "DAYOFYEAR"}


# -- the clocks of zones


def at_zone(instant: exp.Expr, zone: str) -> exp.Expr:
    """What the clock of a zone shows at an instant."""
    since = [exp.Var(this="MICROSECOND"), micros_of(instant), as_clock(text("1970-01-01"))]
    utc = function("TIMESTAMPADD", *since)
    return utc if zone == "UTC" else function("CONVERT_TIMEZONE", text("UTC"), text(zone), utc)


def instant_at(clock: exp.Expr, zone: str, dialect: Dialect) -> exp.Expr:
    """The instant at which the clock of a zone shows a time, the earlier one if there are two."""
    end = text("Z") if zone == "UTC" else text(f" {zone}")
    shown = exp.DPipe(this=cast(clock, STRING, dialect), expression=end)
    return cast(shown, TIMESTAMP, dialect)


def as_clock(node: exp.Expr) -> exp.Expr:
    """A time without a zone."""
    return exp.Cast(this=node, to=exp.DataType.build("TIMESTAMP_NTZ", dialect="spark"))


def midnight(day: exp.Expr) -> exp.Expr:
    """The beginning of a day in UTC."""
    return from_micros(exp.Mul(this=function("UNIX_DATE", day), expression=number(_DAY)))


# -- timestamps


def _date_component(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, component, zone = args
    return _part(at_zone(x(), str(zone.constant)), str(component.constant), dialect)


def _part(clock: exp.Expr, name: str, dialect: Dialect) -> exp.Expr:
    part = function(_FUNCTIONS.get(name, name.upper()), clock)
    if name == "weekday":
        # Spark's Monday is 0.
        part = exp.Add(this=part, expression=number(1))
    return cast(part, INT64, dialect)


def _truncate(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, unit, zone = args[0], str(args[1].constant), str(args[2].constant)
    if unit in CALENDAR_UNITS:
        day = cast(at_zone(x(), zone), DATE, dialect)
        first = day if unit == "day" else function("TRUNC", day, text(unit))
        return midnight(first) if zone == "UTC" else instant_at(as_clock(first), zone, dialect)
    if zone == "UTC" or unit == "second":
        return _floored(x, _STEPS[unit], 0)
    # Of an hour that is there twice, the one in which `x` is.
    clock = at_zone(x(), zone)
    seconds: exp.Expr = function("DATE_PART", text("SECOND"), clock)
    if unit == "hour":
        minutes = exp.Mul(this=function("MINUTE", clock.copy()), expression=number(60))
        seconds = exp.Paren(this=exp.Add(this=minutes, expression=seconds))
    since = cast(exp.Mul(this=seconds, expression=number(_SECOND)), INT64, dialect)
    return from_micros(exp.Sub(this=micros_of(x()), expression=since))


def _floored(x: Arg, step: int, origin: int) -> exp.Expr:
    """The last multiple of a step after the origin, in microseconds since 1970."""
    micros = micros_of(x())
    moved = exp.Add(this=micros, expression=number(-origin)) if origin else micros
    since = function("PMOD", moved.copy(), number(step))
    return from_micros(exp.Sub(this=micros_of(x()), expression=since))


def _floor_time(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, step = args
    assert isinstance(step.constant, int)
    return _floored(x, step.constant, 0 if _DAY % step.constant == 0 else _MONDAY)


def _date_of(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, zone = args
    return cast(at_zone(x(), str(zone.constant)), DATE, dialect)


def _duration_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    end, start = args
    return exp.Sub(this=micros_of(end()), expression=micros_of(start()))


def _seconds_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return _seconds(exp.Paren(this=_duration_between(args, result, dialect)))


def _seconds(micros: exp.Expr) -> exp.Expr:
    # With an exponent a number is a float; with a point alone it is a decimal.
    million = exp.Literal(this="1E6", is_string=False)
    return exp.Div(this=micros, expression=million, typed=False, safe=False)


# -- durations


def _moved(sign: int) -> Lowering:
    checked = "TRY_ADD" if sign > 0 else "TRY_SUBTRACT"

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
    return case((fits, later(x(), micros, dialect)))


def _checked(name: str) -> Lowering:
    return lambda args, result, dialect: function(name, *(a() for a in args))


def _total_seconds(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return _seconds(args[0].operand())


def _whole_days(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    # A quotient of integers is a float.
    micros = cast(args[0](), decimal(20, 0), dialect)
    days = exp.Div(this=micros, expression=number(_DAY), typed=False, safe=False)
    return cast(exp.Floor(this=days), INT64, dialect)


# -- dates


def _date_part(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    return _part(x(), str(part.constant), dialect)


def _truncate_date(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, unit = args
    return function("TRUNC", x(), text(str(unit.constant)))


def _days_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    end, start = args
    return cast(function("DATEDIFF", end(), start()), INT64, dialect)


def _add_days(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, days = args
    if not days.is_constant:
        low, high = (function("DATEDIFF", _day(end, dialect), x()) for end in (FIRST_DAY, LAST_DAY))
        fits = exp.Between(this=operand(days()), low=low, high=high)
        return case((fits, function("DATE_ADD", x(), cast(days(), INT32, dialect))))
    count = days.constant
    assert isinstance(count, int)
    edge = furthest_day(count)
    if edge is None:
        return cast(exp.Null(), DATE, dialect)
    compare = exp.LTE if count > 0 else exp.GTE
    in_time = compare(this=x.operand(), expression=_day(edge, dialect))
    return case((in_time, function("DATE_ADD", x(), number(count))))


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
    "add_durations": _checked("TRY_ADD"),
    "sub_durations": _checked("TRY_SUBTRACT"),
    "total_seconds": _total_seconds,
    "whole_days": _whole_days,
    "date_part": _date_part,
    "truncate_date": _truncate_date,
    "days_between": _days_between,
    "add_days": _add_days,
}
