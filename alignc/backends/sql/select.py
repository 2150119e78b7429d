"""The parts of a query as finished text, as the templates write them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A line of a select list: what is computed, under which name, with a comment above.

    `name` is that of the column, if it is one.
    """

    text: str
    doc: tuple[str, ...] = ()
    name: str | None = None


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
    """The parts of a SELECT as finished text; of constants alone it has no source."""

    columns: tuple[Line, ...]
    source: str
    joins: tuple[Join, ...] = ()
    where: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    having: str | None = None
    windows: tuple[Frame, ...] = ()
    qualify: str | None = None
    order_by: str | None = None
    verb: str = "SELECT"
    # Conditions of which one must hold when a model adds to what is there; Jinja that dbt reads.
    # At a line end in one of them, its line may end.
    when_incremental: tuple[str, ...] = ()


_KEPT = {True: "MATERIALIZED", False: "NOT MATERIALIZED", None: ""}


@dataclass(frozen=True)
class Cte:
    """A named relation: one SELECT, or several with UNION ALL between them.

    `step` is the step of the plan that it is of. If it is recursive, the second SELECT reads what it
    has found last.
    """

    name: str
    step: str
    selects: tuple[Select, ...]
    comment: tuple[str, ...] = ()
    is_recursive: bool = False
    # Whether it is computed once and kept, or by each reader what that needs; None leaves it to the engine.
    is_kept: bool | None = None

    @property
    def kept(self) -> str:
        """The word for that, if there is one."""
        return _KEPT[self.is_kept]


@dataclass(frozen=True)
class Query:
    """A whole file: the relations and the last SELECT, which is the step `result_step`."""

    ctes: tuple[Cte, ...]
    result: Select
    result_step: str

    @property
    def is_recursive(self) -> bool:
        return any(cte.is_recursive for cte in self.ctes)
