"""Points in time: `TIMESTAMPTZ` in both dialects, parts taken in a named zone."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
    POSTGRES,
    Dialect,
    cast,
    function,
    interval,
    number,
    operand,
    text,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.ops.time import CALENDAR_UNITS
from alignc.ir.types import DATE, FLOAT64, INT64, TIMESTAMP, DType

FIELDS = {"weekday": "ISODOW", "day_of_year": "DOY"}


def _date_component(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, component, zone = args
    name = str(component.constant)
    local = exp.AtTimeZone(this=x.operand(), zone=text(str(zone.constant)))
    part: exp.Expr = exp.Extract(
        this=exp.Var(this=FIELDS.get(name, name.upper())), expression=local
    )
    if dialect == POSTGRES and name == "second":
        # PostgreSQL's seconds have a fraction.
        part = exp.Floor(this=part)
    return cast(part, INT64, dialect)


def _seconds_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    end, start = args
    if dialect == POSTGRES:
        elapsed = exp.Sub(this=end.operand(), expression=start.operand())
        seconds = exp.Extract(this=exp.Var(this="EPOCH"), expression=exp.Paren(this=elapsed))
        return cast(seconds, FLOAT64, dialect)
    micros = exp.Sub(this=function("EPOCH_US", end()), expression=function("EPOCH_US", start()))
    return exp.Div(this=exp.Paren(this=micros), expression=number(1e6), typed=False, safe=False)


def _truncate(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, unit, zone = (args[0], str(args[1].constant), text(str(args[2].constant)))
    if dialect == POSTGRES:
        return function("DATE_TRUNC", text(unit), x(), zone)
    local = exp.AtTimeZone(this=x.operand(), zone=zone)
    start = function("DATE_TRUNC", text(unit), local)
    if args[2].constant == "UTC" or unit in CALENDAR_UNITS:
        return exp.AtTimeZone(this=start, zone=zone.copy())
    # Of an hour that is there twice, the one in which `x` is.
    since = exp.Sub(this=local.copy(), expression=start)
    return exp.Sub(this=x.operand(), expression=operand(since))


def _floor_time(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, step = args
    assert isinstance(step.constant, int)
    width = interval(step.constant)
    if dialect == POSTGRES:
        return function("DATE_BIN", width, x(), cast(text(_MONDAY), TIMESTAMP, dialect))
    # DuckDB counts from a Monday as well.
    return function("TIME_BUCKET", width, x())


# Midnight in UTC of a Monday.
_MONDAY = "2000-01-03T00:00:00Z"


def _date_of(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, zone = args
    local = exp.AtTimeZone(this=x.operand(), zone=text(str(zone.constant)))
    return cast(local, DATE, dialect)


NATIVE: dict[str, Lowering] = {
    "date_component": _date_component,
    "seconds_between": _seconds_between,
    "truncate": _truncate,
    "floor_time": _floor_time,
    "date_of": _date_of,
}
