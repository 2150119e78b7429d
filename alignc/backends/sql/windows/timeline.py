"""Events and questions on one time line, for PostgreSQL: a frame at a question ends there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from alignc.backends.sql.builder import TIME, QueryBuilder
from alignc.backends.sql.dialect import cast, column, moment
from alignc.backends.sql.select import Join, Line, Select
from alignc.backends.sql.windows.events import Events
from alignc.ir.plan import Schema, WindowAggregate


@dataclass(frozen=True)
class Timeline:
    """The rows of a time line; `more` are columns that both kinds of rows have."""

    query: QueryBuilder
    node: WindowAggregate
    given: Events

    def events(self, more: Sequence[Line], asked: Sequence[str] = ()) -> Select:
        """The events; `asked` leaves out those that no question sees."""
        query, node = self.query, self.node
        left = query.schemas[node.left]
        lines = (
            *(query.aliased(column(b), k) for b, k in zip(self.given.keys, self.keys, strict=True)),
            query.aliased(moment(column(self.given.time), query.dialect), TIME),
            *more,
            *(query.aliased(column(v), n) for v, n in self.names.items()),
            *(
                query.aliased(cast(exp.Null(), left[n], query.dialect), n)
                for n in node.left_columns
            ),
        )
        return Select(lines, query.name(self.given.relation), where=(*self.given.where, *asked))

    def asks(self, time: exp.Expr, more: Sequence[Line], joins: tuple[Join, ...] = ()) -> Select:
        query, node = self.query, self.node
        types = self.given.types
        left = node.left if joins else None
        lines = (
            *(
                query.aliased(column(a, left), k)
                for (a, _), k in zip(node.on, self.keys, strict=True)
            ),
            query.aliased(time, TIME),
            *more,
            *(
                query.aliased(cast(exp.Null(), types[v], query.dialect), n)
                for v, n in self.names.items()
            ),
            *(query.aliased(column(n, left), n) for n in node.left_columns),
        )
        return Select(lines, query.name(node.left), joins)

    def seen(self, relation: str) -> Events:
        """The events as they are called there."""
        values = {e: self.names[v] for e, v in self.given.values.items()}
        types = {n: self.given.types[v] for v, n in self.names.items()}
        return Events(relation, self.keys, TIME, (), (), values, types)

    @property
    def keys(self) -> Schema:
        return {f"__key_{i}": t for i, t in enumerate(self.given.keys.values(), start=1)}

    @property
    def names(self) -> dict[str, str]:
        """A name for each value that no column of the questions has."""
        return {v: f"__value_{i}" for i, v in enumerate(self.given.types, start=1)}
