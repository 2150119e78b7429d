"""A plan as one SELECT statement: each step becomes a named CTE or a few.

The statement is laid out here, one column a line; expressions are printed by sqlglot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from alignc.backends.sql.dialect import (
    DUCKDB,
    POSTGRES,
    Dialect,
    case,
    cast,
    column,
    function,
    identifier,
    interval,
    not_null,
    number,
    quoted,
    text,
    try_cast,
)
from alignc.backends.sql.expressions import Columns, lower_arg, lower_expr
from alignc.backends.sql.ops import AGGREGATES
from alignc.backends.sql.ops.comparison import by_code_point
from alignc.ir.expr import Column, Expr
from alignc.ir.module import Module, Window
from alignc.ir.plan import (
    ENTITIES,
    AsOfJoin,
    Distinct,
    Filter,
    KeyJoin,
    NamedExpr,
    Plan,
    Project,
    Scan,
    ScanColumn,
    Schema,
    Step,
    StepNode,
    WindowAggregate,
    Write,
    inputs_of,
    schemas,
)
from alignc.ir.print import show_duration, show_window
from alignc.ir.time_frames import frame_bounds
from alignc.ir.types import BOOL, INT64, STRING, TIMESTAMP, DType

# The names that this file gives to helper columns and relations.
TIME, RANK, ASKS, COPIES, ENTITY = "__time", "__rank", "__asks", "__copies", "__entity"
ENTITY_ROWS = "entity_rows"

_WIDTH = 88


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
    windows: tuple[Frame, ...] = ()
    qualify: str | None = None
    order_by: str | None = None
    distinct: bool = False


@dataclass(frozen=True)
class Cte:
    """A named step: one SELECT, or several with UNION ALL between them."""

    name: str
    selects: tuple[Select, ...]
    comment: tuple[str, ...] = ()


@dataclass(frozen=True)
class Query:
    """A whole file: the steps and the last SELECT."""

    ctes: tuple[Cte, ...]
    result: Select


def lower_query(module: Module, plan: Plan, dialect: Dialect) -> Query:
    """The query of a plan."""
    return _Lowering(module, plan, dialect).run()


@dataclass
class _Lowering:
    module: Module
    plan: Plan
    dialect: Dialect
    ctes: list[Cte] = field(default_factory=list)
    schemas: dict[str, Schema] = field(default_factory=dict)
    absorbed: dict[str, KeyJoin] = field(default_factory=dict)

    def run(self) -> Query:
        self.schemas = schemas(self.plan)
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
                self._step(step)
        return Query(tuple(self.ctes), self._write(write))

    def _from(self, name: str) -> tuple[Columns, str, tuple[Join, ...]]:
        """Where a step's columns are found; a join that only one step reads is made there."""
        if name in self.absorbed:
            return self._key_join(self.absorbed[name])
        return column, self._name(name), ()

    # -- steps

    def _step(self, step: Step) -> None:
        comment = _comment(step.comment)
        match step.node:
            case Scan() as node:
                self._scan(step.name, node, comment)
            case Project() as node:
                schema = self.schemas[node.input]
                columns, source, joins = self._from(node.input)
                lines = tuple(self._line(c, schema, columns) for c in node.columns)
                self._cte(step.name, Select(lines, source, joins), comment)
            case Filter() as node:
                schema = self.schemas[node.input]
                lines = tuple(self._plain(n) for n in schema)
                where = self._conditions(lower_expr(node.predicate, schema, self.dialect))
                self._cte(step.name, Select(lines, self._name(node.input), where=where), comment)
            case Distinct() as node:
                lines = tuple(self._plain(n) for n in node.columns)
                where = self._conditions(*_are_known(node.columns))
                select = Select(lines, self._name(node.input), where=where, distinct=True)
                self._cte(step.name, select, comment)
            case KeyJoin() as node:
                columns, source, joins = self._key_join(node)
                lines = tuple(self._aliased(columns(n), n) for n in self.schemas[step.name])
                self._cte(step.name, Select(lines, source, joins), comment)
            case AsOfJoin() as node:
                self._as_of(step.name, node, comment)
            case WindowAggregate() as node:
                self._windows(step.name, node, comment)
            case Write():
                raise AssertionError("a write is the last step")

    def _scan(self, name: str, node: Scan, comment: tuple[str, ...]) -> None:
        relation = self._name(node.source)
        at: Columns = column
        lines: list[Line] = []
        if node.others:
            number_rows = self._aliased(_row_number(), node.row_id or "")
            everything = f"{relation}.*" if self.dialect == DUCKDB else None
            rest = everything or f"{relation} AS {self._name(ENTITY)}"
            self._cte(
                ENTITY_ROWS,
                Select((number_rows, Line(rest)), relation),
                ("The entity rows as they are, numbered.",),
            )
            relation = self._name(ENTITY_ROWS)
            if self.dialect == POSTGRES:
                at = _entity_column
            lines.append(self._plain(node.row_id or ""))
        for given in node.columns:
            read = _read(given, at(given.column), self.dialect)
            lines.append(self._aliased(read, given.name, given.doc))
        if not lines:
            lines.append(self._aliased(number(1), "__nothing"))
        zones = {c.time_zone for c in node.columns if c.dtype == TIMESTAMP}
        if zones and node.source != ENTITIES:
            note = f"Times without a zone are {' or '.join(sorted(zones))}."
            comment = (*comment, note)
        self._cte(name, Select(tuple(lines), relation), comment)

    def _key_join(self, node: KeyJoin) -> tuple[Columns, str, tuple[Join, ...]]:
        """Where each column comes from, the left relation and the joins."""
        places = {name: (node.left, name) for name in node.left_columns}
        joins: list[Join] = []
        for right in node.rights:
            source = right.input
            if right.unique:
                source = self._unique(right.input, tuple(b for _, b in right.on), right.unique)
            places.update({new: (source, name) for name, new in right.columns})
            on = [_equal(node.left, a, source, b) for a, b in right.on]
            joins.append(self._join("LEFT JOIN", source, on))

        def found(name: str) -> exp.Expr:
            relation, original = places[name]
            return column(original, relation)

        return found, self._name(node.left), tuple(joins)

    def _unique(self, relation: str, keys: tuple[str, ...], label: str) -> str:
        """The relation without null keys; a key that is there twice ends the query."""
        counted, unique = f"{relation}_counted", f"{relation}_unique"
        names = tuple(self.schemas[relation])
        copies = exp.Window(
            this=exp.Count(this=exp.Star()), partition_by=[column(k) for k in keys], over="OVER"
        )
        lines = (*map(self._plain, names), self._aliased(copies, COPIES))
        where = self._conditions(*_are_known(keys))
        self._cte(counted, Select(lines, self._name(relation), where=where))
        message = exp.DPipe(
            this=text(f"{label}: several rows have the key "),
            expression=_key_text(keys, self.dialect),
        )
        failure: exp.Expr = function("ERROR", message) if self.dialect == DUCKDB else message
        is_fine = case(
            (
                exp.GT(this=column(COPIES), expression=number(1)),
                cast(failure, BOOL, self.dialect),
            ),
            otherwise=exp.Boolean(this=True),
        )
        select = Select(
            tuple(map(self._plain, names)), self._name(counted), where=self._conditions(is_fine)
        )
        self._cte(unique, select, ("A key must not be there twice.",))
        return unique

    # -- points in time

    def _as_of(self, name: str, node: AsOfJoin, comment: tuple[str, ...]) -> None:
        right = self.schemas[node.right]
        keys = tuple(b for _, b in node.on)
        order = [node.right_time, *((node.created_at,) if node.created_at else ()), *node.order]
        if node.left_time is None:
            self._latest(name, node, keys, order, comment)
        elif node.created_at is None and self.dialect == DUCKDB:
            self._asof_join(name, node, keys, order, comment)
        else:
            self._timeline_join(name, node, keys, order, comment, right)

    def _history(
        self, node: AsOfJoin, keys: tuple[str, ...], more: Sequence[str] = ()
    ) -> list[Line]:
        names = dict.fromkeys((*keys, node.right_time, *more, *node.right_columns))
        return [self._plain(n) for n in names]

    def _known_rows(self, node: AsOfJoin, keys: tuple[str, ...]) -> tuple[str, ...]:
        times = (node.right_time, *((node.created_at,) if node.created_at else ()))
        return self._conditions(*_are_known((*keys, *times)))

    def _latest(
        self,
        name: str,
        node: AsOfJoin,
        keys: tuple[str, ...],
        order: list[str],
        comment: tuple[str, ...],
    ) -> None:
        """The last row of each key, whenever it happened."""
        history = f"{name}_history"
        rank = self._ordered(keys, order, self.schemas[node.right], latest_first=True)
        lines = [*self._history(node, keys), self._aliased(rank, RANK)]
        where = self._conditions(*_are_known(keys))
        self._cte(history, Select(tuple(lines), self._name(node.right), where=where))
        on = [
            *(_equal(node.left, a, history, b) for a, b in node.on),
            exp.EQ(this=column(RANK, history), expression=number(1)),
        ]
        join = self._join("JOIN", history, on)
        select = Select(self._taken(node, node.left, history), self._name(node.left), (join,))
        self._cte(name, select, comment)

    def _asof_join(
        self,
        name: str,
        node: AsOfJoin,
        keys: tuple[str, ...],
        order: list[str],
        comment: tuple[str, ...],
    ) -> None:
        """DuckDB's own join; of rows of the same key and time only the last one takes part."""
        history = f"{name}_history"
        right = self.schemas[node.right]
        rank = self._ordered((*keys, node.right_time), order[1:], right, latest_first=True)
        is_last = exp.EQ(this=rank, expression=number(1))
        select = Select(
            tuple(self._history(node, keys)),
            self._name(node.right),
            where=self._known_rows(node, keys),
            qualify=self._print(is_last) if order[1:] else None,
        )
        note = ("Of rows with the same key and time, the last one.",) if order[1:] else ()
        self._cte(history, select, note)
        assert node.left_time is not None
        at, then = column(node.left_time, node.left), column(node.right_time, history)
        on = [
            *(_equal(node.left, a, history, b) for a, b in node.on),
            exp.GTE(this=at, expression=then),
        ]
        join = self._join("ASOF JOIN", history, on)
        where = self._conditions(_is_alive(then, at, node.ttl)) if node.ttl is not None else ()
        select = Select(
            self._taken(node, node.left, history), self._name(node.left), (join,), where
        )
        self._cte(name, select, comment)

    def _timeline_join(
        self,
        name: str,
        node: AsOfJoin,
        keys: tuple[str, ...],
        order: list[str],
        comment: tuple[str, ...],
        right: Schema,
    ) -> None:
        """Rows and questions on one time line: the best rank known so far answers a question."""
        history, timeline, known = f"{name}_history", f"{name}_timeline", f"{name}_known"
        created = (node.created_at,) if node.created_at else ()
        rank = self._ordered(keys, order, right)
        lines = [*self._history(node, keys, created), self._aliased(rank, RANK)]
        where = self._known_rows(node, keys)
        self._cte(
            history,
            Select(tuple(lines), self._name(node.right), where=where),
            ("The rows of each key in their order; the last one of those known is the latest.",),
        )
        since: exp.Expr = column(node.right_time)
        if node.created_at is not None:
            since = exp.Greatest(this=since, expressions=[column(node.created_at)])
        left = self.schemas[node.left]
        nulls = [
            self._aliased(cast(exp.Null(), left[n], self.dialect), n) for n in node.left_columns
        ]
        answers = Select(
            (
                *map(self._plain, keys),
                self._aliased(since, TIME),
                self._plain(RANK),
                *nulls,
            ),
            self._name(history),
        )
        assert node.left_time is not None
        asks = Select(
            (
                *(self._aliased(column(a), b) for a, b in node.on),
                self._aliased(column(node.left_time), TIME),
                self._aliased(cast(exp.Null(), INT64, self.dialect), RANK),
                *map(self._plain, node.left_columns),
            ),
            self._name(node.left),
            where=self._conditions(*_are_known((*(a for a, _ in node.on), node.left_time))),
        )
        self._cte(timeline, answers, (), asks)
        best = exp.Window(
            this=exp.Max(this=column(RANK)),
            partition_by=[column(k) for k in keys],
            order=exp.Order(expressions=[exp.Ordered(this=column(TIME), nulls_first=False)]),
            spec=exp.WindowSpec(
                kind="RANGE",
                start="UNBOUNDED",
                start_side="PRECEDING",
                end="CURRENT ROW",
            ),
            over="OVER",
        )
        asked = exp.Is(this=column(RANK), expression=exp.Null())
        lines = [
            *map(self._plain, (*keys, TIME)),
            self._aliased(asked, ASKS),
            self._aliased(best, RANK),
            *map(self._plain, node.left_columns),
        ]
        self._cte(known, Select(tuple(lines), self._name(timeline)))
        on = [_equal(known, n, history, n) for n in (*keys, RANK)]
        conditions: list[exp.Expr] = [column(ASKS, known)]
        if node.ttl is not None:
            then, at = column(node.right_time, history), column(TIME, known)
            conditions.append(_is_alive(then, at, node.ttl))
        select = Select(
            self._taken(node, known, history),
            self._name(known),
            (self._join("JOIN", history, on),),
            self._conditions(*conditions),
        )
        self._cte(name, select, comment)

    def _taken(self, node: AsOfJoin, left: str, right: str) -> tuple[Line, ...]:
        return (
            *(self._aliased(column(n, left), n) for n in node.left_columns),
            *(self._aliased(column(n, right), n) for n in node.right_columns),
        )

    def _ordered(
        self,
        partition: tuple[str, ...],
        order: Sequence[str],
        schema: Schema,
        *,
        latest_first: bool = False,
    ) -> exp.Expr:
        """The row number in the total order; a null is the lowest value."""
        ordered = [
            exp.Ordered(
                this=by_code_point(column(n), schema[n], self.dialect),
                desc=latest_first,
                nulls_first=not latest_first,
            )
            for n in order
        ]
        return exp.Window(
            this=exp.RowNumber(),
            partition_by=[column(k) for k in partition],
            order=exp.Order(expressions=ordered) if ordered else None,
            over="OVER",
        )

    # -- windows

    def _windows(self, name: str, node: WindowAggregate, comment: tuple[str, ...]) -> None:
        """Events and questions on one time line, and a frame of it for each window."""
        timeline, framed = f"{name}_timeline", f"{name}_framed"
        right, left = self.schemas[node.right], self.schemas[node.left]
        keys = [f"__key_{i}" for i, _ in enumerate(node.on, start=1)]
        values: dict[Expr, str] = {}
        for made in node.aggregates:
            values.setdefault(made.value, f"__value_{len(values) + 1}")
        nulls = [
            self._aliased(cast(exp.Null(), left[n], self.dialect), n) for n in node.left_columns
        ]
        events = Select(
            (
                *(self._aliased(column(b), k) for k, (_, b) in zip(keys, node.on, strict=True)),
                self._aliased(column(node.right_time), TIME),
                self._aliased(exp.Boolean(this=False), ASKS),
                *nulls,
                *(self._aliased(lower_expr(v, right, self.dialect), n) for v, n in values.items()),
            ),
            self._name(node.right),
            where=self._conditions(*_are_known((*(b for _, b in node.on), node.right_time))),
        )
        value_types = {n: lower_arg(v, right, self.dialect).dtype for v, n in values.items()}
        asks = Select(
            (
                *(self._aliased(column(a), k) for k, (a, _) in zip(keys, node.on, strict=True)),
                self._aliased(column(node.left_time), TIME),
                self._aliased(exp.Boolean(this=True), ASKS),
                *map(self._plain, node.left_columns),
                *(
                    self._aliased(cast(exp.Null(), t, self.dialect), n)
                    for n, t in value_types.items()
                ),
            ),
            self._name(node.left),
        )
        self._cte(timeline, events, comment, asks)
        frames = _frame_names(node)
        lines = [*map(self._plain, (ASKS, *node.left_columns))]
        for made in node.aggregates:
            value = values[made.value]
            arg = lower_arg(Column(name=value), value_types, self.dialect)
            frame = frames[made.window]

            def over(aggregate: exp.Expr, frame: str = frame) -> exp.Expr:
                return exp.Window(this=aggregate, alias=identifier(frame), over="OVER")

            computed = AGGREGATES[made.aggregate](arg, made.dtype, over, self.dialect)
            lines.append(self._aliased(computed, made.name, made.doc))
        windows = tuple(self._frame(f, keys, w) for w, f in frames.items())
        notes = tuple(f"{f}: {show_window(w)}" for w, f in frames.items())
        self._cte(
            framed,
            Select(tuple(lines), self._name(timeline), windows=windows),
            (*notes, "PRECEDING includes its edge, an open edge is one microsecond further in."),
        )
        names = (*node.left_columns, *(a.name for a in node.aggregates))
        select = Select(
            tuple(map(self._plain, names)), self._name(framed), where=(self._name(ASKS),)
        )
        self._cte(name, select)

    def _frame(self, name: str, keys: Sequence[str], window: Window) -> Frame:
        edges = " AND ".join(_edge(e, self.dialect) for e in frame_bounds(window))
        partition = ", ".join(self._name(k) for k in keys)
        if window.length is None:
            # A question without a time must not see the events that have one.
            partition += f", {self._name(TIME)} IS NULL"
        return Frame(self._name(name), partition, self._name(TIME), f"RANGE BETWEEN {edges}")

    # -- the result

    def _write(self, write: Write) -> Select:
        schema = self.schemas[write.input]
        columns, source, joins = self._from(write.input)
        lines = [self._line(c, schema, columns) for c in write.columns]
        if write.others_of is not None:
            assert write.order_by is not None
            joins = (self._entity_join(write), *joins)
            lines.insert(0, Line(self._others(write.order_by)))
        order = self._print(columns(write.order_by)) if write.order_by else None
        return Select(tuple(lines), source, joins, order_by=order)

    def _entity_join(self, write: Write) -> Join:
        assert write.others_of is not None
        assert write.order_by is not None
        row = write.order_by
        return self._join("JOIN", ENTITY_ROWS, [_equal(write.others_of, row, ENTITY_ROWS, row)])

    def _others(self, row: str) -> str:
        """All columns of the entity rows, whatever they are."""
        rows = self._name(ENTITY_ROWS)
        if self.dialect == DUCKDB:
            return f"{rows}.* EXCLUDE ({self._name(row)})"
        return f"({rows}.{self._name(ENTITY)}).*"

    # -- printing

    def _cte(
        self,
        name: str,
        select: Select,
        comment: tuple[str, ...] = (),
        *more: Select,
    ) -> None:
        self.ctes.append(Cte(self._name(name), (select, *more), comment))

    def _join(self, kind: str, relation: str, on: Sequence[exp.Expr]) -> Join:
        return Join(kind, self._name(relation), self._conditions(*on))

    def _conditions(self, *conditions: exp.Expr) -> tuple[str, ...]:
        """Conditions that must all hold, one a line."""
        alone = len(conditions) == 1
        return tuple(
            self._print(c if alone or not isinstance(c, exp.Or) else exp.Paren(this=c))
            for c in conditions
        )

    def _name(self, name: str) -> str:
        return quoted(name)

    def _print(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Column):
            return ".".join(quoted(part.name) for part in node.parts)
        flat = self.dialect.print(node)
        return flat if len(flat) <= _WIDTH - 8 else self.dialect.print(node, pretty=True)

    def _plain(self, name: str) -> Line:
        return Line(self._name(name))

    def _aliased(self, node: exp.Expr, name: str, doc: str | None = None) -> Line:
        if isinstance(node, exp.Column) and node.name == name:
            return Line(self._print(node), _comment(doc))
        return Line(f"{self._print(node)} AS {self._name(name)}", _comment(doc))

    def _line(
        self, given: NamedExpr, schema: Mapping[str, DType], columns: Columns = column
    ) -> Line:
        """A column; its description stands where it is computed, not where it is passed on."""
        if isinstance(given.expr, Column) and given.expr.name == given.name and columns is column:
            return self._plain(given.name)
        doc = None if isinstance(given.expr, Column) else given.doc
        return self._aliased(lower_expr(given.expr, schema, self.dialect, columns), given.name, doc)


