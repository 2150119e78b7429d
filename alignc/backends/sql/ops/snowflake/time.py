"""Timestamps, dates and durations.

An instant is what the clock of UTC shows, a TIMESTAMP_NTZ; the clock of another zone is one, too. Nothing
depends on the session: on its zone, on the first day of its weeks, or on how it writes times.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
    Dialect,
    case,
    cast,
    function,
    number,
    text,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.calendar import (
    adding_days,
    moved_by_constant,
    timestamp_literal,
)
from alignc.backends.sql.ops.snowflake.numbers import fitting, floor_mod
from alignc.ir.calendar import (
    FIRST_MICROSECOND,
    LAST_MICROSECOND,
)
from alignc.ir.ops.time import CALENDAR_UNITS
from alignc.ir.types import DATE, FLOAT64, INT64, DType

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_MICROSECOND = exp.Var(this="MICROSECOND")
_EPOCH = "1970-01-01"
# Midnight of a Monday.
_MONDAY = "2000-01-03"
# WEEK and DAYOFWEEK ask the session which day is the first.
_PARTS = {"week": "WEEKISO", "weekday": "DAYOFWEEKISO", "day_of_year": "DAYOFYEAR"}


# -- instants as numbers


def micros_of(time: exp.Expr, dialect: Dialect) -> exp.Expr:
    """The microseconds of an instant since 1970."""
    return elapsed_between(timestamp_literal(_EPOCH, dialect), time)


def from_micros(micros: exp.Expr, dialect: Dialect) -> exp.Expr:
    """The instant so many microseconds after 1970."""
    return moved(timestamp_literal(_EPOCH, dialect), micros)


def moved(time: exp.Expr, micros: exp.Expr) -> exp.Expr:
    """A time so many microseconds later."""
    return function("DATEADD", _MICROSECOND.copy(), micros, time)


def elapsed_between(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    """The microseconds from one time to another."""
    return function("DATEDIFF", _MICROSECOND.copy(), start, end)


def floored(time: exp.Expr, step: int, dialect: Dialect) -> exp.Expr:
    """The latest point of a grid that has midnight of a Monday; `step` in microseconds."""
    since = floor_mod(
        elapsed_between(timestamp_literal(_MONDAY, dialect), time.copy()), number(step)
    )
    return moved(time, exp.Neg(this=since))


def whole_microseconds(node: exp.Expr) -> exp.Expr:
    """The instant of a timestamp of any kind, its nanoseconds rounded; one without a zone is in UTC."""
    nanoseconds = function("DATE_PART", exp.Var(this="EPOCH_NANOSECOND"), node)
    micros = exp.Div(this=nanoseconds, expression=number(1000), typed=False, safe=False)
    return function("TO_TIMESTAMP_NTZ", exp.Round(this=micros, decimals=number(0)), number(6))


# -- the clocks of zones


def at_zone(instant: exp.Expr, zone: str) -> exp.Expr:
    """What the clock of a zone shows at an instant."""
    if zone == "UTC":
        return instant
    return function("CONVERT_TIMEZONE", text("UTC"), text(zone), instant)


def instant_at(shown: exp.Expr, zone: str) -> exp.Expr:
    """The instant at which the clock of a zone shows a time, the earlier one if there are two.

    A day before, the clock was as it is at the earlier one, or before hours that are skipped. Only if it
    was turned since then, and both show different times, the clock of now is the right one.
    """
    if zone == "UTC":
        return shown
    day = 24 * 3_600 * _SECOND

    def in_utc(node: exp.Expr) -> exp.Expr:
        return function("CONVERT_TIMEZONE", text(zone), text("UTC"), node)

    earlier = moved(in_utc(moved(shown.copy(), number(-day))), number(day))
    now = in_utc(shown.copy())
    is_now = exp.And(
        this=exp.EQ(this=at_zone(now, zone), expression=shown.copy()),
        expression=exp.NEQ(this=at_zone(earlier, zone), expression=shown.copy()),
    )
    return case((is_now, now.copy()), otherwise=earlier.copy())


# -- timestamps


def _date_component(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, component, zone = args
    return _part(at_zone(x(), str(zone.constant)), str(component.constant), dialect)


def _part(shown: exp.Expr, name: str, dialect: Dialect) -> exp.Expr:
    field = exp.Var(this=_PARTS.get(name, name.upper()))
    return cast(function("DATE_PART", field, shown), INT64, dialect)


def _truncate(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, unit, zone = args[0], str(args[1].constant), str(args[2].constant)
    shown = at_zone(x(), zone)
    start = _start_of(unit, shown)
    if zone == "UTC" or unit in CALENDAR_UNITS:
        return instant_at(start, zone)
    # Of an hour that is there twice, the one in which `x` is.
    return moved(x(), elapsed_between(shown.copy(), start))


def _start_of(unit: str, shown: exp.Expr) -> exp.Expr:
    if unit != "week":
        return function("DATE_TRUNC", text(unit.upper()), shown)
    weekday = function("DATE_PART", exp.Var(this="DAYOFWEEKISO"), shown.copy())
    back = exp.Sub(this=number(1), expression=weekday)
    monday = function("DATEADD", exp.Var(this="DAY"), back, shown)
    return function("DATE_TRUNC", text("DAY"), monday)


def _floor_time(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, step = args
    assert isinstance(step.constant, int)
    return floored(x(), step.constant, dialect)


def _date_of(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, zone = args
    return cast(at_zone(x(), str(zone.constant)), DATE, dialect)


def _duration_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    end, start = args
    return elapsed_between(start(), end())


def _seconds_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return _seconds(_duration_between(args, result, dialect), dialect)


def _seconds(micros: exp.Expr, dialect: Dialect) -> exp.Expr:
    # A quotient of whole numbers has six digits.
    as_float = cast(micros, FLOAT64, dialect)
    return exp.Div(this=as_float, expression=number(_SECOND), typed=False, safe=False)


# -- durations


def _moved_by(sign: int) -> Lowering:
    node = exp.Add if sign > 0 else exp.Sub

    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, duration = args
        if duration.is_constant:
            assert isinstance(duration.constant, int)
            return moved_by_constant(x, sign * duration.constant, dialect)
        end = node(this=micros_of(x(), dialect), expression=duration.operand())
        bounds = {"low": number(FIRST_MICROSECOND), "high": number(LAST_MICROSECOND)}
        step = duration() if sign > 0 else exp.Neg(this=duration.operand())
        return case((exp.Between(this=exp.Paren(this=end), **bounds), moved(x(), step)))

    return lower


def _sum(node: type[exp.Binary]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = args
        return fitting(node(this=x.operand(), expression=y.operand()))

    return lower


def _total_seconds(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return _seconds(args[0](), dialect)


def _whole_days(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    whole = exp.Sub(this=x.operand(), expression=floor_mod(x(), number(_DAY)))
    days = exp.Div(this=exp.Paren(this=whole), expression=number(_DAY), typed=False, safe=False)
    return cast(days, INT64, dialect)


# -- dates


def _date_part(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    return _part(x(), str(part.constant), dialect)


def _truncate_date(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, unit = args
    return cast(_start_of(str(unit.constant), x()), DATE, dialect)


def _between(end: exp.Expr, start: exp.Expr) -> exp.Expr:
    return function("DATEDIFF", exp.Var(this="DAY"), start, end)


def _days_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    end, start = args
    return _between(end(), start())


def _later_day(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, days = args
    return function("DATEADD", exp.Var(this="DAY"), days(), x())


NATIVE: dict[str, Lowering] = {
    "date_component": _date_component,
    "seconds_between": _seconds_between,
    "truncate": _truncate,
    "floor_time": _floor_time,
    "date_of": _date_of,
    "duration_between": _duration_between,
    "add_duration": _moved_by(1),
    "sub_duration": _moved_by(-1),
    "add_durations": _sum(exp.Add),
    "sub_durations": _sum(exp.Sub),
    "total_seconds": _total_seconds,
    "whole_days": _whole_days,
    "date_part": _date_part,
    "truncate_date": _truncate_date,
    "days_between": _days_between,
    "add_days": adding_days(_later_day, _between),
}
