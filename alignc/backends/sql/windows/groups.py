"""A relation with parts of aggregates, one row a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from alignc.backends.sql.builder import QueryBuilder
from alignc.backends.sql.dialect import identifier
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


def so_far(query: QueryBuilder, name: str, partition: Sequence[str], order: str) -> Frame:
    """The frame of all rows up to each, those of the same time included."""
    return Frame(query.name(name), ", ".join(partition), order, "RANGE UNBOUNDED PRECEDING")
