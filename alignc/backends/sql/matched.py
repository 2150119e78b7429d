"""Aggregates over windows by a join: each question with the events that it sees, then a group each.

The work grows with the number of pairs. It is for what frames cannot say: events that become known
after they have happened, the last so many events, and aggregates that engines lack in frames.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlglot import exp

from alignc.backends.sql.builder import RANK, QueryBuilder, are_known, equal, later
from alignc.backends.sql.dialect import column, number
from alignc.backends.sql.expressions import lower_arg, lower_expr
from alignc.backends.sql.ops import AGGREGATES
from alignc.backends.sql.ops.arg import Rows
from alignc.backends.sql.select import Line, Select
from alignc.ir.expr import Column, Expr
from alignc.ir.module import Window
from alignc.ir.plan import Schema, WindowAggregate
from alignc.ir.time_frames import needs_order

# The place of an event among those that a question sees, the latest one first.
PLACE = "__place"


def lower_matched(
    query: QueryBuilder, name: str, node: WindowAggregate, comment: tuple[str, ...]
) -> None:
    """The CTEs of a window aggregate with one window."""
    (window,) = {a.window for a in node.aggregates}
    events, values = _events(query, name, node)
    schema = query.schemas[node.right]
    types = {v: lower_arg(e, schema, query.dialect).dtype for e, v in values.items()}
    join = query.join("LEFT JOIN", events, list(_sees(node, events, window)))
    pairs = Select((), query.name(node.left), (join,))
    if window.rows is None:
        lines = _groups(query, node, values, types, node.left, events)
        by = tuple(query.print(column(n, node.left)) for n in node.left_columns)
        query.cte(name, replace(pairs, columns=lines, group_by=by), comment)
        return
    matched = query.fresh(f"{name}_matched")
    latest_first = exp.Ordered(this=column(RANK, events), desc=True, nulls_first=False)
    place = exp.Window(
        this=exp.RowNumber(),
        partition_by=[column(n, node.left) for n in node.left_columns],
        order=exp.Order(expressions=[latest_first]),
        over="OVER",
    )
    lines = (
        *(query.aliased(column(n, node.left), n) for n in node.left_columns),
        *(query.aliased(column(n, events), n) for n in (*values.values(), RANK)),
        query.aliased(place, PLACE),
    )
    query.cte(matched, replace(pairs, columns=lines))
    few = query.conditions(exp.LTE(this=column(PLACE), expression=number(window.rows)))
    lines = _groups(query, node, values, types, None, None)
    by = tuple(map(query.name, node.left_columns))
    query.cte(name, Select(lines, query.name(matched), where=few, group_by=by), comment)


def _events(
    query: QueryBuilder, name: str, node: WindowAggregate
) -> tuple[str, Mapping[Expr, str]]:
    """The relation of the events, and under which name it has each value.

    Values are computed before the join, so that a question without events has none.
    """
    values = dict.fromkeys(a.value for a in node.aggregates)
    ordered = needs_order(node.aggregates)
    if not ordered and all(isinstance(v, Column) for v in values):
        return node.right, {v: v.name for v in values if isinstance(v, Column)}
    events, schema = query.fresh(f"{name}_events"), query.schemas[node.right]
    named = {v: f"__value_{i}" for i, v in enumerate(values, start=1)}
    keys = tuple(b for _, b in node.on)
    created = (node.created_at,) if node.created_at else ()
    times = (node.right_time, *created)
    lines = [
        *map(query.plain, (*keys, *times)),
        *(query.aliased(lower_expr(v, schema, query.dialect), n) for v, n in named.items()),
    ]
    note: tuple[str, ...] = ()
    if ordered:
        lines.append(query.aliased(query.ordered(keys, (*times, *node.order), schema), RANK))
        note = ("The events of each key in their order.",)
    where = query.conditions(*are_known((*keys, *times)))
    query.cte(events, Select(tuple(lines), query.name(node.right), where=where), note)
    return events, named


def _sees(node: WindowAggregate, events: str, window: Window) -> Iterator[exp.Expr]:
    """The conditions for a question to see an event."""
    for a, b in node.on:
        yield equal(node.left, a, events, b)
    at, then = column(node.left_time, node.left), column(node.right_time, events)
    if window.length is not None:
        lower = exp.GTE if window.closed in ("left", "both") else exp.GT
        yield lower(this=then, expression=later(at.copy(), -window.offset - window.length))
    upper = exp.LTE if window.closed in ("right", "both") else exp.LT
    yield upper(this=then.copy(), expression=later(at.copy(), -window.offset))
    if node.created_at is not None:
        yield exp.LTE(this=column(node.created_at, events), expression=at.copy())


def _groups(
    query: QueryBuilder,
    node: WindowAggregate,
    values: Mapping[Expr, str],
    types: Schema,
    left: str | None,
    events: str | None,
) -> tuple[Line, ...]:
    """The columns of the result: the question, and aggregates of the events that it sees."""
    lines = [query.aliased(column(n, left), n) for n in node.left_columns]
    for made in node.aggregates:
        arg = lower_arg(
            Column(name=values[made.value]), types, query.dialect, lambda n: column(n, events)
        )
        rows = Rows(arg, column(RANK, events), made.parameter, made.dtype, lambda call: call)
        lines.append(
            query.aliased(AGGREGATES[made.aggregate](rows, query.dialect), made.name, made.doc)
        )
    return tuple(lines)
