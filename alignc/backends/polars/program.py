"""A plan as the body of a Polars program: each step becomes one statement or a few."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alignc.backends.polars.expressions import lower_arg, lower_expr
from alignc.backends.polars.ops import AGGREGATES
from alignc.backends.polars.ops.arg import polars_type
from alignc.backends.python.build import (
    assign,
    binary,
    call,
    compact,
    compare,
    constant,
    method,
    name,
    returned,
    sequence,
    texts,
    variable,
)
from alignc.backends.python.printer import blank, comment, commented, format_statements
from alignc.ir.expr import Column, Expr
from alignc.ir.module import Window
from alignc.ir.ops import AGGREGATES as AGGREGATE_SPECS
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
    WindowAggregate,
    Write,
    joins_by_name,
    schemas,
)
from alignc.ir.print import show_duration, show_window
from alignc.ir.types import TIMESTAMP

# The names that this file gives to helper columns.
TIME, RANK, SINCE = "__time", "__rank", "__since"
ENTITY_ROWS = "entity_rows"

# Names that the program has already: imports, helpers and parameters of `build`.
_TAKEN = frozenset(
    [
        "pl",
        "argparse",
        "os",
        "sys",
        "sources",
        "entities",
        "build",
        "main",
        "Column",
        "InputError",
        "open_source",
        "typed",
        "unique_by",
        "write",
        "round_decimal",
        "path",
        "Path",
    ]
)


@dataclass(frozen=True)
class Program:
    """The body of `build` and the helpers that it calls."""

    body: str
    helpers: frozenset[str]


def lower_program(plan: Plan) -> Program:
    """The statements of a plan, ending in `return`."""
    lowering = _Lowering(plan, schemas(plan))
    body = format_statements(lowering.run(), indent=1)
    helpers = {h for h in ("unique_by", "round_decimal") if f"{h}(" in body}
    return Program(body, frozenset(helpers))


@dataclass
class _Lowering:
    plan: Plan
    schemas: dict[str, Schema]
    statements: list[ast.stmt] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=lambda: {*_TAKEN, ENTITY_ROWS})

    def run(self) -> list[ast.stmt]:
        for step in self.plan.steps:
            self._step(step)
        return self.statements

    def _step(self, step: Step) -> None:
        node = step.node
        if step.comment and self.statements:
            self.statements.append(blank())
        if step.comment:
            self.statements.append(comment(step.comment.splitlines()))
        match node:
            case Scan():
                self._scan(step.name, node)
            case Project():
                value = method(self._read(node.input), "select", *self._exprs(node))
                self._assign(step.name, value)
            case Filter():
                predicate = lower_expr(node.predicate, self.schemas[node.input])
                self._assign(step.name, method(self._read(node.input), "filter", predicate))
            case Distinct():
                chosen = method(self._read(node.input), "select", *map(constant, node.columns))
                self._assign(step.name, method(method(chosen, "drop_nulls"), "unique"))
            case KeyJoin():
                self._key_join(step.name, node)
            case AsOfJoin():
                self._as_of(step.name, node)
            case WindowAggregate():
                self._windows(step.name, node)
            case Write():
                self._write(node)

    # -- reading and computing

    def _scan(self, step: str, node: Scan) -> None:
        columns = sequence([scan_column(c) for c in node.columns])
        if node.source == ENTITIES:
            assert node.row_id is not None
            numbered = method(name("entities"), "with_row_index", constant(node.row_id))
            self.statements.append(assign(ENTITY_ROWS, numbered))
            keep = texts([node.row_id])
            value = call(
                "typed", name(ENTITY_ROWS), constant("the entity rows"), columns, keep=keep
            )
        else:
            source = ast.Subscript(name("sources"), constant(node.source), ast.Load())
            label = constant(f"source `{node.source}`")
            value = call("typed", source, label, columns)
        self._assign(step, value)

    def _exprs(self, node: Project | Write) -> list[ast.expr]:
        schema = self.schemas[node.input]
        return [_select_item(c, schema) for c in node.columns]

    # -- joins

    def _key_join(self, step: str, node: KeyJoin) -> None:
        plain = {a for right in node.rights if joins_by_name(node, right) for a, _ in right.on}
        wanted = [constant(n) for n in dict.fromkeys((*node.left_columns, *plain))]
        hidden: list[str] = []
        for right in node.rights:
            if not joins_by_name(node, right):
                hidden += [f"__key_{len(hidden) + i + 1}" for i, _ in enumerate(right.on)]
                names = hidden[-len(right.on) :]
                wanted += [_renamed(a, h) for h, (a, _) in zip(names, right.on, strict=True)]
        value = method(self._read(node.left), "select", *wanted)
        spare = list(hidden)
        for right in node.rights:
            rows = self._read(right.input)
            if right.unique:
                keys = texts([b for _, b in right.on])
                rows = call("unique_by", rows, constant(right.unique), keys)
            taken = [_renamed(old, new) for old, new in right.columns]
            names = [a for a, _ in right.on]
            if not joins_by_name(node, right):
                # A name of the key means something else here: it is joined under its own.
                names, spare = spare[: len(right.on)], spare[len(right.on) :]
            keyed = [_renamed(b, n) for n, (_, b) in zip(names, right.on, strict=True)]
            rows = method(rows, "select", *keyed, *taken)
            on = compact(texts(names))
            how = constant("left")
            value = method(value, "join", rows, on=on, how=how, maintain_order=how)
        extra = [*hidden, *sorted(plain - set(node.left_columns))]
        if extra:
            value = method(value, "drop", *map(constant, extra))
        self._assign(step, value)

    def _as_of(self, step: str, node: AsOfJoin) -> None:
        keys = [b for _, b in node.on]
        created = [node.created_at] if node.created_at else []
        order = [node.right_time, *created, *node.order]
        if node.left_time is None:
            self._latest(step, node, keys, order)
            return
        known = self._variable(f"{step}_history")
        required = [*keys, node.right_time, *created]
        rows = method(self._read(node.right), "drop_nulls", texts(required))
        rows = method(rows, "sort", *map(constant, order))
        asking = [_renamed(a, b) for a, b in node.on]
        asks = method(
            self._read(node.left),
            "select",
            *map(constant, node.left_columns),
            *asking,
            constant(node.left_time),
        )
        asks = method(asks, "drop_nulls", texts([*keys, node.left_time]))
        asks = method(asks, "sort", constant(node.left_time))
        if node.created_at is None:
            taken = dict.fromkeys((*keys, node.right_time, *node.right_columns))
            self._set(known, self._last_of_ties(rows, [*keys, node.right_time], list(taken)))
            found = self._asof(asks, name(known), node.left_time, node.right_time, keys)
        else:
            ranked = self._variable(f"{step}_ranked")
            self._set(ranked, method(rows, "with_row_index", constant(RANK)))
            self._set(known, self._known_ranks(ranked, node, keys))
            found = self._asof(asks, name(known), node.left_time, SINCE, keys)
            taken = dict.fromkeys((node.right_time, *node.right_columns))
            wanted = [n for n in taken if n not in keys]
            rows = method(name(ranked), "select", constant(RANK), *map(constant, wanted))
            found = method(found, "join", rows, on=constant(RANK))
        found = method(found, "filter", _is_alive(node))
        chosen = dict.fromkeys((*node.left_columns, *node.right_columns))
        self._assign(step, method(found, "select", *map(constant, chosen)))

    def _latest(self, step: str, node: AsOfJoin, keys: list[str], order: list[str]) -> None:
        history = self._variable(f"{step}_history")
        rows = method(self._read(node.right), "drop_nulls", texts(keys))
        rows = method(rows, "sort", *map(constant, order))
        taken = list(dict.fromkeys((*keys, *node.right_columns)))
        self._set(history, self._last_of_ties(rows, keys, taken))
        asking = [_renamed(a, b) for a, b in node.on]
        left = method(self._read(node.left), "select", *map(constant, node.left_columns), *asking)
        found = method(left, "join", name(history), on=compact(texts(keys)))
        chosen = dict.fromkeys((*node.left_columns, *node.right_columns))
        self._assign(step, method(found, "select", *map(constant, chosen)))

    def _last_of_ties(self, rows: ast.expr, subset: list[str], taken: Sequence[str]) -> ast.expr:
        kept = method(
            rows,
            "unique",
            texts(subset),
            keep=constant("last"),
            maintain_order=constant(True),
        )
        return method(kept, "select", *map(constant, taken))

    def _known_ranks(self, ranked: str, node: AsOfJoin, keys: list[str]) -> ast.expr:
        """From when on which row is the latest of those known."""
        assert node.created_at is not None
        times = (constant(node.right_time), constant(node.created_at))
        since = method(call("pl.max_horizontal", *times), "alias", constant(SINCE))
        rows = method(name(ranked), "select", *map(constant, keys), constant(RANK), since)
        rows = method(rows, "sort", constant(SINCE), constant(RANK))
        best = method(
            method(call("pl.col", constant(RANK)), "cum_max"), "over", *map(constant, keys)
        )
        rows = method(rows, "with_columns", best)
        return self._last_of_ties(rows, [*keys, SINCE], [*keys, SINCE, RANK])

    def _asof(
        self, asks: ast.expr, known: ast.expr, left: str, right: str, keys: list[str]
    ) -> ast.expr:
        return method(
            asks,
            "join_asof",
            known,
            left_on=constant(left),
            right_on=constant(right),
            by=compact(texts(keys)),
            strategy=constant("backward"),
            check_sortedness=constant(False),
        )

    # -- windows

    def _windows(self, step: str, node: WindowAggregate) -> None:
        timeline = self._variable(f"{step}_timeline")
        right = self.schemas[node.right]
        keys = [f"__key_{i}" for i, _ in enumerate(node.on, start=1)]
        values: dict[Expr, str] = {}
        for made in node.aggregates:
            values.setdefault(made.value, f"__value_{len(values) + 1}")
        events = method(
            self._read(node.right),
            "select",
            *(_renamed(b, k) for k, (_, b) in zip(keys, node.on, strict=True)),
            _renamed(node.right_time, TIME),
            *(method(lower_expr(v, right), "alias", constant(n)) for v, n in values.items()),
        )
        asked = [
            *(_renamed(a, k) for k, (a, _) in zip(keys, node.on, strict=True)),
            _renamed(node.left_time, TIME),
        ]
        asks = method(method(self._read(node.left), "select", *asked), "unique")
        both = call("pl.concat", sequence([events, asks]), how=constant("diagonal"))
        known = method(both, "drop_nulls", texts([*keys, TIME]))
        self._set(timeline, method(known, "sort", constant(TIME)))
        types = {n: lower_arg(v, right).dtype for v, n in values.items()}
        left_columns = [constant(n) for n in node.left_columns]
        value = method(self._read(node.left), "select", *left_columns, *asked)
        for window in dict.fromkeys(a.window for a in node.aggregates):
            made_here = [a for a in node.aggregates if a.window == window]
            computed = [
                _documented(
                    method(
                        AGGREGATES[a.aggregate](
                            lower_arg(Column(name=values[a.value]), types), a.dtype
                        ),
                        "alias",
                        constant(a.name),
                    ),
                    a.doc,
                )
                for a in made_here
            ]
            length = show_duration(window.length) if window.length else "lifetime"
            variable_name = self._variable(f"{step}_{length.replace(' ', '')}")
            self.statements.append(comment([f"Events in {show_window(window)}."]))
            self._set(variable_name, _rolled(name(timeline), window, keys, computed))
            value = method(
                value,
                "join",
                name(variable_name),
                on=texts([*keys, TIME]),
                how=constant("left"),
                maintain_order=constant("left"),
            )
        results = [_or_empty(a.name, a.aggregate) for a in node.aggregates]
        self._assign(step, method(value, "select", *left_columns, *results))

    # -- the result

    def _write(self, node: Write) -> None:
        self.statements.append(blank())
        value = self._read(node.input)
        if node.others_of is None:
            self.statements.append(returned(method(value, "select", *self._exprs(node))))
            return
        assert node.order_by is not None
        columns = method(value, "select", constant(node.order_by), *self._exprs(node))
        joined = method(
            name(ENTITY_ROWS),
            "join",
            columns,
            on=constant(node.order_by),
            how=constant("left"),
            maintain_order=constant("left"),
        )
        self.statements.append(returned(method(joined, "drop", constant(node.order_by))))

    # -- variables

    def _variable(self, text: str) -> str:
        return variable(text, self.taken)

    def _assign(self, step: str, value: ast.expr) -> None:
        self.variables[step] = self._variable(step)
        self._set(self.variables[step], value)

    def _set(self, target: str, value: ast.expr) -> None:
        self.statements.append(assign(target, value))

    def _read(self, step: str) -> ast.expr:
        return name(self.variables[step])


def scan_column(given: ScanColumn) -> ast.expr:
    """The `Column(...)` that tells a program to read a column."""
    zone = {"zone": constant(given.time_zone)} if given.dtype == TIMESTAMP else {}
    dtype = polars_type(given.dtype)
    dtype = dtype if isinstance(dtype, ast.Call) else call(dtype)
    made = call("Column", constant(given.name), constant(given.column), dtype, **zone)
    return _documented(made, given.doc)


def _select_item(given: NamedExpr, schema: Mapping[str, object]) -> ast.expr:
    match given.expr:
        case Column(name=column):
            return _renamed(column, given.name)
        case expr:
            made = method(lower_expr(expr, schema), "alias", constant(given.name))  # type: ignore[arg-type]
            return _documented(made, given.doc)


def _renamed(old: str, new: str) -> ast.expr:
    if old == new:
        return constant(old)
    return method(call("pl.col", constant(old)), "alias", constant(new))


def _documented(node: ast.expr, doc: str | None) -> ast.expr:
    return commented(node, [" ".join(s.split()) for s in doc.splitlines()]) if doc else node


def _is_alive(node: AsOfJoin) -> ast.expr:
    assert node.left_time is not None
    then = call("pl.col", constant(node.right_time))
    if node.ttl is None:
        return method(then, "is_not_null")
    oldest = binary(call("pl.col", constant(node.left_time)), ast.Sub(), _duration(node.ttl))
    return compare(then, ast.Gt(), oldest)


_UNITS = (("hours", 3_600_000_000), ("minutes", 60_000_000), ("seconds", 1_000_000))


def _duration(microseconds: int) -> ast.expr:
    for unit, size in _UNITS:
        if microseconds % size == 0:
            return call("pl.duration", **{unit: constant(microseconds // size)})
    return call("pl.duration", microseconds=constant(microseconds))


# Longer than the years that a timestamp can have.
_LIFETIME = 87_660_000 * 3_600_000_000


def _rolled(
    timeline: ast.expr, window: Window, keys: Sequence[str], made: Sequence[ast.expr]
) -> ast.expr:
    length = window.length if window.length is not None else _LIFETIME
    options = {"period": constant(_span(length))}
    if window.offset:
        options["offset"] = constant("-" + _span(length + window.offset))
    if window.closed != "right":
        options["closed"] = constant(window.closed)
    rolling = method(timeline, "rolling", constant(TIME), group_by=compact(texts(keys)), **options)
    rows = method(rolling, "agg", *made)
    # Rows of one key and time have the same window.
    return method(rows, "unique", texts([*keys, TIME]))


def _span(microseconds: int) -> str:
    for unit, size in (("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000)):
        if microseconds % size == 0:
            return f"{microseconds // size}{unit}"
    return f"{microseconds}us"


def _or_empty(column: str, aggregate: str) -> ast.expr:
    empty = AGGREGATE_SPECS[aggregate].empty
    if empty is None:
        return constant(column)
    return method(call("pl.col", constant(column)), "fill_null", constant(empty))