def _comment(text: str | None) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in text.splitlines()) if text else ()


def _row_number() -> exp.Expr:
    return exp.Window(this=exp.RowNumber(), over="OVER")


def _entity_column(name: str) -> exp.Expr:
    return exp.Dot(this=exp.Paren(this=column(ENTITY)), expression=identifier(name))


def _equal(left: str, a: str, right: str, b: str) -> exp.Expr:
    return exp.EQ(this=column(a, left), expression=column(b, right))


def _are_known(names: Sequence[str]) -> list[exp.Expr]:
    return [not_null(column(n)) for n in names]


def _computes(node: StepNode, given: str) -> bool:
    return isinstance(node, Project | Write) and node.input == given


def _is_alive(then: exp.Expr, at: exp.Expr, ttl: int) -> exp.Expr:
    oldest = exp.Sub(this=at.copy(), expression=interval(ttl))
    return exp.GT(this=then.copy(), expression=oldest)


def _key_text(keys: Sequence[str], dialect: Dialect) -> exp.Expr:
    parts = [cast(column(k), STRING, dialect) for k in keys]
    result = parts[0]
    for part in parts[1:]:
        result = exp.DPipe(this=exp.DPipe(this=result, expression=text(", ")), expression=part)
    return result


def _frame_names(node: WindowAggregate) -> dict[Window, str]:
    """A name for each window: `last_1h`, with what makes it special where that is not enough."""
    names: dict[Window, str] = {}
    for window in dict.fromkeys(a.window for a in node.aggregates):
        length = "lifetime"
        if window.length is not None:
            length = "last_" + show_duration(window.length).replace(" ", "")
        name, count = length, 2
        while name in names.values():
            name, count = f"{length}_{count}", count + 1
        names[window] = name
    return names


