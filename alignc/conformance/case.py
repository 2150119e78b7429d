"""A conformance case, as it is written in a file of cases.

    family: state                        the rules of a file belong together
    cases:
      - rule: state.ttl                  the rule of docs/semantics.md
        name: state is alive less than its TTL
        definitions: |                   Python, below `from alignc import *`
          ...
        sources:
          facts:                         by the name that programs know
            columns: {k: Int64, t: Timestamp}
            rows: [[1, "2026-01-01T12:00:00Z"]]
        entities: ...                    the same shape; without them a view is meant
        show: facts                      the view or contract, if there are several
        expect:                          columns that are not named are not looked at
          columns: [x]
          rows: [[10]]

In place of `expect`, `error` is a part of the message with which the program must end, and
`refused` are the codes of the mistakes in the definitions. Rows of a dataset are in the order of
the entity rows, rows of a view in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

# Times are ISO 8601 text.
Scalar = bool | int | float | str | None
# A struct is its members; bytes are hexadecimal text.
Cell = Scalar | list[Scalar] | dict[str, object]


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Table(_Written):
    """Rows with typed columns, or the text of a csv file.

    A type is one of alignc's. `Timestamp[ms]` is stored in milliseconds, `Timestamp[us, naive]`
    without a zone.
    """

    columns: dict[str, str] = {}
    rows: list[list[Cell]] = []
    csv: str | None = None

    @model_validator(mode="after")
    def _has_cells_for_its_columns(self) -> Self:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"the row {row} has {len(row)} cells, not {len(self.columns)}")
        return self


class Expected(_Written):
    """The columns to look at and their rows."""

    columns: list[str]
    rows: list[list[Cell]]


class Case(_Written):
    """One example of a rule."""

    rule: str
    name: str
    definitions: str
    sources: dict[str, Table] = {}
    entities: Table | None = None
    show: str | None = None
    expect: Expected | None = None
    error: str | None = None
    refused: list[str] | None = None

    @model_validator(mode="after")
    def _expects_one_thing(self) -> Self:
        wanted = (self.expect, self.error, self.refused)
        if sum(one is not None for one in wanted) != 1:
            raise ValueError("a case has one of `expect`, `error` and `refused`")
        return self


class Family(_Written):
    """The cases of a file."""

    family: str
    about: str
    cases: list[Case]


def read_families() -> Iterator[Family]:
    """All cases that come with alignc, by family."""
    folder = files("alignc.conformance") / "cases"
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if path.name.endswith(".yml"):
            yield Family.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
