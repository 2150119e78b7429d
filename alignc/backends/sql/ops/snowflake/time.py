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
from alignc.backends.sql.ops.clock import (
    DAY,
    EPOCH,
    MONDAY,
    at_zone,
    days_between,
    elapsed_between,
    instant_at,
    micros_of,
)
from alignc.backends.sql.ops.snowflake.numbers import fitting, floor_mod
from alignc.ir.calendar import (
    FIRST_MICROSECOND,
    LAST_MICROSECOND,
)
from alignc.ir.ops.time import CALENDAR_UNITS
from alignc.ir.types import DATE, INT64, DType

_MICROSECOND = exp.Var(this="MICROSECOND")
# WEEK and DAYOFWEEK ask the session which day is the first.
_PARTS = {"week": "WEEKISO", "weekday": "DAYOFWEEKISO", "day_of_year": "DAYOFYEAR"}


# -- instants as numbers


def from_micros(micros: exp.Expr, dialect: Dialect) -> exp.Expr:
    """The instant so many microseconds after 1970."""
    return moved(timestamp_literal(EPOCH, dialect), micros)


def moved(time: exp.Expr, micros: exp.Expr) -> exp.Expr:
    """A time so many microseconds later."""
    return function("DATEADD", _MICROSECOND.copy(), micros, time)


def floored(time: exp.Expr, step: int, dialect: Dialect) -> exp.Expr:
    """The latest point of a grid that has midnight of a Monday; `step` in microseconds."""
    since = floor_mod(
        elapsed_between(timestamp_literal(MONDAY, dialect), time.copy()), number(step)
    )
    return moved(time, exp.Neg(this=since))


def whole_microseconds(node: exp.Expr) -> exp.Expr:
    """The instant of a timestamp of any kind, its nanoseconds rounded; one without a zone is in UTC."""
    nanoseconds = function("DATE_PART", exp.Var(this="EPOCH_NANOSECOND"), node)
    micros = exp.Div(this=nanoseconds, expression=number(1000), typed=False, safe=False)
    return function("TO_TIMESTAMP_NTZ", exp.Round(this=micros, decimals=number(0)), number(6))


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
        return instant_at(start, zone, dialect)
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


def _whole_days(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    whole = exp.Sub(this=x.operand(), expression=floor_mod(x(), number(DAY)))
    days = exp.Div(this=exp.Paren(this=whole), expression=number(DAY), typed=False, safe=False)
    return cast(days, INT64, dialect)


# -- dates


def _date_part(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    return _part(x(), str(part.constant), dialect)


def _truncate_date(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, unit = args
    return cast(_start_of(str(unit.constant), x()), DATE, dialect)


def _later_day(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, days = args
    return function("DATEADD", exp.Var(this="DAY"), days(), x())


NATIVE: dict[str, Lowering] = {
    "date_component": _date_component,
    "truncate": _truncate,
    "floor_time": _floor_time,
    "add_duration": _moved_by(1),
    "sub_duration": _moved_by(-1),
    "add_durations": _sum(exp.Add),
    "sub_durations": _sum(exp.Sub),
    "whole_days": _whole_days,
    "date_part": _date_part,
    "truncate_date": _truncate_date,
    "add_days": adding_days(_later_day, days_between),
}
