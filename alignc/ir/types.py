"""The data types of the IR.

A type is written the way it prints: `Int64`, `Decimal(10, 2)`, `List[String]`, `Embedding(384)`,
`Struct{street: String, number: Int32}`. Timestamps are UTC instants in microseconds, durations
count microseconds, JSON is text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

_NAMES = [
    "Bool",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
    "Float32",
    "Float64",
    "String",
    "Binary",
    "Json",
    "Date",
    "Timestamp",
    "Duration",
]

MAX_DECIMAL_DIGITS = 38
# Sums of so many digits have 10 to spare, enough for any number of rows.
SUMMABLE_DIGITS = MAX_DECIMAL_DIGITS - 10


@dataclass(frozen=True, slots=True)
class DType:
    """A data type. Build one with `DType.parse("Int64")` or with the constants and functions of this file.

    `sizes` are the numbers of `Decimal(10, 2)` and `Embedding(384)`; `fields` are the members of a
    struct, and the one unnamed element of a list.
    """

    name: str
    sizes: tuple[int, ...] = ()
    fields: tuple[tuple[str, DType], ...] = ()

    def __str__(self) -> str:
        match self.name:
            case "List":
                return f"List[{self.element}]"
            case "Struct":
                members = (f"{_shown(name)}: {dtype}" for name, dtype in self.fields)
                return f"Struct{{{', '.join(members)}}}"
            case _ if self.sizes:
                return f"{self.name}({', '.join(map(str, self.sizes))})"
            case _:
                return self.name

    @property
    def element(self) -> DType:
        """The type of the elements of a list or an embedding."""
        return FLOAT32 if self.name == "Embedding" else self.fields[0][1]

    @property
    def digits(self) -> int:
        """How many digits a decimal has."""
        return self.sizes[0]

    @property
    def scale(self) -> int:
        """How many of a decimal's digits are behind the point."""
        return self.sizes[1]

    @classmethod
    def parse(cls, text: str) -> DType:
        """The type that prints as `text`; ValueError if there is none."""
        if text in _BY_NAME:
            return _BY_NAME[text]
        return _Parser(text).whole()

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        def validate(value: object) -> DType:
            if isinstance(value, cls):
                return value
            if isinstance(value, str):
                return cls.parse(value)
            raise ValueError(f"not a data type: {value!r}")

        return core_schema.no_info_plain_validator_function(
            validate, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "string",
            "pattern": rf"^({'|'.join(_NAMES)}|Decimal\(\d+, \d+\)|Embedding\(\d+\)|List\[.+\]|Struct\{{.+\}})$",
            "examples": ["Int64", "Decimal(10, 2)", "List[String]", "Struct{a: Int64}"],
        }


_BY_NAME = {name: DType(name) for name in _NAMES}

BOOL = _BY_NAME["Bool"]
INT8, INT16, INT32, INT64 = (_BY_NAME[f"Int{bits}"] for bits in (8, 16, 32, 64))
UINT8, UINT16, UINT32, UINT64 = (_BY_NAME[f"UInt{bits}"] for bits in (8, 16, 32, 64))
FLOAT32, FLOAT64 = _BY_NAME["Float32"], _BY_NAME["Float64"]
STRING, BINARY, JSON = _BY_NAME["String"], _BY_NAME["Binary"], _BY_NAME["Json"]
DATE, TIMESTAMP, DURATION = _BY_NAME["Date"], _BY_NAME["Timestamp"], _BY_NAME["Duration"]


def decimal(digits: int, scale: int) -> DType:
    """A number with `digits` decimal digits, `scale` of them behind the point."""
    if not 1 <= digits <= MAX_DECIMAL_DIGITS or not 0 <= scale <= digits:
        raise ValueError(f"a decimal cannot have {digits} digits, {scale} behind the point")
    return DType("Decimal", (digits, scale))


def is_decimal(dtype: DType) -> bool:
    return dtype.name == "Decimal"


def scale_of(dtype: DType) -> int:
    """How many digits behind the point a decimal or an integer has."""
    return dtype.scale if is_decimal(dtype) else 0


def whole_digits(dtype: DType) -> int:
    """How many digits before the point a decimal or an integer can have."""
    if is_decimal(dtype):
        return dtype.digits - dtype.scale
    low, high = INTEGER_BOUNDS[dtype]
    return len(str(max(high, -low)))


def list_of(element: DType) -> DType:
    """A list of scalars."""
    if element.name in NESTED or element in (BINARY, JSON):
        raise ValueError(f"a list of {element}")
    return DType("List", fields=(("", element),))


def struct_of(fields: tuple[tuple[str, DType], ...]) -> DType:
    """Named members, scalars and structs."""
    names = [name for name, _ in fields]
    if not fields or len(set(names)) < len(names):
        raise ValueError("a struct needs members of different names")
    if nested := [dtype for _, dtype in fields if dtype.name in NESTED - {"Struct"}]:
        raise ValueError(f"a struct with a member of type {nested[0]}")
    return DType("Struct", fields=fields)


def embedding(size: int) -> DType:
    """A vector of 32-bit floats."""
    if size < 1:
        raise ValueError(f"an embedding of {size} numbers")
    return DType("Embedding", (size,))


NESTED = frozenset({"List", "Struct", "Embedding"})

INTEGERS = frozenset({INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64})
UNSIGNED = frozenset({UINT8, UINT16, UINT32, UINT64})
# Sums, differences and products of these fit into 64 bits, whatever the values.
NARROW_INTEGERS = frozenset({INT8, INT16, INT32, UINT8, UINT16})
FLOATS = frozenset({FLOAT32, FLOAT64})
NUMBERS = INTEGERS | FLOATS

INTEGER_BOUNDS: dict[DType, tuple[int, int]] = {
    **{DType(f"Int{b}"): (-(2 ** (b - 1)), 2 ** (b - 1) - 1) for b in (8, 16, 32, 64)},
    **{DType(f"UInt{b}"): (0, 2**b - 1) for b in (8, 16, 32, 64)},
}


def _shown(name: str) -> str:
    """A member's name, quoted where it is not a plain word."""
    return name if re.fullmatch(r"\w+", name) else json.dumps(name, ensure_ascii=False)


class _Parser:
    """Reads one type from the left."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def whole(self) -> DType:
        dtype = self._dtype()
        if self.at < len(self.text):
            raise ValueError(f"unknown data type {self.text!r}")
        return dtype

    def _dtype(self) -> DType:
        name = self._take(r"\w+")
        match name:
            case "Decimal":
                digits, scale = self._take(r"\(\d+, \d+\)")[1:-1].split(", ")
                return decimal(int(digits), int(scale))
            case "Embedding":
                return embedding(int(self._take(r"\(\d+\)")[1:-1]))
            case "List":
                self._take(r"\[")
                element = self._dtype()
                self._take(r"\]")
                return list_of(element)
            case "Struct":
                return struct_of(tuple(self._members()))
            case _ if name in _BY_NAME:
                return _BY_NAME[name]
            case _:
                raise ValueError(f"unknown data type {self.text!r}")

    def _members(self) -> list[tuple[str, DType]]:
        members: list[tuple[str, DType]] = []
        self._take(r"\{")
        while True:
            name = self._take(r'\w+|"(?:[^"\\]|\\.)*"')
            self._take(": ")
            members.append((json.loads(name) if name.startswith('"') else name, self._dtype()))
            if self._take(r", |\}") == "}":
                return members

    def _take(self, pattern: str) -> str:
        found = re.compile(pattern).match(self.text, self.at)
        if found is None:
            raise ValueError(f"unknown data type {self.text!r}")
        self.at = found.end()
        return found[0]
