"""DuckDB's own as-of join, which takes any of the rows with one key and time.

It finds the times, from keys and times alone. The last one is looked for only of the rows at these times,
and the other columns are read only of them: to order all rows would cost more than the join.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from alignc.backends.sql.builder import QueryBuilder, equal, is_alive
from alignc.backends.sql.dialect import column, later, number
from alignc.backends.sql.select import Select
from alignc.ir.plan import AsOfJoin


def join_as_of(query: QueryBuilder, name: str, node: AsOfJoin, comment: tuple[str, ...]) -> None:
    """The CTEs of a join of rows that are known from their time on."""
    if not node.order:
        _join(query, name, node, {n: n for n in node.right_columns}, comment)
        return
    times, last = query.fresh(f"{name}_times"), query.fresh(f"{name}_history")
    if node.right in query.cheap:
        query.kept[node.right] = False
    is_left = {b for a, b in node.on if a == b and a in node.left_columns}
    at = {n: _told_apart(n, node, is_left) for n in (*(b for _, b in node.on), node.right_time)}
    _join(
        query,
        times,
        node,
        {n: called for n, called in at.items() if n not in is_left},
        ("When the latest row known to each question happened.",),
    )
    _last_rows(query, last, node, times, at)
    on = [equal(times, called, last, n) for n, called in at.items()]
    columns = (
        *(query.aliased(column(n, times), n) for n in node.left_columns),
        *(query.aliased(column(n, last), n) for n in node.right_columns),
    )
    query.cte(name, Select(columns, query.name(times), (query.join("JOIN", last, on),)), comment)


def _told_apart(name: str, node: AsOfJoin, is_left: set[str]) -> str:
    """What a column of the right side is called beside those of the left one."""
    return name if name in is_left or name not in node.left_columns else f"__found_{name}"


def _join(
    query: QueryBuilder,
    name: str,
    node: AsOfJoin,
    taken: Mapping[str, str],
    comment: tuple[str, ...],
) -> None:
    """Each question with columns of a latest row, under the names given."""
    assert node.left_time is not None
    at, then = column(node.left_time, node.left), column(node.right_time, node.right)
    known = exp.GTE(this=at, expression=later(then, node.delay, query.dialect))
    on = [*(equal(node.left, a, node.right, b) for a, b in node.on), known]
    columns = (
        *(query.aliased(column(n, node.left), n) for n in node.left_columns),
        *(query.aliased(column(n, node.right), called) for n, called in taken.items()),
    )
    where = (
        query.conditions(is_alive(then, at, node.ttl, query.dialect))
        if node.ttl is not None
        else ()
    )
    join = query.join("ASOF JOIN", node.right, on)
    query.cte(name, Select(columns, query.name(node.left), (join,), where), comment)


def _last_rows(
    query: QueryBuilder, name: str, node: AsOfJoin, times: str, at: Mapping[str, str]
) -> None:
    rank = query.ordered(
        query.keys(at, query.schemas[node.right], node.right),
        node.order,
        query.schemas[node.right],
        latest_first=True,
        relation=node.right,
    )
    is_last = exp.EQ(this=rank, expression=number(1))
    on = [equal(node.right, n, times, called) for n, called in at.items()]
    names = dict.fromkeys((*at, *node.right_columns))
    select = Select(
        tuple(query.aliased(column(n, node.right), n) for n in names),
        query.name(node.right),
        (query.join("SEMI JOIN", times, on),),
        qualify=query.print(is_last),
    )
    query.cte(name, select, ("Of the rows with one of these keys and times, the last one.",))
