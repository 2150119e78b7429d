"""The values of a source as they are written there; an empty field of a csv file is given as None.

Times in a format of their own are read digit by digit, without regular expressions.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from alignc.interpreter.convert import convert
from alignc.interpreter.values import Row, Value
from alignc.ir.module import FileSource, RowsSource, Source, TextTime, UnixTime
from alignc.ir.types import BOOL, DURATION, FLOAT64, FLOATS, INT64, INTEGERS, TIMESTAMP, DType

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_value(source: Source, value: object, dtype: DType, time_zone: str) -> Value:
    """A value of a source's column in its declared type."""
    if isinstance(source, FileSource) and value in source.null_values:
        return None
    # A table in its place has dates and times.
    is_json = isinstance(value, str | int | float | list | dict)
    if isinstance(source, FileSource) and source.format == "json_lines" and is_json:
        is_count = dtype == TIMESTAMP and isinstance(source.reading.times, UnixTime)
        value = _json_text(value, is_whole=is_count or dtype in (*INTEGERS, BOOL, DURATION))
    if dtype == TIMESTAMP and not isinstance(value, datetime):
        match source.reading.times:
            case UnixTime(unit=unit):
                return _from_unix(convert(value, INT64), unit)
            case TextTime(format=format):
                return (
                    convert(_to_iso(str(value), format), dtype, time_zone)
                    if value is not None
                    else None
                )
            case None:
                pass
    made = convert(value, dtype, time_zone)
    if source.reading.nan_as_null and dtype in FLOATS and made != made:
        return None
    return made


def _json_text(value: object, *, is_whole: bool) -> str | None:
    """A value of JSON as the text that a csv file would have; 1.0 and 1e2 are whole numbers."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value)
    digits = text.lstrip("+-")
    number = convert(text, FLOAT64)
    # Zero may be written as -0.
    is_plain = digits.isascii() and digits.isdigit() and int(digits) != 0
    if is_whole and not is_plain and isinstance(number, float) and number.is_integer():
        return str(int(Decimal(repr(number))))
    return text


def _from_unix(count: Value, unit: str) -> Value:
    if not isinstance(count, int):
        return None
    size = {
        "s": timedelta(seconds=1),
        "ms": timedelta(milliseconds=1),
        "us": timedelta(microseconds=1),
    }
    try:
        return _EPOCH + count * size[unit]
    except OverflowError:
        return None


def _to_iso(text: str, format: str) -> str | None:
    """The ISO 8601 text of a text in a strptime format; None if it has another form."""
    read: dict[str, str] = {}
    place, at = 0, 0
    while at < len(format):
        if format[at] != "%" or format[at : at + 2] == "%%":
            literal = format[at]
            at += 2 if literal == "%" else 1
            if text[place : place + 1] != literal:
                return None
            place += 1
            continue
        part = format[at + 1]
        at += 2
        taken = _offset(text[place:]) if part == "z" else _digits(text[place:], part)
        if taken is None:
            return None
        read[part] = taken
        place += len(taken)
    if place < len(text):
        return None
    time = "".join(
        before + read[part]
        for part, before in (("H", " "), ("M", ":"), ("S", ":"), ("f", "."), ("z", ""))
        if part in read
    )
    return f"{read['Y']}-{read['m']}-{read['d']}{time}"


def _digits(text: str, part: str) -> str | None:
    """The digits that a part takes: all it has, of a fraction as many as there are."""
    count = {"Y": 4, "f": 6}.get(part, 2)
    taken = ""
    while len(taken) < count and text[len(taken) : len(taken) + 1] in tuple("0123456789"):
        taken += text[len(taken)]
    return taken if len(taken) == count or (part == "f" and taken) else None


def _offset(text: str) -> str | None:
    if text[:1] == "Z":
        return "Z"
    for length in (6, 5):
        sign, hours, minutes = text[:1], text[1:3], text[length - 2 : length]
        between = text[3 : length - 2]
        if (
            sign in ("+", "-")
            and between == (":" if length == 6 else "")
            and len(hours + minutes) == 4
            and (hours + minutes).isascii()
            and (hours + minutes).isdigit()
        ):
            return text[:length]
    return None


def rows_of(source: RowsSource) -> list[Row]:
    """The rows that definitions hold."""
    names = [column.name for column in source.columns]
    cells = zip(*(column.values for column in source.columns), strict=True)
    return [dict(zip(names, row, strict=True)) for row in cells]