def _edge(microseconds: int | None, dialect: Dialect) -> str:
    if microseconds is None:
        return "UNBOUNDED PRECEDING"
    if microseconds == 0:
        return "CURRENT ROW"
    return f"{dialect.print(interval(microseconds))} PRECEDING"


def _read(given: ScanColumn, node: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A column of a source as a value of its declared type."""
    if given.dtype == TIMESTAMP:
        return _read_timestamp(node, given.time_zone, dialect)
    if given.dtype == STRING:
        return cast(node, STRING, dialect)
    return try_cast(node, given.dtype, dialect)


def _read_timestamp(node: exp.Expr, zone: str, dialect: Dialect) -> exp.Expr:
    """An instant, from a time with a zone or from one without that is local to `zone`.

    EPOCH takes a time without a zone for UTC, and one with a zone for the instant that it is.
    """
    if dialect == DUCKDB:
        utc = function("MAKE_TIMESTAMP", function("EPOCH_US", node))
        kind = exp.EQ(
            this=function("TYPEOF", node.copy()), expression=text("TIMESTAMP WITH TIME ZONE")
        )
    else:
        epoch = exp.Extract(this=exp.Var(this="EPOCH"), expression=node)
        utc = function("TO_TIMESTAMP", epoch)
        kind = exp.EQ(
            this=cast(function("PG_TYPEOF", node.copy()), STRING, dialect),
            expression=text("timestamp with time zone"),
        )
    if zone == "UTC":
        return exp.AtTimeZone(this=utc, zone=text("UTC")) if dialect == DUCKDB else utc
    if dialect == POSTGRES:
        utc = exp.AtTimeZone(this=utc, zone=text("UTC"))
    place = case((kind, text("UTC")), otherwise=text(zone))
    return exp.AtTimeZone(this=utc, zone=place)
