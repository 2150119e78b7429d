"""Columns that depend on the order of rows: running sums, and the value in the next row."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.builder import QueryBuilder
from alignc.backends.sql.dialect import cast, column, function, identifier
from alignc.backends.sql.ops.comparison import order_keys
from alignc.backends.sql.select import Frame, Select
from alignc.ir.plan import Running, RunningColumn

_SO_FAR = "so_far"


def running(query: QueryBuilder, node: Running) -> Select:
    """The SELECT of all rows with such columns."""
    lines = [query.plain(name) for name in query.schemas[node.input]]
    lines += [query.aliased(_made(made, node, query), made.name) for made in node.columns]
    partition = ", ".join(map(query.print, _partition(node, query)))
    order = ", ".join(map(query.print, _order(node, query)))
    frame = Frame(query.name(_SO_FAR), partition, order, "ROWS UNBOUNDED PRECEDING")
    has_sums = any(made.function == "sum" for made in node.columns)
    return Select(tuple(lines), query.name(node.input), windows=(frame,) if has_sums else ())


def _partition(node: Running, query: QueryBuilder) -> list[exp.Expr]:
    return query.keys(node.by, query.schemas[node.input])


def _order(node: Running, query: QueryBuilder) -> list[exp.Expr]:
    schema = query.schemas[node.input]
    keys = (order_keys(column(name), schema[name], query.dialect) for name in node.order)
    return [part for key in keys for part in key]


def _made(made: RunningColumn, node: Running, query: QueryBuilder) -> exp.Expr:
    if made.function == "sum":
        total = exp.Window(
            this=exp.Sum(this=column(made.column)), alias=identifier(_SO_FAR), over="OVER"
        )
        return cast(total, made.dtype, query.dialect)
    return exp.Window(
        this=function("LEAD", column(made.column)),
        partition_by=_partition(node, query),
        order=exp.Order(expressions=[exp.Ordered(this=key) for key in _order(node, query)]),
        over="OVER",
    )
