"""The latest row of keys that have few: a join with all that are known, of which the last one is taken."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.builder import RANK, QueryBuilder, is_alive
from alignc.backends.sql.dialect import column, later, moment, number
from alignc.backends.sql.select import Select
from alignc.ir.plan import AsOfJoin


def join_few(
    query: QueryBuilder, name: str, node: AsOfJoin, order: Sequence[str], comment: tuple[str, ...]
) -> None:
    """The CTEs of a join whose work grows with the number of rows that each question knows."""
    known = query.fresh(f"{name}_known")
    left = query.schemas[node.left]
    rank = query.ordered(
        query.keys(node.left_columns, left, node.left),
        order,
        query.schemas[node.right],
        latest_first=True,
        relation=node.right,
    )
    lines = (
        *(query.aliased(column(n, node.left), n) for n in node.left_columns),
        *(query.aliased(column(n, node.right), n) for n in node.right_columns),
        query.aliased(rank, RANK),
    )
    on = [*query.same_key(node.on, node.left, node.right, left), *_is_known(query, node)]
    select = Select(lines, query.name(node.left), (query.join("JOIN", node.right, on),))
    query.cte(known, select, ("All rows known to each question, the latest one first.",))
    is_latest = exp.EQ(this=column(RANK), expression=number(1))
    taken = tuple(map(query.plain, (*node.left_columns, *node.right_columns)))
    query.cte(name, Select(taken, query.name(known), (), query.conditions(is_latest)), comment)


def _is_known(query: QueryBuilder, node: AsOfJoin) -> list[exp.Expr]:
    assert node.left_time is not None
    dialect, then = query.dialect, column(node.right_time, node.right)
    at = moment(column(node.left_time, node.left), dialect)
    conditions: list[exp.Expr] = [exp.GTE(this=at, expression=later(then, node.delay, dialect))]
    if node.created_at is not None:
        written = moment(column(node.created_at, node.right), dialect)
        conditions.append(exp.GTE(this=at.copy(), expression=written))
    if node.ttl is not None:
        conditions.append(is_alive(then, at, node.ttl, dialect))
    return conditions
