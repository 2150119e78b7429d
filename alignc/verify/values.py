"""Values that break programs, by type: limits, zeros of both signs, NaN, odd text, nights of a clock change.

A type that has a row here is filled with data; adding a type means adding a row.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final

import polars as pl

from alignc.interpreter.values import Scalar, Value
from alignc.ir.types import INTEGER_BOUNDS, TIMESTAMP, DType

# Times are drawn around these: a plain day, both clock changes of Oslo and New York, a leap day.
ANCHORS: Final = (
    datetime(2026, 1, 15, 12, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),
)

# Local times that Oslo and New York do not have, or have twice.
LOCAL_TIMES: Final = (
    datetime(2026, 3, 29, 2, 30),
    datetime(2026, 10, 25, 2, 30),
    datetime(2026, 3, 8, 2, 15),
    datetime(2026, 11, 1, 1, 30),
)

# What is read by path is there and not there; all of it is JSON, else PostgreSQL ends the query.
JSON_TEXTS: Final = (
    "{}",
    "[]",
    "null",
    '"a"',
    "1",
    '{"a": null}',
    '{"a": "b"}',
    '{"a": ""}',
    '{"a": "1"}',
    '{"a": "it\'s \\"\\u00e9\\n\\\\"}',
    '{"a": 1}',
    '{"a": -0}',
    '{"a": 1.50}',
    '{"a": 1e2}',
    '{"a": 9007199254740993}',
    '{"a": 9223372036854775808}',
    '{"a": true}',
    '{"a": {"b": ["x", {"c d": "y"}]}}',
    '{"a": [[1, 2], [3]]}',
    '[ "x", ["y"] ]',
    '{"": 1, "$": "c", "*": "d", "[0]": "e", "a.b": "f", "A": "g"}',
    '{"a": ' * 50 + "0" + "}" * 50,
)

BYTES: Final = (b"", b"\x00", b"\xff\xfe", b"a", b"'\\x00", b"\x00" * 300)

DATES: Final = (
    date(2024, 2, 29),
    date(2026, 3, 29),
    date(1969, 12, 31),
    date(1900, 1, 1),
    date(2100, 3, 1),
)

DURATIONS: Final = (
    timedelta(0),
    timedelta(microseconds=1),
    timedelta(microseconds=-1),
    timedelta(days=1),
    timedelta(days=-1, microseconds=1),
    timedelta(days=36_500),
)

TEXTS: Final = (
    "",
    " ",
    "a",
    "A",
    "b",
    "a.b",
    "100%",
    "_",
    "it's",
    'say "hi"',
    "; drop table x; --",
    "{{ x }} {% y %}",
    "*/ /*",
    "back\\slash",
    "line\nbreak",
    "tab\t",
    "ß",
    "İ",
    "e\u0301",
    "\u00e9",
    "👩\u200d🚀",
    "\U0001f600",
    "null",
    "NaN",
    "true",
    "1",
    "-7",
    " 1",
    "1.5",
    "1e5",
    "2026-03-29",
    "2026-03-29T02:30:00",
    "Ada@Example.org",
    "http://u:p@Example.org:80/a/b?c=d#e",
    "https://[2001:DB8::1]",
    "10.0.0.1",
    "fd00::1",
    "z" * 200,
)

FLOATS: Final = (
    0.0,
    -0.0,
    0.1,
    -1.5,
    2.675,
    1e16,
    -1e16,
    2.0**53 + 2,
    -(2.0**63),
    2.0**63,
    1e-7,
    math.nan,
    math.inf,
    -math.inf,
)
# What arithmetic on them leaves the range of floats.
EXTREMES: Final = (5e-324, 1.7976931348623157e308, -1e308)


@dataclass(frozen=True)
class Kind:
    """How a type is stored, the values that are likely to go wrong, and ordinary ones."""

    stored: pl.DataType
    edges: tuple[Value, ...]
    ordinary: Callable[[Random], Value]
    extremes: tuple[Value, ...] = ()


def kind_of(dtype: DType) -> Kind | None:
    """The row of a type; None for a type that no data can be made for."""
    if dtype.name == "Decimal":
        return _decimal(*dtype.sizes)
    if dtype.name not in ("List", "Embedding"):
        return KINDS.get(str(dtype))
    if dtype.element == TIMESTAMP or (element := kind_of(dtype.element)) is None:
        return None
    if dtype.name == "List":
        return _list(element)
    return _embedding(element, dtype.sizes[0])


def stored_as(dtype: DType) -> pl.DataType:
    """How data frames store a type that data can be made for."""
    kind = kind_of(dtype)
    assert kind is not None, dtype
    return kind.stored


def _list(element: Kind) -> Kind:
    """Lists of up to three elements, each of which may be missing."""
    missing: Value = [None]
    first, last = element.edges[0], element.edges[-1]
    edges: tuple[Value, ...] = ([], missing, _elements(last, None, first), _elements(first) * 2)
    return Kind(
        pl.List(element.stored),
        (*edges, *(_elements(edge) for edge in element.edges)),
        lambda draw: [
            *_elements(*(element.ordinary(draw) for _ in range(draw.randint(0, 3)))),
            *([None] if draw.random() < 0.1 else []),
        ],
    )


def _elements(*values: Value) -> list[Scalar]:
    return [value for value in values if not isinstance(value, list | dict)]


def _embedding(element: Kind, size: int) -> Kind:
    """Vectors of the right length; of other ones, or without a number, programs make nulls."""
    some = element.edges[:: max(1, len(element.edges) // size)]
    hostile = _elements(*((*some, *[element.edges[0]] * size)[:size]))
    edges: tuple[Value, ...] = (
        [0.0] * size,
        hostile,
        [1.0] * (size - 1),
        [1.0] * (size + 1),
        [1.0] * (size - 1) + [None],
    )
    return Kind(
        pl.List(element.stored),
        edges,
        lambda draw: _elements(*(_dyadic(draw) for _ in range(size))),
    )


@dataclass(frozen=True)
class Taste:
    """How likely an edge of the type is, and whether extremes are among the edges."""

    hostile: float = 0.3
    extreme: bool = False


def draw_value(dtype: DType, draw: Random, taste: Taste) -> Value:
    """A value that is there."""
    kind = kind_of(dtype)
    assert kind is not None, dtype
    if draw.random() >= taste.hostile:
        return kind.ordinary(draw)
    return draw.choice((*kind.edges, *kind.extremes) if taste.extreme else kind.edges)


def to_float32(value: float) -> float:
    """The nearest value that fits into 32 bits."""
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def _integer(name: str, stored: pl.DataType) -> Kind:
    lowest, highest = INTEGER_BOUNDS[DType(name)]
    edges = {0, 1, lowest, highest, lowest + 1, highest - 1}
    return Kind(stored, tuple(sorted(edges)), lambda draw: draw.randint(max(lowest, -9), 9))


def _decimal(digits: int, scale: int) -> Kind:
    """Of many digits the largest values have 24, so that sums of many have room."""
    most = min(digits, 24)
    largest, step = (Decimal((0, nines, -scale)) for nines in ((9,) * most, (1,)))
    edges: tuple[Value, ...] = (Decimal(0), step, -step, largest, -largest)
    if 1 <= scale < digits:
        edges += (Decimal("2.5"), Decimal("-2.5"))
    usual = min(999, 10**most - 1)
    return Kind(pl.Decimal(digits, scale), edges, lambda draw: draw.randint(-usual, usual) * step)


def _dyadic(draw: Random) -> float:
    """A short binary fraction: sums of many are exact."""
    return draw.randint(-400, 400) / 8


def _moment(draw: Random) -> datetime:
    return draw.choice(ANCHORS) + timedelta(minutes=draw.randint(-300, 300))


KINDS: Final[dict[str, Kind]] = {
    "Bool": Kind(pl.Boolean(), (True, False), lambda draw: draw.random() < 0.5),
    "Int8": _integer("Int8", pl.Int8()),
    "Int16": _integer("Int16", pl.Int16()),
    "Int32": _integer("Int32", pl.Int32()),
    "Int64": _integer("Int64", pl.Int64()),
    "UInt8": _integer("UInt8", pl.UInt8()),
    "UInt16": _integer("UInt16", pl.UInt16()),
    "UInt32": _integer("UInt32", pl.UInt32()),
    "UInt64": _integer("UInt64", pl.UInt64()),
    "Float32": Kind(
        pl.Float32(),
        tuple(dict.fromkeys(map(to_float32, FLOATS))),
        _dyadic,
        (1.401298464324817e-45, 3.4028234663852886e38),
    ),
    "Float64": Kind(pl.Float64(), FLOATS, _dyadic, EXTREMES),
    "String": Kind(pl.String(), TEXTS, lambda draw: draw.choice("abc") * draw.randint(0, 2)),
    "Json": Kind(
        pl.String(), JSON_TEXTS, lambda draw: f'{{"a": {draw.choice(["1", "2.5", "false"])}}}'
    ),
    "Binary": Kind(pl.Binary(), BYTES, lambda draw: bytes([draw.randint(0, 255)])),
    "Timestamp": Kind(pl.Datetime("us", "UTC"), ANCHORS, _moment),
    "Date": Kind(pl.Date(), DATES, lambda draw: date(2026, 1, 1) + timedelta(draw.randint(0, 400))),
    "Duration": Kind(
        pl.Duration("us"), DURATIONS, lambda draw: timedelta(hours=draw.randint(-9, 99))
    ),
}

# Of the decimals, those that random projects have.
DECIMAL_TYPES: Final = ("Decimal(10, 2)", "Decimal(24, 6)")
# Of the types that have others inside them, those that random projects have.
NESTED_TYPES: Final = ("List[String]", "List[Int64]", "List[Float64]", "List[Date]", "Embedding(3)")
