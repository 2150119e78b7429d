"""A case as a file: the Module as JSON, rows as tables, and where it came from.

Kept cases are read again by the tests, on all engines.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from alignc.ir.module import Module
from alignc.verify.rows import Case, Frames

_NUMBERS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def case_to_json(case: Case, found: str) -> str:
    """The text of a case; `found` says what was wrong and which seed showed it."""
    return (
        json.dumps(
            {
                "found": found,
                "module": json.loads(case.module.model_dump_json(exclude_none=True)),
                "sources": _tables(case.sources),
                "entities": _tables(case.entities),
                **({"as_declared": True} if case.as_declared else {}),
            },
            indent=1,
            ensure_ascii=False,
        )
        + "\n"
    )


def case_from_json(text: str) -> Case:
    """The case of a text that `case_to_json` wrote."""
    given = json.loads(text)
    return Case(
        Module.model_validate_json(json.dumps(given["module"])),
        {name: _frame(table) for name, table in given["sources"].items()},
        {name: _frame(table) for name, table in given["entities"].items()},
        given.get("as_declared", False),
    )


def read_case(path: Path) -> Case:
    return case_from_json(path.read_text(encoding="utf-8"))


def _tables(frames: Frames) -> dict[str, object]:
    return {
        name: {
            "columns": {column: _type_text(dtype) for column, dtype in frame.schema.items()},
            "rows": [[_plain(value) for value in row] for row in frame.iter_rows()],
        }
        for name, frame in frames.items()
    }


# JSON has no types of its own.
def _frame(table: Mapping[str, Any]) -> pl.DataFrame:
    types = {name: _type_of(text) for name, text in table["columns"].items()}
    return pl.DataFrame(
        [
            pl.Series(name, [_value(row[i], dtype) for row in table["rows"]], dtype)
            for i, (name, dtype) in enumerate(types.items())
        ]
    )


# The type of a struct is an object of those of its members.
TypeText = str | dict[str, "TypeText"]


def _type_text(dtype: pl.DataType) -> TypeText:
    if isinstance(dtype, pl.Struct):
        return {field.name: _type_text(_member(field)) for field in dtype.fields}
    if isinstance(dtype, pl.Datetime):
        return f"Datetime[{dtype.time_unit}, {dtype.time_zone or 'local'}]"
    if isinstance(dtype, pl.Decimal):
        return f"Decimal[{dtype.precision}, {dtype.scale}]"
    if isinstance(dtype, pl.Duration):
        return "Duration"
    if isinstance(dtype, pl.List):
        return f"List[{_type_text(_element(dtype))}]"
    return str(dtype)


def _element(dtype: pl.List) -> pl.DataType:
    (element,) = pl.Schema({"element": dtype.inner}).dtypes()
    return element


def _member(field: pl.Field) -> pl.DataType:
    (member,) = pl.Schema({"member": field.dtype}).dtypes()
    return member


def _type_of(text: TypeText) -> pl.DataType:
    if isinstance(text, dict):
        return pl.Struct({name: _type_of(member) for name, member in text.items()})
    if found := re.fullmatch(r"Datetime\[(ms|us|ns), (.*)\]", text):
        unit, zone = found.groups()
        return pl.Datetime(unit, None if zone == "local" else zone)  # type: ignore[arg-type]
    if found := re.fullmatch(r"Decimal\[(\d+), (\d+)\]", text):
        return pl.Decimal(int(found[1]), int(found[2]))
    if found := re.fullmatch(r"List\[(.*)\]", text):
        return pl.List(_type_of(found[1]))
    dtype: pl.DataType = pl.Duration("us") if text == "Duration" else getattr(pl, text)()
    return dtype


def _plain(value: object) -> object:
    match value:
        case float() if math.isnan(value):
            return "NaN"
        case float() if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        case datetime() | date():
            return value.isoformat()
        case timedelta():
            return value // timedelta(microseconds=1)
        case bytes():
            return value.hex()
        case Decimal():
            return str(value)
        case list():
            return [_plain(element) for element in value]
        case dict():
            return {name: _plain(member) for name, member in value.items()}
        case _:
            return value


def _value(value: object, dtype: pl.DataType) -> object:
    match value:
        case str() if dtype.is_float():
            return _NUMBERS[value]
        case str() if isinstance(dtype, pl.Datetime):
            return datetime.fromisoformat(value)
        case str() if dtype == pl.Date:
            return date.fromisoformat(value)
        case str() if isinstance(dtype, pl.Decimal):
            return Decimal(value)
        case str() if dtype == pl.Binary:
            return bytes.fromhex(value)
        case int() if dtype == pl.Duration:
            return timedelta(microseconds=value)
        case list() if isinstance(dtype, pl.List):
            return [_value(element, _element(dtype)) for element in value]
        case dict() if isinstance(dtype, pl.Struct):
            return {f.name: _value(value[f.name], _member(f)) for f in dtype.fields}
        case _:
            return value
