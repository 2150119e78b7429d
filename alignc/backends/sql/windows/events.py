"""The events that windows are about: where they are read, and what their values are called there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from alignc.backends.sql.builder import QueryBuilder, are_known, equal
from alignc.backends.sql.dialect import DUCKDB, column
from alignc.backends.sql.expressions import lower_arg, lower_expr
from alignc.backends.sql.ops.arg import Arg
from alignc.backends.sql.select import Join, Select
from alignc.ir.expr import Column, Expr
from alignc.ir.plan import Schema, WindowAggregate


@dataclass(frozen=True)
class Events:
    """A relation of events.

    `where` leaves out those without a key or a time, `joins` those of keys that nobody asks for.
    """

    relation: str
    # The columns of the key with their types.
    keys: Schema
    time: str
    joins: tuple[Join, ...]
    where: tuple[str, ...]
    # Under which name the relation has each value, and of which type.
    values: Mapping[Expr, str]
    types: Schema

    def only(self, given: Iterable[Expr]) -> Events:
        """The same events with fewer values."""
        values = {v: self.values[v] for v in given}
        types = {n: self.types[n] for n in values.values()}
        return replace(self, values=values, types=types)

    def arg(self, value: Expr, query: QueryBuilder) -> Arg:
        return lower_arg(Column(name=self.values[value]), self.types, query.dialect, self.column)

    def column(self, name: str) -> exp.Expr:
        """A column of an event, with the relation's name if others are joined."""
        return column(name, self.relation if self.joins else None)

    def partition(self, query: QueryBuilder) -> list[str]:
        """What to partition by for the events of each key."""
        relation = self.relation if self.joins else None
        return list(map(query.print, query.keys(self.keys, self.keys, relation)))


def events_of(query: QueryBuilder, name: str, node: WindowAggregate) -> Events:
    """The events of a step, in a CTE of their own if there is a value to compute."""
    right = query.schemas[node.right]
    keys = {b: right[b] for _, b in node.on}
    joins = _asked(query, node)
    beside = node.right if joins else None
    where = query.conditions(*are_known((*keys, node.right_time), beside))
    given = tuple(dict.fromkeys(made.value for made in node.aggregates))
    values: dict[Expr, str] = {
        v: v.name if isinstance(v, Column) else f"__value_{i}" for i, v in enumerate(given, start=1)
    }
    types = {n: lower_arg(v, right, query.dialect).dtype for v, n in values.items()}
    plain = [n for v, n in values.items() if isinstance(v, Column)]
    if len(plain) == len(values):
        return Events(node.right, keys, node.right_time, joins, where, values, types)
    lines = (
        *(
            query.aliased(column(n, beside), n)
            for n in dict.fromkeys((*keys, node.right_time, *plain))
        ),
        *(
            query.aliased(lower_expr(v, right, query.dialect, lambda n: column(n, beside)), n)
            for v, n in values.items()
            if n not in plain
        ),
    )
    relation = query.fresh(f"{name}_events")
    query.cte(relation, Select(lines, query.name(node.right), joins, where))
    return Events(relation, keys, node.right_time, (), (), values, types)


def asks_for_some(node: WindowAggregate) -> bool:
    """Whether there may be keys of no question: not if the questions are about the events' own keys."""
    return any(a not in node.left_columns for a, _ in node.on)


def _asked(query: QueryBuilder, node: WindowAggregate) -> tuple[Join, ...]:
    """Leaves out the keys of no question; other dialects do so on a time line."""
    if query.dialect != DUCKDB or not asks_for_some(node):
        return ()
    on = [equal(node.right, b, node.left, a) for a, b in node.on]
    return (query.join("SEMI JOIN", node.left, on),)
