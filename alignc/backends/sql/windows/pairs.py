"""Aggregates over windows by a join: each question with the events that it sees, then a group each.

The work grows with the number of pairs. It is for what cannot be put together from parts, for events
that become known after they have happened, for the last so many events, and for keys with few events.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from sqlglot import exp

from alignc.backends.sql.builder import RANK, QueryBuilder, are_known
from alignc.backends.sql.dialect import Dialect, case, column, later, moment, number
from alignc.backends.sql.expressions import lower_arg, lower_expr
from alignc.backends.sql.ops import AGGREGATES
from alignc.backends.sql.ops.arg import Over, Rows
from alignc.backends.sql.select import Line, Select
from alignc.ir.expr import Column, Expr
from alignc.ir.module import Window
from alignc.ir.plan import Schema, WindowAggregate
from alignc.ir.time_frames import frame_bounds, needs_order

# The place of an event among those that a question sees, the latest one first.
PLACE = "__place"


def lower_pairs(
    query: QueryBuilder,
    name: str,
    node: WindowAggregate,
    windows: Mapping[Window, str],
    comment: tuple[str, ...],
) -> None:
    """The CTEs of a window aggregate; its `windows` are one if rows are counted, or put in order."""
    events, values = _events(query, name, node)
    if query.dialect.keeps_events:
        query.kept[events] = True
    left, schema = query.schemas[node.left], query.schemas[node.right]
    types = {v: lower_arg(e, schema, query.dialect).dtype for e, v in values.items()}
    seen_at = list(_seen_at(node, events, windows, query.dialect))
    same_key = query.same_key(node.on, node.left, events, left)
    join = query.join("LEFT JOIN", events, [*same_key, *seen_at, *_written(node, events)])
    pairs = Select((), query.name(node.left), (join,))
    rows = max((w.rows or 0 for w in windows), default=0)
    if not rows and len(windows) == 1:
        lines = _groups(query, node, values, types, node.left, events)
        by = query.group_by(node.left_columns, left, node.left)
        query.cte(name, replace(pairs, columns=lines, group_by=by), comment)
        return
    matched = query.fresh(f"{name}_matched")
    asked = [query.aliased(column(n, node.left), n) for n in node.left_columns]
    # What a question has under the name of a value is another thing: a key, or a time.
    apart = {
        v: f"__value_{i}" if n in node.left_columns else n
        for i, (v, n) in enumerate(values.items(), start=1)
    }
    seen = [query.aliased(column(n, events), apart[v]) for v, n in values.items()]
    types = {apart[v]: types[n] for v, n in values.items()}
    by = query.group_by(node.left_columns, left)
    if rows:
        rank = query.aliased(column(RANK, events), RANK)
        lines = (*asked, *seen, rank, query.aliased(_place(query, node, events), PLACE))
        query.cte(matched, replace(pairs, columns=lines))
        where = query.conditions(exp.LTE(this=column(PLACE), expression=number(rows)))
        lines = _groups(query, node, apart, types, None, None)
    else:
        inner = {
            w: [c for c in _in_window(node, events, w, query.dialect) if c not in seen_at]
            for w in windows
        }
        names = {w: f"__in_{windows[w]}" for w, conditions in inner.items() if conditions}
        is_in = [query.aliased(exp.and_(*inner[w], copy=False), n) for w, n in names.items()]
        note = ("Each event that a question sees, and in which of its windows it is.",)
        query.cte(matched, replace(pairs, columns=(*asked, *seen, *is_in)), note)
        where = ()
        lines = _groups(query, node, apart, types, None, None, names)
    query.cte(name, Select(lines, query.name(matched), where=where, group_by=by), comment)


def _place(query: QueryBuilder, node: WindowAggregate, events: str) -> exp.Expr:
    latest_first = exp.Ordered(this=column(RANK, events), desc=True, nulls_first=False)
    return exp.Window(
        this=exp.RowNumber(),
        partition_by=query.keys(node.left_columns, query.schemas[node.left], node.left),
        order=exp.Order(expressions=[latest_first]),
        over="OVER",
    )


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
        rank = query.ordered(query.keys(keys, schema), (*times, *node.order), schema)
        lines.append(query.aliased(rank, RANK))
        note = ("The events of each key in their order.",)
    where = query.conditions(*are_known((*keys, *times)))
    query.cte(events, Select(tuple(lines), query.name(node.right), where=where), note)
    return events, named


def _written(node: WindowAggregate, events: str) -> Iterator[exp.Expr]:
    if node.created_at is not None:
        at = column(node.left_time, node.left)
        yield exp.GTE(this=at, expression=column(node.created_at, events))


def _seen_at(
    node: WindowAggregate, events: str, windows: Mapping[Window, str], dialect: Dialect
) -> Iterator[exp.Expr]:
    """The conditions for an event to be between the ends of all windows."""
    yield from _since(node, events, max(windows, key=_first), dialect)
    yield _until(node, events, min(windows, key=lambda w: frame_bounds(w)[1]), dialect)


def _first(window: Window) -> float:
    first, _ = frame_bounds(window)
    return math.inf if first is None else first


def _in_window(
    node: WindowAggregate, events: str, window: Window, dialect: Dialect
) -> Iterator[exp.Expr]:
    yield from _since(node, events, window, dialect)
    yield _until(node, events, window, dialect)


def _since(
    node: WindowAggregate, events: str, window: Window, dialect: Dialect
) -> Iterator[exp.Expr]:
    if window.length is not None:
        at, then = column(node.left_time, node.left), column(node.right_time, events)
        lower = exp.LTE if window.closed in ("left", "both") else exp.LT
        begin = later(at, -window.offset - window.length, dialect)
        yield lower(this=begin, expression=moment(then, dialect))


def _until(node: WindowAggregate, events: str, window: Window, dialect: Dialect) -> exp.Expr:
    at, then = column(node.left_time, node.left), column(node.right_time, events)
    upper = exp.GTE if window.closed in ("right", "both") else exp.GT
    end = later(at, -window.offset, dialect)
    return upper(this=end, expression=moment(then, dialect))


def _groups(
    query: QueryBuilder,
    node: WindowAggregate,
    values: Mapping[Expr, str],
    types: Schema,
    left: str | None,
    events: str | None,
    conditions: Mapping[Window, str] = MappingProxyType({}),
) -> tuple[Line, ...]:
    """The columns of the result: the question, and aggregates of the events that it sees.

    Of windows with a condition only the rows count that meet it, a column of truth values.
    """
    lines = [query.aliased(column(n, left), n) for n in node.left_columns]
    for made in node.aggregates:
        arg = lower_arg(
            Column(name=values[made.value]), types, query.dialect, lambda n: column(n, events)
        )
        over: Over = _all
        if made.window in conditions and query.dialect.has_filter:
            over = _only(conditions[made.window])
        elif made.window in conditions:
            # Null of the other events, which no aggregate sees.
            arg = replace(arg, sql=case((column(conditions[made.window]), arg())))
        rows = Rows(arg, column(RANK, events), made.parameter, made.dtype, over)
        lowered = AGGREGATES[query.dialect.name][made.aggregate](rows, query.dialect)
        lines.append(query.aliased(lowered, made.name, made.doc))
    return tuple(lines)


def _all(call: exp.Expr) -> exp.Expr:
    return call


def _only(condition: str) -> Callable[[exp.Expr], exp.Expr]:
    """Leaves the other rows of the group out."""
    return lambda call: exp.Filter(this=call, expression=exp.Where(this=column(condition)))
