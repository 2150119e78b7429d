"""Aggregates over windows: events and questions on one time line, and a frame of it for each window."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.builder import ASKS, TIME, QueryBuilder, are_known
from alignc.backends.sql.dialect import Dialect, cast, column, identifier, interval
from alignc.backends.sql.expressions import lower_arg, lower_expr
from alignc.backends.sql.matched import lower_matched
from alignc.backends.sql.ops import AGGREGATES
from alignc.backends.sql.ops.arg import Rows
from alignc.backends.sql.select import Frame, Select
from alignc.ir.expr import Column, Expr
from alignc.ir.module import Window
from alignc.ir.plan import WindowAggregate
from alignc.ir.print import show_window, window_name
from alignc.ir.time_frames import fits_frames, frame_bounds


def lower_windows(
    query: QueryBuilder, name: str, node: WindowAggregate, comment: tuple[str, ...]
) -> None:
    """The CTEs of a window aggregate: frames where all engines have them, else matched rows."""
    if fits_frames(node):
        _framed(query, name, node, comment)
    else:
        lower_matched(query, name, node, comment)


def _framed(
    query: QueryBuilder, name: str, node: WindowAggregate, comment: tuple[str, ...]
) -> None:
    timeline, framed = query.fresh(f"{name}_timeline"), query.fresh(f"{name}_framed")
    right, left = query.schemas[node.right], query.schemas[node.left]
    keys = [f"__key_{i}" for i, _ in enumerate(node.on, start=1)]
    values: dict[Expr, str] = {}
    for made in node.aggregates:
        values.setdefault(made.value, f"__value_{len(values) + 1}")
    nulls = [query.aliased(cast(exp.Null(), left[n], query.dialect), n) for n in node.left_columns]
    events = Select(
        (
            *(query.aliased(column(b), k) for k, (_, b) in zip(keys, node.on, strict=True)),
            query.aliased(column(node.right_time), TIME),
            query.aliased(exp.Boolean(this=False), ASKS),
            *nulls,
            *(query.aliased(lower_expr(v, right, query.dialect), n) for v, n in values.items()),
        ),
        query.name(node.right),
        where=query.conditions(*are_known((*(b for _, b in node.on), node.right_time))),
    )
    value_types = {n: lower_arg(v, right, query.dialect).dtype for v, n in values.items()}
    asks = Select(
        (
            *(query.aliased(column(a), k) for k, (a, _) in zip(keys, node.on, strict=True)),
            query.aliased(column(node.left_time), TIME),
            query.aliased(exp.Boolean(this=True), ASKS),
            *map(query.plain, node.left_columns),
            *(query.aliased(cast(exp.Null(), t, query.dialect), n) for n, t in value_types.items()),
        ),
        query.name(node.left),
    )
    query.cte(timeline, events, comment, asks)
    frames = _frame_names(node)
    lines = [*map(query.plain, (ASKS, *node.left_columns))]
    for made in node.aggregates:
        value = values[made.value]
        arg = lower_arg(Column(name=value), value_types, query.dialect)
        frame = frames[made.window]

        def over(aggregate: exp.Expr, frame: str = frame) -> exp.Expr:
            return exp.Window(this=aggregate, alias=identifier(frame), over="OVER")

        rows = Rows(arg, exp.Null(), made.parameter, made.dtype, over)
        computed = AGGREGATES[made.aggregate](rows, query.dialect)
        lines.append(query.aliased(computed, made.name, made.doc))
    windows = tuple(_frame(query, f, keys, w) for w, f in frames.items())
    notes = tuple(f"{f}: {show_window(w)}" for w, f in frames.items())
    is_ahead = any(w.is_ahead for w in frames)
    sides = "PRECEDING or FOLLOWING includes" if is_ahead else "PRECEDING includes"
    query.cte(
        framed,
        Select(tuple(lines), query.name(timeline), windows=windows),
        (*notes, f"{sides} its edge, an open edge is one microsecond further in."),
    )
    names = (*node.left_columns, *(a.name for a in node.aggregates))
    select = Select(tuple(map(query.plain, names)), query.name(framed), where=(query.name(ASKS),))
    query.cte(name, select)


def _frame(query: QueryBuilder, name: str, keys: Sequence[str], window: Window) -> Frame:
    edges = " AND ".join(_edge(e, query.dialect) for e in frame_bounds(window))
    partition = ", ".join(query.name(k) for k in keys)
    if window.length is None:
        # A question without a time must not see the events that have one.
        partition += f", {query.name(TIME)} IS NULL"
    return Frame(query.name(name), partition, query.name(TIME), f"RANGE BETWEEN {edges}")


def _frame_names(node: WindowAggregate) -> dict[Window, str]:
    """A name for each window: `last_1h`, with what makes it special where that is not enough."""
    names: dict[Window, str] = {}
    for window in dict.fromkeys(a.window for a in node.aggregates):
        plain = window_name(window)
        if window.length is not None and not window.is_ahead:
            plain = f"last_{plain}"
        name, count = plain, 2
        while name in names.values():
            name, count = f"{plain}_{count}", count + 1
        names[window] = name
    return names


def _edge(microseconds: int | None, dialect: Dialect) -> str:
    if microseconds is None:
        return "UNBOUNDED PRECEDING"
    if microseconds == 0:
        return "CURRENT ROW"
    side = "PRECEDING" if microseconds > 0 else "FOLLOWING"
    return f"{dialect.print(interval(abs(microseconds)))} {side}"
