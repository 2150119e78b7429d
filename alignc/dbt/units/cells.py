"""Values as dbt has them in the rows of a test.

dbt casts what is in a cell to the type of its column, a text as well, so that a text is exact where a
number of YAML is not. Types that have no text that it could cast are written in SQL.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, cast, function, identifier, number, text
from alignc.backends.sql.style.jinja import kept
from alignc.dbt.documents import Block
from alignc.interpreter import Row, Value
from alignc.ir.types import BINARY, DURATION, FLOAT32, INTEGERS, STRING, DType

# So many digits of a decimal number are in a float whatever reads it.
_SAFE_DIGITS = 15
# What makes bytes of hexadecimal digits, with the name of the form.
_FROM_HEX = {
    "postgres": ("DECODE", "hex"),
    "snowflake": ("TO_BINARY", "HEX"),
    "bigquery": ("FROM_HEX",),
}


def has_text(dtype: DType) -> bool:
    """Whether dbt can cast the text of a value to the type."""
    return dtype != BINARY and dtype.name not in ("List", "Embedding", "Struct")


def plain(value: Value, dtype: DType, dialect: Dialect) -> object:
    """The value in YAML."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return _float(_shortest(value) if dtype == FLOAT32 else value, dialect)
        case list():
            # The text of a list: only DuckDB casts it.
            return f"[{', '.join(_element(element, dtype.element, dialect) for element in value)}]"
        case datetime():
            return _moment(value, dialect)
        case timedelta():
            return value // timedelta(microseconds=1)
        case date():
            return value.isoformat()
        case Decimal():
            # To dbt 1 is not 1.00.
            return f"{value:.{dtype.scale}f}"
        case _:
            raise AssertionError(f"no cell of YAML has {type(value).__name__}")


def _element(value: Value, dtype: DType, dialect: Dialect) -> str:
    match plain(value, dtype, dialect):
        case None:
            return "NULL"
        case bool() as truth:
            return str(truth).lower()
        case str() as words if not isinstance(value, list):
            escaped = words.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case other:
            return str(other)


def _shortest(value: float) -> float:
    """Of the numbers that are the same in 32 bits the one with the fewest digits.

    >>> _shortest(0.10000000149011612)
    0.1
    """
    shorter = (float(f"{value:.{digits}g}") for digits in range(6, 10))
    return next((x for x in shorter if ctypes.c_float(x).value == value), value)


def _float(value: float, dialect: Dialect) -> object:
    """The number, or its text if SQL would read it as something else."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return f"{'-' if value < 0 else ''}{dialect.infinity}"
    is_negative_zero = value == 0 and math.copysign(1, value) < 0
    if is_negative_zero or float(f"{value:.{_SAFE_DIGITS}g}") != value or "e" in repr(value):
        return repr(value)
    return value


def _moment(value: datetime, dialect: Dialect) -> str:
    """In UTC, which is said, unless it is a clock that has no zone."""
    shown = value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    return f"{shown}+00" if dialect.has_instants else shown


def query(rows: Sequence[Row], columns: Mapping[str, DType], dialect: Dialect) -> Block:
    """A SELECT with the rows, which Jinja reads twice: once as YAML, once as a model."""
    selects = [_select(row, columns, dialect) for row in rows]
    if not selects:
        nothing = _select(dict.fromkeys(columns), columns, dialect)
        return Block(kept(kept(f"{nothing} where false")))
    return Block(kept(kept("\nunion all\n".join(selects))))


def _select(row: Row, columns: Mapping[str, DType], dialect: Dialect) -> str:
    made = [
        exp.Alias(
            this=cast(_sql(row.get(name), dtype, dialect), dtype, dialect), alias=identifier(name)
        )
        for name, dtype in columns.items()
    ]
    return dialect.print(exp.Select(expressions=made))


def _sql(value: Value, dtype: DType, dialect: Dialect) -> exp.Expr:
    match value:
        case None:
            return exp.Null()
        case bool():
            return exp.Boolean(this=value)
        case bytes():
            name, *more = _FROM_HEX.get(dialect.name, ("UNHEX",))
            return function(name, text(value.hex()), *map(text, more))
        case list():
            return exp.Array(expressions=[_sql(v, dtype.element, dialect) for v in value])
        case int() if dtype in (*INTEGERS, DURATION):
            return number(value)
        case str() if dtype == STRING:
            return text(value)
        case _:
            return text(str(plain(value, dtype, dialect)))
