"""Columns of tables as values of their declared types.

A time of a table is a TIMESTAMP, or a DATETIME, which has no zone.
"""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.dialect import (
    Dialect,
    case,
    cast,
    from_micros,
    function,
    number,
    text,
    try_cast,
)
from alignc.backends.sql.ops.bigquery.casts import fitting, within
from alignc.backends.sql.ops.bigquery.time import safe
from alignc.backends.sql.ops.nan import is_nan
from alignc.ir.calendar import FIRST_MICROSECOND, LAST_MICROSECOND
from alignc.ir.module import TextTime, UnixTime
from alignc.ir.plan import ScanColumn
from alignc.ir.time_text import iso_of, pattern_of
from alignc.ir.types import INT64, INTEGERS, JSON, STRING, TIMESTAMP, is_decimal

_UNITS = {"s": 1_000_000, "ms": 1_000, "us": 1}
# What the text of a TIMESTAMP ends in, and that of a DATETIME does not.
_OFFSET = r":[0-9]{2}(?:\.[0-9]+)?[+-][0-9]{2}(?::[0-9]{2})?$"
_DAY = exp.Interval(this=number(1), unit=exp.Var(this="DAY"))


def read_value(given: ScanColumn, node: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A column as a value of its declared type; null where it does not fit."""
    match given.times:
        case UnixTime(unit=unit):
            return _unix_time(node, _UNITS[unit], dialect)
        case TextTime(format=format):
            written = _iso_text(node, format)
            if "%z" in format:
                return try_cast(written, TIMESTAMP, dialect)
            clock = exp.TryCast(this=written, to=exp.DataType.build("DATETIME", dialect="bigquery"))
            return _at_clock(clock, given.time_zone)
        case None:
            pass
    if given.dtype == TIMESTAMP:
        return _timestamp(node, given.time_zone, dialect)
    if given.dtype in (STRING, JSON):
        return cast(node, STRING, dialect)
    if is_decimal(given.dtype):
        return fitting(node, given.dtype, dialect)
    value = try_cast(node, given.dtype, dialect)
    if given.dtype in INTEGERS:
        return within(value, given.dtype)
    if given.nan_as_null:
        return case((exp.Not(this=is_nan(value, dialect)), value.copy()))
    return value


def _unix_time(node: exp.Expr, size: int, dialect: Dialect) -> exp.Expr:
    value = try_cast(node, INT64, dialect)
    micros = value if size == 1 else exp.Mul(this=value, expression=number(size))
    is_time = exp.Between(
        this=value.copy(),
        low=number(-(-FIRST_MICROSECOND // size)),
        high=number(LAST_MICROSECOND // size),
    )
    return case((is_time, from_micros(micros)))


def _iso_text(node: exp.Expr, format: str) -> exp.Expr:
    """Text of a form as ISO 8601 has it, null for text of another form."""
    pattern = text(rf"\A{pattern_of(format)}\z")
    iso = text(iso_of(format, lambda i: f"\\{i}"))
    has_form = function("REGEXP_CONTAINS", node, pattern)
    return case((has_form, function("REGEXP_REPLACE", node.copy(), pattern.copy(), iso)))


def _timestamp(node: exp.Expr, zone: str, dialect: Dialect) -> exp.Expr:
    # Without a zone a time is taken for one of UTC, the zone of every session that says nothing else.
    instant = cast(node, TIMESTAMP, dialect)
    if zone == "UTC":
        return instant
    has_zone = function("REGEXP_CONTAINS", cast(node.copy(), STRING, dialect), text(_OFFSET))
    clock = exp.Cast(this=node.copy(), to=exp.DataType.build("DATETIME", dialect="bigquery"))
    return case((has_zone, instant), otherwise=_at_clock(clock, zone))


def _at_clock(clock: exp.Expr, zone: str) -> exp.Expr:
    """The instant at which the clock of a zone shows a time.

    Of two it is the earlier one, and a time that the clock skips moves on with it: in both cases it is 24
    hours after the time a day before, when the clock was as it had been until then.
    """
    if zone == "UTC":
        return function("TIMESTAMP", clock, text("UTC"))

    def shown(instant: exp.Expr) -> exp.Expr:
        return safe(function("DATETIME", instant, text(zone)))

    def instant_of(time: exp.Expr) -> exp.Expr:
        return safe(function("TIMESTAMP", time, text(zone)))

    day_before = safe(function("DATETIME_SUB", clock.copy(), _DAY.copy()))
    day = exp.Interval(this=number(24), unit=exp.Var(this="HOUR"))
    moved_on = safe(function("TIMESTAMP_ADD", instant_of(day_before), day))
    plain = instant_of(clock.copy())
    is_later_one = exp.NEQ(this=shown(moved_on.copy()), expression=clock.copy())
    is_shown = exp.EQ(this=shown(plain.copy()), expression=clock.copy())
    missing = exp.Is(this=moved_on.copy(), expression=exp.Null())
    only = exp.And(
        this=exp.Paren(this=exp.Or(this=is_later_one, expression=missing)), expression=is_shown
    )
    return case((only, plain), otherwise=moved_on)
