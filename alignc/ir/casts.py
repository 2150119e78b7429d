"""Which conversions there are. What is refused would mean something else on each engine."""

from __future__ import annotations

from alignc.ir.types import (
    BOOL,
    DATE,
    FLOATS,
    INTEGERS,
    JSON,
    NUMBERS,
    STRING,
    TIMESTAMP,
    UINT64,
    DType,
)


def why_not(given: DType, to: DType) -> str | None:
    """The reason why a value cannot be converted; None if it can."""
    if given == to or {given, to} == {STRING, JSON} or (given, to) == (DATE, TIMESTAMP):
        return None
    if to == UINT64 and (given in FLOATS or given.name == "Decimal"):
        return "not all engines keep the last digits of so large a number: make it an `Int64`"
    if _is_number(to) and (_is_number(given) or given in (BOOL, STRING)):
        return None
    if to == STRING and given in FLOATS:
        return "the text of a float depends on the engine: make it a `Decimal` or an integer first"
    if to == STRING and (_is_number(given) or given in (BOOL, DATE)):
        return None
    if to == BOOL and (given in INTEGERS or given == STRING):
        return None
    if given == STRING and to == DATE:
        return None
    if given == TIMESTAMP and to == DATE:
        return "a date depends on the zone: use `.date()`"
    if given == STRING and to == TIMESTAMP:
        return "a text may be local to any zone: declare the column as `Timestamp()`"
    return f"{given} is not converted to {to}"


def _is_number(dtype: DType) -> bool:
    return dtype in NUMBERS or dtype.name == "Decimal"
