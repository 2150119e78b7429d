"""The cells of a test as values of the interpreter."""

from __future__ import annotations

from typing import cast

from alignc.interpreter.convert import convert
from alignc.interpreter.values import Row, Value
from alignc.ir.fixture import Cell, FixtureRows
from alignc.ir.types import DType


def value_of(cell: Cell, dtype: DType) -> Value:
    """A cell as Python has it: times are datetimes, bytes are bytes, structs are dicts."""
    if not isinstance(cell, tuple):
        return convert(cell, dtype)
    # What is inside of a list may be a list, which `Value` does not say.
    if dtype.name == "Struct":
        members = zip(dtype.fields, cell, strict=True)
        return cast("Value", {name: value_of(member, kind) for (name, kind), member in members})
    return cast("Value", [value_of(element, dtype.element) for element in cell])


def rows_of_test(given: FixtureRows) -> list[Row]:
    """The rows of a source, of entities or of a result."""
    return [
        {c.name: value_of(cell, c.dtype) for c, cell in zip(given.columns, row, strict=True)}
        for row in given.rows
    ]
