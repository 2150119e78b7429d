"""A plan as one SELECT statement: each step becomes a named CTE or a few.

The statement is laid out here, one column a line; expressions are printed by sqlglot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from alignc.backends.sql.as_of import lower_as_of
from alignc.backends.sql.builder import ENTITY, QueryBuilder, are_known, equal, words
from alignc.backends.sql.dialect import Dialect, column
from alignc.backends.sql.expressions import Columns, lower_expr
from alignc.backends.sql.groups import grouped
from alignc.backends.sql.joins import lower_key_join
from alignc.backends.sql.running import running
from alignc.backends.sql.scan import lower_scan
from alignc.backends.sql.select import Join, Line, Query, Select
from alignc.backends.sql.windows import lower_windows
from alignc.ir.plan import (
    AsOfJoin,
    Distinct,
    Filter,
    Group,
    KeyJoin,
    Plan,
    Project,
    Running,
    Scan,
    Slice,
    Step,
    StepNode,
    Union,
    WindowAggregate,
    Write,
    inputs_of,
    names_to_tell,
    schemas,
)

# What a slice leaves of its rows in a model that adds to what is there: conditions of which one must hold.
Since: TypeAlias = Callable[[Slice], tuple[str, ...]]


def lower_query(
    plan: Plan, dialect: Dialect, cheap: Collection[str] = (), since: Since | None = None
) -> Query:
    """The query of a plan. `cheap` are sources of which single columns can be read, again and again.

    A plan with slices needs to know what they are in SQL.
    """
    relations = {step.name for step in plan.steps} | {scan.source for _, scan in plan.scans()}
    taken = {name.lower() for name in relations}
    scans = frozenset(step.name for step, scan in plan.scans() if scan.source in cheap)
    query = QueryBuilder(dialect, schemas(plan), taken, names_to_tell(plan), scans)
    return _Lowering(plan, query, since).run()


@dataclass
class _Lowering:
    plan: Plan
    query: QueryBuilder
    since: Since | None
    absorbed: dict[str, KeyJoin] = field(default_factory=dict)

    def run(self) -> Query:
        *steps, last = self.plan.steps
        write = self.plan.write
        assert last.node is write
        readers = Counter(n for s in self.plan.steps for n in set(inputs_of(s.node)))
        self.absorbed = {
            s.name: s.node
            for s in steps
            if isinstance(s.node, KeyJoin)
            and readers[s.name] == 1
            and any(_computes(r.node, s.name) for r in self.plan.steps)
        }
        for step in steps:
            if step.name not in self.absorbed:
                self.query.step = step.name
                self._step(step)
        self.query.step = last.name
        result = self._write(write)
        kept = {self.query.name(name): is_kept for name, is_kept in self.query.kept.items()}
        ctes = (replace(c, is_kept=kept.get(c.name)) for c in self.query.ctes)
        return Query(tuple(ctes), result, last.name)

    def _from(self, name: str) -> tuple[Columns, str, tuple[Join, ...]]:
        """Where a step's columns are found; a join that only one step reads is made there."""
        if name in self.absorbed:
            return lower_key_join(self.query, self.absorbed[name])
        return column, self.query.name(name), ()

    def _step(self, step: Step) -> None:
        query, comment = self.query, words(step.comment)
        match step.node:
            case Scan() as node:
                lower_scan(query, step.name, node, comment)
            case Project() as node:
                schema = query.schemas[node.input]
                columns, source, joins = self._from(node.input)
                lines = tuple(query.line(c, schema, columns) for c in node.columns)
                query.cte(step.name, Select(lines, source, joins), comment)
            case Filter() as node:
                schema = query.schemas[node.input]
                lines = tuple(query.plain(n) for n in schema)
                where = query.conditions(lower_expr(node.predicate, schema, query.dialect))
                query.cte(step.name, Select(lines, query.name(node.input), where=where), comment)
            case Slice() as node:
                assert self.since is not None
                lines = tuple(query.plain(n) for n in query.schemas[step.name])
                only = self.since(node)
                select = Select(lines, query.name(node.input), when_incremental=only)
                query.cte(step.name, select, comment)
            case Distinct() as node:
                lines = tuple(query.plain(n) for n in node.columns)
                where = query.conditions(*are_known(node.columns))
                by = query.group_by(node.columns, query.schemas[node.input])
                select = Select(lines, query.name(node.input), where=where, verb="SELECT DISTINCT")
                if len(by) > len(lines):
                    # Texts that are equal may still be different.
                    select = replace(select, group_by=by, verb="SELECT")
                query.cte(step.name, select, comment)
            case Union(inputs=inputs, columns=names):
                lines = tuple(query.plain(n) for n in names)
                first, *others = (Select(lines, query.name(n)) for n in inputs)
                query.cte(step.name, first, comment, *others)
            case KeyJoin() as node:
                columns, source, joins = lower_key_join(query, node)
                lines = tuple(query.aliased(columns(n), n) for n in query.schemas[step.name])
                query.cte(step.name, Select(lines, source, joins), comment)
            case AsOfJoin() as node:
                lower_as_of(query, step.name, node, comment)
            case WindowAggregate() as node:
                lower_windows(query, step.name, node, comment)
            case Group() as node:
                query.cte(step.name, grouped(query, node), comment)
            case Running() as node:
                query.cte(step.name, running(query, node), comment)
            case Write():
                raise AssertionError("a write is the last step")

    def _write(self, write: Write) -> Select:
        query = self.query
        schema = query.schemas[write.input]
        columns, source, joins = self._from(write.input)
        lines = [query.line(c, schema, columns) for c in write.columns]
        if write.others_of is not None:
            assert write.order_by is not None
            joins = (self._entity_join(write), *joins)
            lines.insert(0, Line(self._others(write.order_by)))
        order = query.print(columns(write.order_by)) if write.order_by else None
        if write.others_of is not None and not query.dialect.excludes_of_one:
            return self._others_first(
                write, Select(tuple(lines), source, joins, tuple(query.checks))
            )
        return Select(tuple(lines), source, joins, tuple(query.checks), order_by=order)

    def _others_first(self, write: Write, select: Select) -> Select:
        """The rows with all columns, and then without one of them."""
        assert write.order_by is not None
        rows, row = self.query.fresh("numbered"), self.query.name(write.order_by)
        self.query.cte(rows, select, ("The result, with the numbers of its rows.",))
        line = Line(f"* {self.query.dialect.all_but} ({row})")
        return Select((line,), self.query.name(rows), order_by=row)

    def _entity_join(self, write: Write) -> Join:
        assert write.others_of is not None
        assert write.order_by is not None
        row, rows = write.order_by, self.query.entity_rows
        return self.query.join("JOIN", rows, [equal(write.others_of, row, rows, row)])

    def _others(self, row: str) -> str:
        """All columns of the entity rows, whatever they are."""
        rows = self.query.name(self.query.entity_rows)
        if not self.query.dialect.excludes_of_one:
            return f"{rows}.*"
        if (word := self.query.dialect.all_but) is not None:
            return f"{rows}.* {word} ({self.query.name(row)})"
        return f"({rows}.{self.query.name(ENTITY)}).*"


def _computes(node: StepNode, given: str) -> bool:
    return isinstance(node, Project | Write) and node.input == given
