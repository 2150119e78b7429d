"""Timestamps, dates and durations, none of them by the zone of the session.

Spark adds an interval, takes a difference and cuts a time off as the clock of its session shows it. So
instants are moved as microseconds, and the clock of a zone is a TIMESTAMP_NTZ.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
    Dialect,
    cast,
    from_micros,
    function,
    micros_of,
    number,
    text,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.calendar import adding_days
from alignc.backends.sql.ops.microseconds import checked, duration_between, moved
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


def _seconds_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return _seconds(exp.Paren(this=duration_between(args, result, dialect)))


def _seconds(micros: exp.Expr) -> exp.Expr:
    # With an exponent a number is a float; with a point alone it is a decimal.
    million = exp.Literal(this="1E6", is_string=False)
    return exp.Div(this=micros, expression=million, typed=False, safe=False)


# -- durations


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


def _between(end: exp.Expr, start: exp.Expr) -> exp.Expr:
    return function("DATEDIFF", end, start)


def _days_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    end, start = args
    return cast(_between(end(), start()), INT64, dialect)


def _later_day(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, days = args
    count = days() if days.is_constant else cast(days(), INT32, dialect)
    return function("DATE_ADD", x(), count)


NATIVE: dict[str, Lowering] = {
    "date_component": _date_component,
    "seconds_between": _seconds_between,
    "truncate": _truncate,
    "floor_time": _floor_time,
    "date_of": _date_of,
    "duration_between": duration_between,
    "add_duration": moved(1, "TRY_ADD"),
    "sub_duration": moved(-1, "TRY_SUBTRACT"),
    "add_durations": checked("TRY_ADD"),
    "sub_durations": checked("TRY_SUBTRACT"),
    "total_seconds": _total_seconds,
    "whole_days": _whole_days,
    "date_part": _date_part,
    "truncate_date": _truncate_date,
    "days_between": _days_between,
    "add_days": adding_days(_later_day, _between),
}
