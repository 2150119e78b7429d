"""The parts of a query as finished text, as the templates write them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A line of a select list: what is computed, under which name, with a comment above."""

    text: str
    doc: tuple[str, ...] = ()


@dataclass(frozen=True)
class Join:
    """A joined relation; the conditions must all hold."""

    kind: str
    relation: str
    on: tuple[str, ...]


@dataclass(frozen=True)
class Frame:
    """A named window."""

    name: str
    partition: str
    order: str
    rows: str


@dataclass(frozen=True)
class Select:
    """The parts of a SELECT as finished text."""

    columns: tuple[Line, ...]
    source: str
    joins: tuple[Join, ...] = ()
    where: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    having: str | None = None
    windows: tuple[Frame, ...] = ()
    qualify: str | None = None
    order_by: str | None = None
    distinct: bool = False


@dataclass(frozen=True)
class Cte:
    """A named step: one SELECT, or several with UNION ALL between them.

    If it is recursive, the second one reads what the step has found last.
    """

    name: str
    selects: tuple[Select, ...]
    comment: tuple[str, ...] = ()
    is_recursive: bool = False


@dataclass(frozen=True)
class Query:
    """A whole file: the steps and the last SELECT."""

    ctes: tuple[Cte, ...]
    result: Select

    @property
    def is_recursive(self) -> bool:
        return any(cte.is_recursive for cte in self.ctes)
