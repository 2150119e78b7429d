"""A test of a view or of a contract's dataset: rows of the sources, and the rows that must come out.

It stands beside the Module and not in it: a program does not change with its tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from alignc.errors import Span
from alignc.ir.expr import Scalar
from alignc.ir.types import DType

# Written as in literals; a list is its elements, a struct its members in the order of its type.
Cell = Scalar | tuple["Cell", ...]
FixtureKind = Literal["view", "contract"]


@dataclass(frozen=True)
class FixtureColumn:
    """A column of a source, of the entity rows or of a result."""

    name: str
    dtype: DType


@dataclass(frozen=True)
class FixtureRows:
    """Rows with typed columns; each has a cell for each of them, and a place where it is written."""

    columns: tuple[FixtureColumn, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Fixture:
    """Rows in, rows out.

    `given` are all sources that the definition reads, by name, with the columns that views read. Times that
    a source writes in a format of its own are as it writes them. `expected` has only the columns
    that are to be looked at. `entities` are there for a contract; its expected rows are in their order.
    """

    name: str
    kind: FixtureKind
    target: str
    given: tuple[tuple[str, FixtureRows], ...]
    entities: FixtureRows | None
    expected: FixtureRows
    span: Span
