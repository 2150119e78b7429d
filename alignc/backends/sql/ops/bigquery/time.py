"""Timestamps, dates and durations, each by a zone that is named: none by that of the session."""

from __future__ import annotations

from collections.abc import Sequence

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
from alignc.backends.sql.ops.calendar import adding_days
from alignc.backends.sql.ops.microseconds import checked, duration_between, moved
from alignc.ir.types import FLOAT64, DType

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


def _seconds_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return _seconds(exp.Paren(this=duration_between(args, result, dialect)))


def _seconds(micros: exp.Expr) -> exp.Expr:
    return exp.Div(this=micros, expression=number(1e6), typed=False, safe=False)


# -- durations


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


def _between(end: exp.Expr, start: exp.Expr) -> exp.Expr:
    return function("DATE_DIFF", end, start, exp.Var(this="DAY"))


def _days_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    end, start = args
    return _between(end(), start())


def _later_day(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, days = args
    count = exp.Interval(this=days.operand(), unit=exp.Var(this="DAY"))
    return function("DATE_ADD", x(), count)


NATIVE: dict[str, Lowering] = {
    "date_component": _date_component,
    "seconds_between": _seconds_between,
    "truncate": _truncate,
    "floor_time": _floor_time,
    "date_of": _date_of,
    "duration_between": duration_between,
    "add_duration": moved(1, "SAFE_ADD"),
    "sub_duration": moved(-1, "SAFE_SUBTRACT"),
    "add_durations": checked("SAFE_ADD"),
    "sub_durations": checked("SAFE_SUBTRACT"),
    "total_seconds": _total_seconds,
    "whole_days": _whole_days,
    "date_part": _date_part,
    "truncate_date": _truncate_date,
    "days_between": _days_between,
    "add_days": adding_days(_later_day, _between),
}
