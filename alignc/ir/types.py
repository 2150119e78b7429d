"""The data types of the IR.

A type is written the way it prints: `Int64`, `Timestamp`. Timestamps are UTC instants in
microseconds.
"""

from __future__ import annotations

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
    "Timestamp",
]


@dataclass(frozen=True, slots=True)
class DType:
    """A data type. Build one with `DType.parse("Int64")` or use the constants of this file."""

    name: str

    def __str__(self) -> str:
        return self.name

    @classmethod
    def parse(cls, text: str) -> DType:
        """The type that prints as `text`; ValueError if there is none."""
        if text not in _BY_NAME:
            raise ValueError(f"unknown data type {text!r}")
        return _BY_NAME[text]

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
        return {"type": "string", "enum": list(_NAMES)}


_BY_NAME = {name: DType(name) for name in _NAMES}

BOOL = _BY_NAME["Bool"]
INT8, INT16, INT32, INT64 = (_BY_NAME[f"Int{bits}"] for bits in (8, 16, 32, 64))
UINT8, UINT16, UINT32, UINT64 = (_BY_NAME[f"UInt{bits}"] for bits in (8, 16, 32, 64))
FLOAT32, FLOAT64 = _BY_NAME["Float32"], _BY_NAME["Float64"]
STRING, TIMESTAMP = _BY_NAME["String"], _BY_NAME["Timestamp"]

INTEGERS = frozenset({INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64})
# Sums, differences and products of these fit into 64 bits, whatever the values.
NARROW_INTEGERS = frozenset({INT8, INT16, INT32, UINT8, UINT16})
FLOATS = frozenset({FLOAT32, FLOAT64})
NUMBERS = INTEGERS | FLOATS

INTEGER_BOUNDS: dict[DType, tuple[int, int]] = {
    **{DType(f"Int{b}"): (-(2 ** (b - 1)), 2 ** (b - 1) - 1) for b in (8, 16, 32, 64)},
    **{DType(f"UInt{b}"): (0, 2**b - 1) for b in (8, 16, 32, 64)},
}
