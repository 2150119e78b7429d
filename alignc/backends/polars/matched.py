"""Aggregates over windows by a join: each question with the events that it sees, then a group each.

The work grows with the number of pairs. It is for what `rolling` cannot say: events that become known
after they have happened, and the last so many events.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from alignc.backends.polars.builder import TIME, later, renamed, sort_key
from alignc.backends.polars.expressions import lower_arg, lower_expr
from alignc.backends.polars.ops import AGGREGATES
from alignc.backends.polars.ops.arg import Rows
from alignc.backends.python.build import call, compact, compare, constant, method, name, texts
from alignc.backends.python.program import ProgramBuilder, documented
from alignc.ir.expr import Column, Expr
from alignc.ir.module import Window
from alignc.ir.ops import AGGREGATES as SPECS
from alignc.ir.plan import WindowAggregate, WindowColumn
from alignc.ir.types import DType

# The question's time and when an event was written.
AT, CREATED = "__at", "__created"


def lower_matched(program: ProgramBuilder, step: str, node: WindowAggregate) -> None:
    """The statements of a window aggregate with one window."""
    (window,) = {a.window for a in node.aggregates}
    right = program.schemas[node.right]
    keys = [f"__key_{i}" for i, _ in enumerate(node.on, start=1)]
    values: dict[Expr, str] = {}
    for made in node.aggregates:
        values.setdefault(made.value, f"__value_{len(values) + 1}")
    types = {n: lower_arg(v, right).dtype for v, n in values.items()}
    created = {node.created_at: CREATED} if node.created_at else {}
    order = {n: f"__order_{i}" for i, n in enumerate(node.order, start=1)}
    events = method(
        program.read(node.right),
        "select",
        *(renamed(b, k) for k, (_, b) in zip(keys, node.on, strict=True)),
        *(renamed(n, o) for n, o in ({node.right_time: TIME} | created | order).items()),
        *(method(lower_expr(v, right), "alias", constant(n)) for v, n in values.items()),
    )
    asks = method(
        program.read(node.left),
        "select",
        *map(constant, node.left_columns),
        *(renamed(a, k) for k, (a, _) in zip(keys, node.on, strict=True)),
        # A join as of a time has the question's time under that name already.
        *(
            []
            if node.left_time == AT and AT in node.left_columns
            else [renamed(node.left_time, AT)]
        ),
    )
    pairs = method(asks, "join", events, on=compact(texts(keys)))
    rows = method(pairs, "filter", *_sees(window, has_created=node.created_at is not None))
    if order or window.rows is not None:
        keys_of_order = [sort_key(o, right[n]) for n, o in order.items()]
        times = map(constant, (TIME, *created.values()))
        rows = method(rows, "sort", *times, *keys_of_order)
    matched = program.variable(f"{step}_matched")
    program.set(matched, rows)
    questions = compact(texts(node.left_columns))
    rows = name(matched)
    if window.rows is not None:
        latest = method(rows, "group_by", questions, maintain_order=constant(True))
        rows = method(latest, "tail", constant(window.rows))
    groups = method(rows, "group_by", questions)
    made_columns = (aggregate(a, values[a.value], types) for a in node.aggregates)
    found = method(groups, "agg", *made_columns)
    left_columns = [constant(n) for n in node.left_columns]
    all_asks = method(program.read(node.left), "select", *left_columns)
    how = constant("left")
    joined = method(all_asks, "join", found, on=questions, how=how, maintain_order=how)
    results = [or_empty(a) for a in node.aggregates]
    program.assign(step, method(joined, "select", *left_columns, *results))


def aggregate(made: WindowColumn, value: str, types: Mapping[str, DType]) -> ast.expr:
    """An aggregate of the column `value` under its name, with its words."""
    rows = Rows(lower_arg(Column(name=value), types), made.parameter, made.dtype)
    computed = method(AGGREGATES[made.aggregate](rows), "alias", constant(made.name))
    return documented(computed, made.doc)


def or_empty(made: WindowColumn) -> ast.expr:
    """The aggregate's column, with what nothing gives in place of a missing row."""
    empty = SPECS[made.aggregate].empty
    if empty is None:
        return constant(made.name)
    return method(call("pl.col", constant(made.name)), "fill_null", constant(empty))


def _sees(window: Window, *, has_created: bool) -> Iterator[ast.expr]:
    """The conditions for a question to see an event."""
    at, then = call("pl.col", constant(AT)), call("pl.col", constant(TIME))
    if window.length is not None:
        lower = ast.GtE() if window.closed in ("left", "both") else ast.Gt()
        yield compare(then, lower, later(at, -window.offset - window.length))
    upper = ast.LtE() if window.closed in ("right", "both") else ast.Lt()
    yield compare(then, upper, later(at, -window.offset))
    if has_created:
        yield compare(call("pl.col", constant(CREATED)), ast.LtE(), at)
