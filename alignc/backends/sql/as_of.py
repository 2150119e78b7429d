"""The latest row known at each question: DuckDB's own join, or one time line of rows and questions.

Where a key has few rows, looking at all of them is cheaper than either.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.as_of_few import join_few
from alignc.backends.sql.as_of_join import join_as_of
from alignc.backends.sql.builder import (
    ASKS,
    RANK,
    TIME,
    QueryBuilder,
    are_known,
    equal,
    is_alive,
)
from alignc.backends.sql.dialect import BIGQUERY, case, cast, column, later, moment, number
from alignc.backends.sql.select import Line, Select
from alignc.backends.sql.validity import lower_validity, without_validity
from alignc.ir.plan import AsOfJoin, Schema
from alignc.ir.state_plans import has_few_rows
from alignc.ir.types import INT64


def lower_as_of(query: QueryBuilder, name: str, node: AsOfJoin, comment: tuple[str, ...]) -> None:
    """The CTEs of an as-of join."""
    right = query.schemas[node.right]
    keys = tuple(b for _, b in node.on)
    order = [node.right_time, *((node.created_at,) if node.created_at else ()), *node.order]
    if node.left_time is None:
        _latest(query, name, node, keys, order, comment)
    elif node.valid_to is not None:
        latest, plain = query.fresh(f"{name}_latest"), without_validity(query, name, node)
        lower_as_of(query, latest, plain, ("The latest row, even if it has ended.",))
        lower_validity(query, name, node, latest, plain, comment)
    elif has_few_rows(node):
        join_few(query, name, node, order, comment)
    elif node.created_at is None and query.dialect.has_asof_join:
        join_as_of(query, name, node, comment)
    else:
        _timeline_join(query, name, node, keys, order, comment, right)


def _latest(
    query: QueryBuilder,
    name: str,
    node: AsOfJoin,
    keys: tuple[str, ...],
    order: list[str],
    comment: tuple[str, ...],
) -> None:
    """The last row of each key, whenever it happened."""
    history = query.fresh(f"{name}_history")
    right = query.schemas[node.right]
    rank = query.ordered(query.keys(keys, right), order, right, latest_first=True)
    lines = [*_history(query, node, keys), query.aliased(rank, RANK)]
    where = query.conditions(*are_known(keys))
    query.cte(history, Select(tuple(lines), query.name(node.right), where=where))
    on = [
        *query.same_key(node.on, node.left, history, query.schemas[node.left]),
        exp.EQ(this=column(RANK, history), expression=number(1)),
    ]
    join = query.join("JOIN", history, on)
    select = Select(_taken(query, node, node.left, history), query.name(node.left), (join,))
    query.cte(name, select, comment)


def _timeline_join(
    query: QueryBuilder,
    name: str,
    node: AsOfJoin,
    keys: tuple[str, ...],
    order: list[str],
    comment: tuple[str, ...],
    right: Schema,
) -> None:
    """Rows and questions on one time line: the best rank known so far answers a question."""
    history, timeline, known = (
        query.fresh(f"{name}_{part}") for part in ("history", "timeline", "known")
    )
    created = (node.created_at,) if node.created_at else ()
    rank = query.ordered(query.keys(keys, right), order, right)
    lines = [*_history(query, node, keys, created), query.aliased(rank, RANK)]
    where = (*_known_rows(query, node, keys), *_asked_for(query, node))
    query.cte(
        history,
        Select(tuple(lines), query.name(node.right), where=where),
        ("The rows of each key in their order; the last one of those known is the latest.",),
    )
    since = later(column(node.right_time), node.delay, query.dialect)
    if node.created_at is not None:
        since = exp.Greatest(
            this=since, expressions=[moment(column(node.created_at), query.dialect)]
        )
    left = query.schemas[node.left]
    nulls = [query.aliased(cast(exp.Null(), left[n], query.dialect), n) for n in node.left_columns]
    answers = Select(
        (
            *map(query.plain, keys),
            query.aliased(since, TIME),
            query.plain(RANK),
            *nulls,
        ),
        query.name(history),
    )
    assert node.left_time is not None
    asks = Select(
        (
            *(query.aliased(column(a), b) for a, b in node.on),
            query.aliased(moment(column(node.left_time), query.dialect), TIME),
            query.aliased(cast(exp.Null(), INT64, query.dialect), RANK),
            *map(query.plain, node.left_columns),
        ),
        query.name(node.left),
        where=query.conditions(*are_known((*(a for a, _ in node.on), node.left_time))),
    )
    query.cte(timeline, answers, (), asks)
    # No row lacks it; BigQuery has no say about nulls in a range.
    by_time = [exp.Ordered(this=column(TIME), nulls_first=query.dialect == BIGQUERY)]
    if not query.dialect.has_ranges:
        # A question is behind the rows of its time.
        is_asked = exp.Is(this=column(RANK), expression=exp.Null())
        by_time.append(exp.Ordered(this=case((is_asked, number(1)), otherwise=number(0))))
    best = exp.Window(
        this=exp.Max(this=column(RANK)),
        partition_by=query.keys(keys, right),
        order=exp.Order(expressions=by_time),
        spec=exp.WindowSpec(
            kind="RANGE" if query.dialect.has_ranges else "ROWS",
            start="UNBOUNDED",
            start_side="PRECEDING",
            end="CURRENT ROW",
        ),
        over="OVER",
    )
    asked = exp.Is(this=column(RANK), expression=exp.Null())
    lines = [
        *map(query.plain, (*keys, TIME)),
        query.aliased(asked, ASKS),
        query.aliased(best, RANK),
        *map(query.plain, node.left_columns),
    ]
    query.cte(known, Select(tuple(lines), query.name(timeline)))
    on = [
        *query.same(keys, known, history, right),
        equal(known, RANK, history, RANK),
    ]
    conditions: list[exp.Expr] = [column(ASKS, known)]
    if node.ttl is not None:
        then, at = column(node.right_time, history), column(TIME, known)
        conditions.append(is_alive(then, at, node.ttl, query.dialect))
    select = Select(
        _taken(query, node, known, history),
        query.name(known),
        (query.join("JOIN", history, on),),
        query.conditions(*conditions),
    )
    query.cte(name, select, comment)


def _history(
    query: QueryBuilder, node: AsOfJoin, keys: tuple[str, ...], more: Sequence[str] = ()
) -> list[Line]:
    names = dict.fromkeys((*keys, node.right_time, *more, *node.right_columns))
    return [query.plain(n) for n in names]


def _known_rows(query: QueryBuilder, node: AsOfJoin, keys: tuple[str, ...]) -> tuple[str, ...]:
    times = (node.right_time, *((node.created_at,) if node.created_at else ()))
    return query.conditions(*are_known((*keys, *times)))


def _asked_for(query: QueryBuilder, node: AsOfJoin) -> tuple[str, ...]:
    """Leaves out the rows of keys that no question asks for."""
    on = query.same_key(node.on, node.left, node.right, query.schemas[node.left])
    return (query.exists(node.left, on),)


def _taken(query: QueryBuilder, node: AsOfJoin, left: str, right: str) -> tuple[Line, ...]:
    return (
        *(query.aliased(column(n, left), n) for n in node.left_columns),
        *(query.aliased(column(n, right), n) for n in node.right_columns),
    )
