"""Conversions: what a raw value, a literal or a cast becomes in a declared type.

Text that does not parse and numbers out of range become null. A pair of types that has no meaning,
such as a number as a timestamp, is an error: a null would hide it.
"""

from __future__ import annotations

import ctypes
import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Context, Decimal
from zoneinfo import ZoneInfo

from alignc.interpreter.values import Scalar, Value, duration, int64
from alignc.ir.types import (
    BINARY,
    BOOL,
    DATE,
    DURATION,
    FLOAT32,
    FLOAT64,
    INT64,
    INTEGER_BOUNDS,
    JSON,
    STRING,
    TIMESTAMP,
    DType,
)

_INTEGER = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|nan|inf|infinity)", re.IGNORECASE
)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?)?"
    r"(?P<offset>Z|(?P<sign>[+-])(?P<hours>[0-9]{2})(?::?(?P<minutes>[0-5][0-9]))?)?)?"
)


# A raw value may be of any type that a driver returns, hence `object`.
def convert(value: object, dtype: DType, time_zone: str = "UTC") -> Value:
    """`value` in `dtype`; naive times are local to `time_zone`."""
    if value is None:
        return None
    match dtype.name:
        case "List" | "Embedding":
            if not isinstance(value, list | tuple):
                raise _impossible(value, dtype)
            elements = [_scalar(item, dtype.element, time_zone) for item in value]
            if dtype.name == "Embedding" and (len(elements) != dtype.sizes[0] or None in elements):
                return None
            return elements
        case "Struct":
            if not isinstance(value, dict):
                raise _impossible(value, dtype)
            return {name: _scalar(value[name], kind, time_zone) for name, kind in dtype.fields}
        case _:
            return _scalar(value, dtype, time_zone)


def _scalar(value: object, dtype: DType, time_zone: str) -> Scalar:
    if value is None:
        return None
    if dtype == BOOL:
        return _to_bool(value)
    if dtype in INTEGER_BOUNDS:
        return _to_integer(value, dtype)
    if dtype == FLOAT64:
        return _to_float(value)
    if dtype == FLOAT32:
        return _to_float32(value)
    if dtype in (STRING, JSON):
        return _to_text(value)
    if dtype == DATE:
        return _to_date(value)
    if dtype == DURATION:
        return _to_duration(value)
    if dtype.name == "Decimal":
        return _to_decimal(value, dtype)
    if dtype == BINARY:
        return _to_bytes(value)
    if dtype == TIMESTAMP:
        return to_timestamp(value, time_zone)
    raise ValueError(f"the interpreter has no values of type {dtype}")


def dtype_of(value: Value) -> DType | None:
    """The type that a value shows; None for null and for values that no feature has."""
    match value:
        case bool():
            return BOOL
        case int():
            return INT64
        case float():
            return FLOAT64
        case str():
            return STRING
        case datetime():
            return TIMESTAMP
        case date():
            return DATE
        case timedelta():
            return DURATION
        case bytes():
            return BINARY
        case _:
            return None


def _impossible(value: object, dtype: DType) -> ValueError:
    return ValueError(f"{type(value).__name__} {value!r} cannot be converted to {dtype}")


def _to_bool(value: object) -> bool | None:
    match value:
        case bool():
            return value
        case int() | float():
            return bool(value) if value in (0, 1) else None
        case str():
            return {"false": False, "true": True, "0": False, "1": True}.get(value.lower())
        case _:
            raise _impossible(value, BOOL)


def _to_integer(value: object, dtype: DType) -> int | None:
    match value:
        case int():
            number = int(value)
        case float() | Decimal():
            if not math.isfinite(value):
                return None
            number = math.trunc(value)
        case str():
            if not _INTEGER.fullmatch(value):
                return None
            number = int(value)
        case _:
            raise _impossible(value, dtype)
    lowest, highest = INTEGER_BOUNDS[dtype]
    return number if lowest <= number <= highest else None


def _to_float(value: object) -> float | None:
    match value:
        case int() | float() | Decimal():
            return float(value)
        case str():
            return float(value) if _FLOAT.fullmatch(value) else None
        case _:
            raise _impossible(value, FLOAT64)


def _to_float32(value: object) -> float | None:
    number = _to_float(value)
    return None if number is None else ctypes.c_float(number).value


def _to_text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def _to_bytes(value: object) -> bytes:
    """Bytes as they are; a literal of them is hexadecimal text."""
    match value:
        case bytes():
            return value
        case str():
            return bytes.fromhex(value)
        case _:
            raise _impossible(value, BINARY)


def _to_date(value: object) -> date | None:
    match value:
        case datetime():
            raise _impossible(value, DATE)
        case date():
            return value
        case str():
            if not _DATE.fullmatch(value):
                return None
            try:
                return date.fromisoformat(value)
            except ValueError:
                return None
        case _:
            raise _impossible(value, DATE)


def _to_duration(value: object) -> timedelta | None:
    """A timedelta, or a number of microseconds."""
    match value:
        case timedelta():
            return duration(value)
        case int():
            return None if int64(value) is None else timedelta(microseconds=value)
        case str():
            micros = _to_integer(value, INT64)
            return None if micros is None else timedelta(microseconds=micros)
        case _:
            raise _impossible(value, DURATION)


def _to_decimal(value: object, dtype: DType) -> Decimal | None:
    """The decimal text of `value`, rounded half away from zero; null where it has too many digits."""
    match value:
        case Decimal():
            exact = value
        case int():
            exact = Decimal(int(value))
        case float():
            if not math.isfinite(value):
                return None
            exact = Decimal(repr(value))
        case str():
            if not _DECIMAL.fullmatch(value):
                return None
            exact = Decimal(value)
        case _:
            raise _impossible(value, dtype)
    step = Decimal(1).scaleb(-dtype.scale)
    rounded = exact.quantize(step, rounding=ROUND_HALF_UP, context=Context(prec=2000))
    if rounded.copy_abs() >= Decimal(10) ** (dtype.digits - dtype.scale):
        return None
    # There is no negative zero.
    return rounded.copy_abs() if rounded == 0 else rounded


def to_timestamp(value: object, time_zone: str = "UTC") -> datetime | None:
    """The UTC instant of a datetime, a date (its midnight) or ISO 8601 text."""
    match value:
        case datetime():
            return _to_utc(value, time_zone)
        case date():
            return _to_utc(datetime.combine(value, time()), time_zone)
        case str():
            parsed = _parse_timestamp(value)
            return None if parsed is None else _to_utc(parsed, time_zone)
        case None:
            return None
        case _:
            raise _impossible(value, TIMESTAMP)


def _to_utc(value: datetime, time_zone: str) -> datetime | None:
    if value.tzinfo is None:
        # fold=0: of two equal local times the earlier, and one in a gap moves on by the gap.
        value = value.replace(tzinfo=ZoneInfo(time_zone), fold=0)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return None


def _parse_timestamp(text: str) -> datetime | None:
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        return None
    try:
        day = date.fromisoformat(found["date"])
        microsecond = int((found["fraction"] or "")[:6].ljust(6, "0"))
        clock = time(
            int(found["hour"] or 0),
            int(found["minute"] or 0),
            int(found["second"] or 0),
            microsecond,
        )
        zone = _parse_offset(found)
    except ValueError:
        return None
    return datetime.combine(day, clock, tzinfo=zone)


def _parse_offset(found: re.Match[str]) -> timezone | None:
    if found["offset"] is None:
        return None
    if found["offset"] == "Z":
        return UTC
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return timezone(-offset if found["sign"] == "-" else offset)
