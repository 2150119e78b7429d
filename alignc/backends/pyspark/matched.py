"""Aggregates over windows by a join: each question with the events that it sees, then a group each.

The work grows with the number of pairs. It is for what cannot be put together from parts: events
that become known after they have happened, the last so many events, percentiles and the like; and
for keys with so few events that nothing else is cheaper.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace

from alignc.backends.pyspark.builder import RANK, TIME, later, ordered, renamed
from alignc.backends.pyspark.expressions import lower_arg, lower_expr
from alignc.backends.pyspark.ops import AGGREGATES
from alignc.backends.pyspark.ops.arg import Rows, column, column_name
from alignc.backends.python.build import all_of, call, compare, constant, method, name
from alignc.backends.python.program import ProgramBuilder, documented
from alignc.ir.expr import Column, Expr
from alignc.ir.module import Window
from alignc.ir.plan import WindowAggregate, WindowColumn
from alignc.ir.time_frames import needs_order
from alignc.ir.types import DType

# The question's time, when an event was written, and its place, the latest one first.
AT, CREATED, PLACE = "__asked_at", "__created", "__place"


def lower_matched(program: ProgramBuilder, step: str, node: WindowAggregate) -> None:
    """The statements of a window aggregate.

    Of several windows each question has all events of its key, and an aggregate has those that are
    in its window.
    """
    window, *others = dict.fromkeys(a.window for a in node.aggregates)
    right = program.schemas[node.right]
    values: dict[Expr, str] = {}
    for made in node.aggregates:
        values.setdefault(made.value, f"__value_{len(values) + 1}")
    types = {n: lower_arg(v, right).dtype for v, n in values.items()}
    asked = [f"__ask_{i}" for i, _ in enumerate(node.on, start=1)]
    keys = [f"__key_{i}" for i, _ in enumerate(node.on, start=1)]
    created = {node.created_at: CREATED} if node.created_at else {}
    named = {b: k for k, (_, b) in zip(keys, node.on, strict=True)}
    made_columns = [
        *(renamed(b, k) for b, k in (named | {node.right_time: TIME} | created).items()),
        *(method(lower_expr(v, right), "alias", constant(n)) for v, n in values.items()),
    ]
    if needs_order(node.aggregates):
        order = (node.right_time, *created, *node.order)
        latest_last = ordered([*named], order, right, latest_first=False)
        rank = method(call("F.row_number"), "over", latest_last)
        made_columns.append(method(rank, "alias", constant(RANK)))
    events = program.variable(f"{step}_events")
    program.set(events, method(program.read(node.right), "select", *made_columns))
    asks = method(
        program.read(node.left),
        "select",
        *map(column_name, node.left_columns),
        *(renamed(a, k) for k, (a, _) in zip(asked, node.on, strict=True)),
        renamed(node.left_time, AT),
    )
    equal = (compare(column(a), ast.Eq(), column(k)) for a, k in zip(asked, keys, strict=True))
    has_created = node.created_at is not None
    seen = all_of((*equal, *(() if others else _sees(window, has_created=has_created))))
    matched = program.variable(f"{step}_matched")
    rows = method(asks, "join", name(events), seen, constant("left"))
    program.set(matched, rows)
    rows = name(matched)
    if window.rows is not None:
        latest_first = method(
            call("Window.partitionBy", *map(column_name, node.left_columns)),
            "orderBy",
            method(column(RANK), "desc"),
        )
        place = method(call("F.row_number"), "over", latest_first)
        rows = method(rows, "withColumn", constant(PLACE), place)
        rows = method(rows, "where", compare(column(PLACE), ast.LtE(), constant(window.rows)))
    groups = method(rows, "groupBy", *map(column_name, node.left_columns))
    made_here = (
        _aggregate(a, values[a.value], types, is_alone=not others) for a in node.aggregates
    )
    program.assign(step, method(groups, "agg", *made_here))


def _aggregate(
    made: WindowColumn, value: str, types: Mapping[str, DType], *, is_alone: bool
) -> ast.expr:
    """An aggregate of the column `value` under its name, with its words."""
    arg = lower_arg(Column(name=value), types)
    if not is_alone:
        seen = all_of(_sees(made.window, has_created=False))
        arg = replace(arg, node=call("F.when", seen, arg.node))
    rows = Rows(arg, column(RANK), made.parameter, made.dtype)
    computed = method(AGGREGATES[made.aggregate](rows), "alias", constant(made.name))
    return documented(computed, made.doc)


def _sees(window: Window, *, has_created: bool) -> Iterator[ast.expr]:
    """The conditions for a question to see an event."""
    at, then = column(AT), column(TIME)
    if window.length is not None:
        lower = ast.GtE() if window.closed in ("left", "both") else ast.Gt()
        yield compare(then, lower, later(at, -window.offset - window.length))
    upper = ast.LtE() if window.closed in ("right", "both") else ast.Lt()
    yield compare(then, upper, later(at, -window.offset))
    if has_created:
        yield compare(column(CREATED), ast.LtE(), at)
