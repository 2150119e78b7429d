"""Timestamps, dates and durations. Nothing depends on the zone of the session.

DATEADD may have no room for more than 32 bits, so times are moved by days, seconds and microseconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, function, number, operand, text
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.calendar import adding_days, moved_by_constant, timestamp_literal
from alignc.backends.sql.ops.clock import (
    DAY,
    EPOCH,
    MONDAY,
    SECOND,
    at_zone,
    days_between,
    elapsed_between,
    instant_at,
    micros_of,
)
from alignc.backends.sql.ops.redshift.numbers import fitting, floor_mod, quotient
from alignc.ir.calendar import FIRST_MICROSECOND, LAST_MICROSECOND
from alignc.ir.ops.time import CALENDAR_UNITS
from alignc.ir.types import DATE, INT32, INT64, DType, decimal

_WIDE = decimal(19, 0)


def moved(time: exp.Expr, micros: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A time so many microseconds later: the remainders have the sign of what is divided."""
    within_second, within_day = (
        function("MOD", micros.copy(), number(size)) for size in (SECOND, DAY)
    )
    seconds = exp.Sub(this=within_day, expression=within_second)
    days = exp.Sub(this=operand(micros), expression=within_day.copy())
    for unit, count in (
        ("DAY", _even(days, DAY)),
        ("SECOND", _even(seconds, SECOND)),
        ("MICROSECOND", within_second.copy()),
    ):
        time = function("DATEADD", exp.Var(this=unit), cast(count, INT32, dialect), time)
    return time


def _even(micros: exp.Expr, size: int) -> exp.Expr:
    return exp.Div(this=exp.Paren(this=micros), expression=number(size), typed=True)


def from_micros(micros: exp.Expr, dialect: Dialect) -> exp.Expr:
    """The instant so many microseconds after 1970."""
    return moved(timestamp_literal(EPOCH, dialect), micros, dialect)


def on_grid(time: exp.Expr, step: int, dialect: Dialect) -> exp.Expr:
    """The latest point of a grid that has midnight of a Monday, in microseconds since one."""
    since = elapsed_between(timestamp_literal(MONDAY, dialect), time)
    return exp.Sub(this=since, expression=floor_mod(since.copy(), number(step)))


# -- timestamps


def _date_component(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, component, zone = args
    return _part(at_zone(x(), str(zone.constant)), str(component.constant), dialect)


def _part(shown: exp.Expr, name: str, dialect: Dialect) -> exp.Expr:
    """A part of a time; the week and its days are counted from the Monday that DATE_TRUNC has."""
    monday = function("DATE_TRUNC", text("week"), shown)
    if name == "weekday":
        days = days_between(shown.copy(), monday)
        return cast(exp.Add(this=days, expression=number(1)), INT64, dialect)
    if name == "week":
        # A week is one of the year that its Thursday is in.
        thursday = function("DATEADD", exp.Var(this="DAY"), number(3), monday)
        return quotient(
            exp.Add(this=_field("DOY", thursday, dialect), expression=number(6)), 7, dialect
        )
    if name == "second":
        minute = function("DATE_TRUNC", text("minute"), shown.copy())
        return function("DATEDIFF", exp.Var(this="SECOND"), minute, shown)
    return _field("DOY" if name == "day_of_year" else name.upper(), shown, dialect)


def _field(name: str, shown: exp.Expr, dialect: Dialect) -> exp.Expr:
    return cast(exp.Extract(this=exp.Var(this=name), expression=shown), INT64, dialect)


def _truncate(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, unit, zone = args[0], str(args[1].constant), str(args[2].constant)
    shown = at_zone(x(), zone)
    start = function("DATE_TRUNC", text(unit), shown)
    if zone == "UTC" or unit in CALENDAR_UNITS:
        return instant_at(start, zone, dialect)
    # Of an hour that is there twice, the one in which `x` is.
    return moved(x(), elapsed_between(shown.copy(), start), dialect)


def _floor_time(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, step = args
    since = elapsed_between(timestamp_literal(MONDAY, dialect), x())
    return moved(x(), exp.Neg(this=floor_mod(since, step())), dialect)


# -- durations


def _moved_by(sign: int) -> Lowering:
    node = exp.Add if sign > 0 else exp.Sub

    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, duration = args
        if duration.is_constant:
            assert isinstance(duration.constant, int)
            return moved_by_constant(x, sign * duration.constant, dialect)
        wide = cast(duration(), _WIDE, dialect)
        end = node(this=micros_of(x(), dialect), expression=wide)
        bounds = {"low": number(FIRST_MICROSECOND), "high": number(LAST_MICROSECOND)}
        step = duration() if sign > 0 else exp.Neg(this=duration.operand())
        there = moved(x(), step, dialect)
        return case((exp.Between(this=exp.Paren(this=end), **bounds), there))

    return lower


def _sum(node: type[exp.Binary]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = (cast(a(), _WIDE, dialect) for a in args)
        return fitting(node(this=x, expression=y), dialect)

    return lower


def _whole_days(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return quotient(args[0](), DAY, dialect)


# -- dates


def _date_part(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    return _part(x(), str(part.constant), dialect)


def _truncate_date(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, unit = args
    return cast(function("DATE_TRUNC", text(str(unit.constant)), x()), DATE, dialect)


def _later_day(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, days = args
    count = days() if days.is_constant else cast(days(), INT32, dialect)
    return cast(function("DATEADD", exp.Var(this="DAY"), operand(count), x()), DATE, dialect)


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
