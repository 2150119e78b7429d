"""A relation with parts of aggregates, one row a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from alignc.backends.sql.builder import QueryBuilder
from alignc.backends.sql.dialect import case, column, identifier, not_null, number
from alignc.backends.sql.select import Frame
from alignc.backends.sql.windows.parts import Part
from alignc.ir.module import Window
from alignc.ir.window_plans import Method


@dataclass(frozen=True)
class Group:
    """Under which name `relation` has a part of a window, computed by one of `methods`."""

    relation: str
    methods: tuple[Method, ...]
    columns: Mapping[tuple[Window, Part], str]
    # Whether the parts are sums of totals, whose types are wider.
    is_summed: bool = False

    @property
    def windows(self) -> frozenset[Window]:
        return frozenset(window for window, _ in self.columns)


def over(frame: str) -> Callable[[exp.Expr], exp.Expr]:
    """Puts `OVER frame` behind a call."""
    return lambda call: exp.Window(this=call, alias=identifier(frame), over="OVER")


def so_far(
    query: QueryBuilder, name: str, partition: Sequence[str], order: str, mark: str | None = None
) -> Frame:
    """The frame of all rows up to each, those of the same time included.

    Only questions are asked what is in it. In a dialect without ranges they stand behind the events of their
    time: `mark` is a column that no question lacks and no event has.
    """
    if not query.dialect.has_ranges:
        assert mark is not None
        behind = case((not_null(column(mark)), number(1)), otherwise=number(0))
        order = f"{order}, {query.print(behind)}"
        return Frame(query.name(name), ", ".join(partition), order, "ROWS UNBOUNDED PRECEDING")
    return Frame(query.name(name), ", ".join(partition), order, "RANGE UNBOUNDED PRECEDING")
