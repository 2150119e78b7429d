"""Sources as files of text, with what people and programs write into such files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final

import polars as pl

from alignc.fuzz.modules import is_member
from alignc.interpreter.convert import convert
from alignc.interpreter.values import Value
from alignc.ir.module import (
    Feature,
    FileSource,
    Raw,
    Reading,
    TextTime,
    TimeFormat,
    UnixTime,
)
from alignc.ir.types import BINARY, JSON, NESTED, TIMESTAMP
from alignc.verify.values import TEXTS

# What is not a value of most types, or one that is spelled oddly.
_ODD: Final = (
    *("", " ", "+7", "-0", "007", "1.0", "1.5", "1e2", "5.", ".5", ".", "1e", "0x10", "1_000"),
    *("255", "256", "-129", "65536", "4294967296", "18446744073709551616", "170141183460469231731"),
    *("TRUE", "False", "yes", "t", "inf", "-Infinity", "nan", "1e400", "NULL", "None"),
    *("2026-01-31", "2026-1-31", "2026-02-30", "0000-01-01", "9999-12-31T23:59:59.9999999Z"),
    *("0000-12-31T23:59:59-01:00", "0001-01-01 00:00", "9999-12-31 23:59:59"),
    *("2026-01-31 24:00", "2026-01-31T10:00+0130", "2026-01-31 10:00:00.5", "31.01.2026"),
)
_FORMAT: Final = "%d.%m.%Y %H:%M:%S.%f%z"


Columns = Mapping[str, Feature]


def are_text(columns: Columns) -> bool:
    """Whether files of text have such columns: neither csv files nor json lines have lists or bytes.

    DuckDB takes names for one that differ in the spaces around them only.
    """
    return len({c.strip() for c in columns}) == len(columns) and not any(
        f.dtype.name in NESTED or f.dtype in (BINARY, JSON) or is_member(f)
        for f in columns.values()
    )


def as_text_file(
    source: str, number: int, columns: Columns, frame: pl.DataFrame, draw: Random
) -> tuple[FileSource, pl.DataFrame]:
    """A csv file or json lines in place of a frame, and its fields."""
    file = _file(source, number, columns, draw)
    times = file.reading.times
    fields = [
        pl.Series(
            column, [_field(value, feature, times, draw) for value in frame[column]], pl.String
        )
        for column, feature in columns.items()
    ]
    if file.format == "csv":
        # An empty field is null.
        fields = [s.set(s == "", None) for s in fields]
    return file, pl.DataFrame(fields)


def written(value: Value) -> str | None:
    """A value as people and programs write it."""
    kinds: tuple[tuple[type, Callable[[object], str]], ...] = (
        (bool, lambda v: str(v).lower()),
        (float, repr),
        (datetime, lambda v: str(v)),
        (date, str),
        (timedelta, lambda v: str(v // timedelta(microseconds=1))),  # type: ignore[operator]
    )
    if value is None:
        return None
    for kind, write in kinds:
        if isinstance(value, kind):
            return write(value)
    return str(value)


def _has_decimals(columns: Columns) -> bool:
    return any(feature.dtype.name == "Decimal" for feature in columns.values())


def _file(name: str, number: int, columns: Columns, draw: Random) -> FileSource:
    is_csv = _has_decimals(columns) or draw.random() < 0.6
    packed = ".gz" if draw.random() < 0.2 else ""
    times: TimeFormat | None = draw.choice(
        [None, None, UnixTime(unit="us"), TextTime(format=_FORMAT)]
    )
    return FileSource(
        name=name,
        path=f"file_{number}.{'csv' if is_csv else 'jsonl'}{packed}",
        format="csv" if is_csv else "json_lines",
        separator=draw.choice([",", ",", ";", "\t", "|"]) if is_csv else ",",
        null_values=draw.choice([(), (), ("NA", "-7", "null"), ("it's", " ")]) if is_csv else (),
        reading=Reading(times=times, nan_as_null=is_csv and draw.random() < 0.3),
    )


def _field(value: object, feature: Feature, times: TimeFormat | None, draw: Random) -> str | None:
    assert isinstance(feature.compute, Raw)
    if value is None:
        return None
    # Keys have one spelling: others would make unique keys equal.
    if feature.role != "entity" and draw.random() < 0.1:
        return draw.choice((*_ODD, *TEXTS))
    made = convert(value, feature.dtype, feature.compute.time_zone)
    if feature.dtype == TIMESTAMP and times is not None and isinstance(made, datetime):
        return _written_time(made, times)
    return written(made)


def _written_time(time: datetime, times: TimeFormat) -> str:
    match times:
        case UnixTime():
            return str((time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))
        case TextTime():
            return time.strftime(_FORMAT)
