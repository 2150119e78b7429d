"""A plan as the body of a PySpark program: each step becomes one statement or a few."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alignc.backends.pyspark.expressions import lower_arg, lower_expr
from alignc.backends.pyspark.ops import AGGREGATES
from alignc.backends.pyspark.ops.arg import SPARK_TYPES, cast, column, column_name
from alignc.backends.python.build import (
    assign,
    attribute,
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
from alignc.ir.time_frames import frame_bounds
from alignc.ir.types import TIMESTAMP, DType

# The names that this file gives to helper columns.
TIME, RANK, ASKS = "__time", "__rank", "__asks"
ENTITY_ROWS = "entity_rows"

# Names that the program has already: imports, helpers and parameters of `build`.
_TAKEN = frozenset(
    [
        "F",
        "Window",
        "SparkSession",
        "DataFrame",
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
        "path",
        "Path",
        "spark",
    ]
)


@dataclass(frozen=True)
class Program:
    """The body of `build` and the helpers that it calls."""

    body: str
    helpers: frozenset[str]


def lower_program(plan: Plan) -> Program:
    """The statements of a plan, ending in `return`."""
    body = format_statements(_Lowering(plan, schemas(plan)).run(), indent=1)
    used = {
        helper for helper in ("unique_by", "Window") if f"{helper}." in body or f"{helper}(" in body
    }
    return Program(body, frozenset(used))


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
                items = self._exprs(node)
                self._assign(step.name, method(self._read(node.input), "select", *items))
            case Filter():
                predicate = lower_expr(node.predicate, self.schemas[node.input])
                self._assign(step.name, method(self._read(node.input), "where", predicate))
            case Distinct():
                rows = method(self._read(node.input), "select", *map(column_name, node.columns))
                self._assign(step.name, method(method(rows, "dropna"), "distinct"))
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
            numbered = method(
                name("entities"),
                "withColumn",
                constant(node.row_id),
                call("F.monotonically_increasing_id"),
            )
            self._set(ENTITY_ROWS, numbered)
            label = constant("the entity rows")
            value = call("typed", name(ENTITY_ROWS), label, columns, keep=texts([node.row_id]))
        else:
            source = ast.Subscript(name("sources"), constant(node.source), ast.Load())
            value = call("typed", source, constant(f"source `{node.source}`"), columns)
        self._assign(step, value)

    def _exprs(self, node: Project | Write) -> list[ast.expr]:
        return [_select_item(c, self.schemas[node.input]) for c in node.columns]

    # -- joins

    def _key_join(self, step: str, node: KeyJoin) -> None:
        plain = {a for right in node.rights if joins_by_name(node, right) for a, _ in right.on}
        wanted = [column_name(n) for n in dict.fromkeys((*node.left_columns, *plain))]
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
            value = method(value, "join", rows, on, constant("left"))
        extra = [*hidden, *sorted(plain - set(node.left_columns))]
        if extra:
            value = method(value, "drop", *map(constant, extra))
        self._assign(step, value)

    def _as_of(self, step: str, node: AsOfJoin) -> None:
        keys = [b for _, b in node.on]
        created = [node.created_at] if node.created_at else []
        order = [node.right_time, *created, *node.order]
        history = self._variable(f"{step}_history")
        required = keys if node.left_time is None else [*keys, node.right_time, *created]
        rows = method(self._read(node.right), "dropna", subset=texts(required))
        latest_first = node.left_time is None
        ranked = method(call("F.row_number"), "over", _ordered(keys, order, latest_first))
        taken = dict.fromkeys((*keys, node.right_time, *created, *node.right_columns))
        rank = method(ranked, "alias", constant(RANK))
        self._set(history, method(rows, "select", *map(column_name, taken), rank))
        asking = [_renamed(a, b) for a, b in node.on]
        left = [*map(column_name, node.left_columns), *asking]
        if node.left_time is None:
            latest = compare(column(RANK), ast.Eq(), constant(1))
            asks = method(self._read(node.left), "select", *left)
            known = method(name(history), "where", latest)
            found = method(asks, "join", known, compact(texts(keys)))
        else:
            found = self._known_at(step, node, keys, history, left)
        chosen = dict.fromkeys((*node.left_columns, *node.right_columns))
        self._assign(step, method(found, "select", *map(column_name, chosen)))

    def _known_at(
        self, step: str, node: AsOfJoin, keys: list[str], history: str, left: list[ast.expr]
    ) -> ast.expr:
        """Rows and questions on one time line: the best rank known so far answers a question."""
        assert node.left_time is not None
        timeline = self._variable(f"{step}_timeline")
        known = self._variable(f"{step}_known")
        since = column(node.right_time)
        if node.created_at is not None:
            since = call("F.greatest", since, column(node.created_at))
        answers = method(
            name(history),
            "select",
            *map(column_name, keys),
            _micros(since),
            column_name(RANK),
        )
        asks = method(self._read(node.left), "select", *left, column_name(node.left_time))
        asks = method(asks, "dropna", subset=texts([*keys, node.left_time]))
        asks = method(
            asks, "withColumn", constant(TIME), call("F.unix_micros", column(node.left_time))
        )
        self._set(
            timeline,
            method(answers, "unionByName", asks, allowMissingColumns=constant(True)),
        )
        so_far = method(
            method(call("Window.partitionBy", *map(column_name, keys)), "orderBy", constant(TIME)),
            "rangeBetween",
            attribute(name("Window"), "unboundedPreceding"),
            attribute(name("Window"), "currentRow"),
        )
        best = method(call("F.max", constant(RANK)), "over", so_far)
        is_ask = method(column(RANK), "isNull")
        marked = method(name(timeline), "withColumn", constant(ASKS), is_ask)
        ranked = method(marked, "withColumn", constant(RANK), best)
        self._set(known, method(ranked, "where", column(ASKS)))
        on = texts([*keys, RANK])
        found = method(name(known), "join", name(history), on)
        if node.ttl is None:
            return found
        oldest = binary(column(node.left_time), ast.Sub(), _interval(node.ttl))
        return method(found, "where", compare(column(node.right_time), ast.Gt(), oldest))

    # -- windows

    def _windows(self, step: str, node: WindowAggregate) -> None:
        timeline = self._variable(f"{step}_timeline")
        right, left = self.schemas[node.right], self.schemas[node.left]
        keys = [f"__key_{i}" for i, _ in enumerate(node.on, start=1)]
        values: dict[Expr, str] = {}
        for made in node.aggregates:
            values.setdefault(made.value, f"__value_{len(values) + 1}")
        types = {n: lower_arg(v, right).dtype for v, n in values.items()}
        happened = method(
            self._read(node.right),
            "dropna",
            subset=texts([*(b for _, b in node.on), node.right_time]),
        )
        events = method(
            happened,
            "select",
            *(_renamed(b, k) for k, (_, b) in zip(keys, node.on, strict=True)),
            _micros(column(node.right_time)),
            method(call("F.lit", constant(False)), "alias", constant(ASKS)),
            *(_null(left[n], n) for n in node.left_columns),
            *(method(lower_expr(v, right), "alias", constant(n)) for v, n in values.items()),
        )
        asks = method(
            self._read(node.left),
            "select",
            *(_renamed(a, k) for k, (a, _) in zip(keys, node.on, strict=True)),
            _micros(column(node.left_time)),
            method(call("F.lit", constant(True)), "alias", constant(ASKS)),
            *map(column_name, node.left_columns),
            *(_null(t, n) for n, t in types.items()),
        )
        self._set(timeline, method(events, "unionByName", asks))
        frames: dict[Window, str] = {}
        for window in dict.fromkeys(a.window for a in node.aggregates):
            length = show_duration(window.length) if window.length else "lifetime"
            frames[window] = self._variable(f"last_{length.replace(' ', '')}")
            edge = "A range includes its edges: an open one is 1 us further in."
            self.statements.append(comment([f"Events in {show_window(window)}.", edge]))
            self._set(frames[window], _frame(keys, window))
        made_columns = [
            _documented(
                method(
                    AGGREGATES[a.aggregate](
                        lower_arg(Column(name=values[a.value]), types),
                        a.dtype,
                        lambda x, frame=frames[a.window]: method(x, "over", name(frame)),  # type: ignore[misc]
                    ),
                    "alias",
                    constant(a.name),
                ),
                a.doc,
            )
            for a in node.aggregates
        ]
        computed = method(
            name(timeline),
            "select",
            constant(ASKS),
            *map(column_name, node.left_columns),
            *made_columns,
        )
        asked = method(computed, "where", column(ASKS))
        self._assign(step, method(asked, "drop", constant(ASKS)))

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
            name(ENTITY_ROWS), "join", columns, constant(node.order_by), constant("left")
        )
        ordered = method(joined, "orderBy", constant(node.order_by))
        self.statements.append(returned(method(ordered, "drop", constant(node.order_by))))

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
    dtype = constant(SPARK_TYPES[given.dtype])
    made = call("Column", constant(given.name), constant(given.column), dtype, **zone)
    return _documented(made, given.doc)


def _select_item(given: NamedExpr, schema: Mapping[str, DType]) -> ast.expr:
    match given.expr:
        case Column(name=source):
            return _renamed(source, given.name)
        case expr:
            made = method(lower_expr(expr, schema), "alias", constant(given.name))
            return _documented(made, given.doc)


def _renamed(old: str, new: str) -> ast.expr:
    return column_name(old) if old == new else method(column(old), "alias", constant(new))


def _documented(node: ast.expr, doc: str | None) -> ast.expr:
    return commented(node, [" ".join(s.split()) for s in doc.splitlines()]) if doc else node


def _micros(time: ast.expr) -> ast.expr:
    return method(call("F.unix_micros", time), "alias", constant(TIME))


def _null(dtype: DType, label: str) -> ast.expr:
    return method(cast(call("F.lit", constant(None)), dtype), "alias", constant(label))


def _ordered(keys: Sequence[str], order: Sequence[str], latest_first: bool) -> ast.expr:
    """The total order of the rows of a key; a null is the lowest value."""
    direction = "desc_nulls_last" if latest_first else "asc_nulls_first"
    return method(
        call("Window.partitionBy", *map(column_name, keys)),
        "orderBy",
        *(method(column(n), direction) for n in order),
    )


def _frame(keys: Sequence[str], window: Window) -> ast.expr:
    first, last = frame_bounds(window)
    start = attribute(name("Window"), "unboundedPreceding") if first is None else constant(-first)
    partition = [constant(k) for k in keys]
    if first is None:
        # A question without a time must not see the events that have one.
        partition.append(method(column(TIME), "isNull"))
    return method(
        method(call("Window.partitionBy", *partition), "orderBy", constant(TIME)),
        "rangeBetween",
        start,
        constant(-last),
    )


def _interval(microseconds: int) -> ast.expr:
    for unit, size in (("hours", 3_600_000_000), ("mins", 60_000_000)):
        if microseconds % size == 0:
            count = constant(microseconds // size)
            return call("F.make_dt_interval", **{unit: call("F.lit", count)})
    seconds = _decimal(microseconds)
    return call("F.make_dt_interval", secs=seconds)


def _decimal(microseconds: int) -> ast.expr:
    text = f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06}"
    return method(call("F.lit", constant(text)), "cast", constant("decimal(18,6)"))
