"""A Python value -> what a literal of a declared type holds; nothing is converted."""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal
from zoneinfo import ZoneInfo

from alignc.ir.calendar import instant_text
from alignc.ir.expr import Scalar
from alignc.ir.types import (
    BOOL,
    DATE,
    DURATION,
    FLOAT32,
    FLOATS,
    INTEGER_BOUNDS,
    INTEGERS,
    JSON,
    STRING,
    TIMESTAMP,
    DType,
)


def literal_value(given: object, dtype: DType, zone: str) -> Scalar:
    """A value as literals have it; None if it is not one of the type."""
    match given:
        case bool():
            return given if dtype == BOOL else None
        case int() if dtype in INTEGERS:
            low, high = INTEGER_BOUNDS[dtype]
            return int(given) if low <= given <= high else None
        case int() | float() if dtype in FLOATS:
            return _float(given, dtype)
        case int() | Decimal() if dtype.name == "Decimal":
            return _decimal(Decimal(given), dtype)
        case str() if dtype in (STRING, JSON):
            return str(given) if _is_storable(given) else None
        case datetime() | date() if dtype == TIMESTAMP:
            return _instant(given, zone)
        case date() if dtype == DATE and not isinstance(given, datetime):
            return given.isoformat()
        case timedelta() if dtype == DURATION:
            micros = given // timedelta(microseconds=1)
            return micros if -(2**63) <= micros < 2**63 else None
        case _:
            return None


def _float(given: float, dtype: DType) -> float | None:
    try:
        value = float(given)
        if isinstance(given, int) and int(value) != given:
            return None
        return struct.unpack("<f", struct.pack("<f", value))[0] if dtype == FLOAT32 else value
    except OverflowError:
        return None


def _decimal(given: Decimal, dtype: DType) -> str | None:
    """All its digits, as many behind the point as the type has."""
    if not given.is_finite():
        return None
    value = given.quantize(Decimal(1).scaleb(-dtype.scale), context=Context(prec=2000))
    if value != given or value.copy_abs() >= Decimal(10) ** (dtype.digits - dtype.scale):
        return None
    # There is no negative zero.
    return f"{value.copy_abs() if value == 0 else value:f}"


def _is_storable(text: str) -> bool:
    """Whether all engines can hold a text: PostgreSQL has no NUL, none has half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _instant(given: date, zone: str) -> str | None:
    """The instant of a time; one without a zone is local to `zone`, the earlier one if there are two."""
    local = given if isinstance(given, datetime) else datetime.combine(given, time())
    if local.tzinfo is None:
        local = local.replace(tzinfo=ZoneInfo(zone), fold=0)
    try:
        return instant_text(local.astimezone(UTC))
    except OverflowError:
        return None
