"""Aggregates over windows: `rolling` over events and questions on one time line."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.builder import TIME, renamed, sort_key
from alignc.backends.polars.expressions import lower_arg, lower_expr
from alignc.backends.polars.matched import aggregate, lower_matched, or_empty
from alignc.backends.polars.ops.time import span
from alignc.backends.python.build import call, compact, constant, method, name, sequence, texts
from alignc.backends.python.printer import comment
from alignc.backends.python.program import ProgramBuilder
from alignc.ir.expr import Expr
from alignc.ir.module import Window
from alignc.ir.plan import WindowAggregate
from alignc.ir.print import show_window, window_name


def lower_windows(program: ProgramBuilder, step: str, node: WindowAggregate) -> None:
    """The statements of a window aggregate: rolled, or matched where time alone does not decide."""
    if node.created_at is None and all(a.window.rows is None for a in node.aggregates):
        _rolled_windows(program, step, node)
    else:
        lower_matched(program, step, node)


def _rolled_windows(program: ProgramBuilder, step: str, node: WindowAggregate) -> None:
    timeline = program.variable(f"{step}_timeline")
    right = program.schemas[node.right]
    keys = [f"__key_{i}" for i, _ in enumerate(node.on, start=1)]
    values: dict[Expr, str] = {}
    for made in node.aggregates:
        values.setdefault(made.value, f"__value_{len(values) + 1}")
    order = {n: f"__order_{i}" for i, n in enumerate(node.order, start=1)}
    events = method(
        program.read(node.right),
        "select",
        *(renamed(b, k) for k, (_, b) in zip(keys, node.on, strict=True)),
        renamed(node.right_time, TIME),
        *(method(lower_expr(v, right), "alias", constant(n)) for v, n in values.items()),
        *(renamed(n, o) for n, o in order.items()),
    )
    asked = [
        *(renamed(a, k) for k, (a, _) in zip(keys, node.on, strict=True)),
        renamed(node.left_time, TIME),
    ]
    asks = method(method(program.read(node.left), "select", *asked), "unique")
    both = call("pl.concat", sequence([events, asks]), how=constant("diagonal"))
    known = method(both, "drop_nulls", texts([*keys, TIME]))
    keys_of_order = [sort_key(o, right[n]) for n, o in order.items()]
    program.set(timeline, method(known, "sort", constant(TIME), *keys_of_order))
    types = {n: lower_arg(v, right).dtype for v, n in values.items()}
    left_columns = [constant(n) for n in node.left_columns]
    value = method(program.read(node.left), "select", *left_columns, *asked)
    for window in dict.fromkeys(a.window for a in node.aggregates):
        made_here = [a for a in node.aggregates if a.window == window]
        computed = [aggregate(a, values[a.value], types) for a in made_here]
        variable_name = program.variable(f"{step}_{window_name(window)}")
        program.statements.append(comment([f"Events in {show_window(window)}."]))
        program.set(variable_name, _rolled(name(timeline), window, keys, computed))
        value = method(
            value,
            "join",
            name(variable_name),
            on=texts([*keys, TIME]),
            how=constant("left"),
            maintain_order=constant("left"),
        )
    results = [or_empty(a) for a in node.aggregates]
    program.assign(step, method(value, "select", *left_columns, *results))


# Longer than the years that a timestamp can have.
_LIFETIME = 87_660_000 * 3_600_000_000


def _rolled(
    timeline: ast.expr, window: Window, keys: Sequence[str], made: Sequence[ast.expr]
) -> ast.expr:
    length = window.length if window.length is not None else _LIFETIME
    options = {"period": constant(span(length))}
    if window.offset:
        options["offset"] = constant(span(-length - window.offset))
    if window.closed != "right":
        options["closed"] = constant(window.closed)
    rolling = method(timeline, "rolling", constant(TIME), group_by=compact(texts(keys)), **options)
    rows = method(rolling, "agg", *made)
    # Rows of one key and time have the same window.
    return method(rows, "unique", texts([*keys, TIME]))
