"""Groups: aggregates of all rows, or of those that have some columns in common."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.builder import QueryBuilder
from alignc.backends.sql.dialect import Dialect, case, column, function, number
from alignc.backends.sql.expressions import lower_arg, lower_expr
from alignc.backends.sql.ops import AGGREGATES
from alignc.backends.sql.ops.arg import Rows
from alignc.backends.sql.select import Select
from alignc.ir.plan import Group, GroupColumn, Schema


def grouped(query: QueryBuilder, node: Group) -> Select:
    """The SELECT of a group."""
    schema = query.schemas[node.input]
    lines = [query.plain(name) for name in node.by]
    for made in node.columns:
        value = _aggregated(made, schema, query.dialect)
        lines.append(query.aliased(value, made.name, made.doc))
    by = query.group_by(node.by, schema)
    return Select(tuple(lines), query.name(node.input), group_by=by)


def _aggregated(made: GroupColumn, schema: Schema, dialect: Dialect) -> exp.Expr:
    if made.value is None:
        return exp.Count(this=exp.Star())
    if made.aggregate is None:
        return count_where(lower_expr(made.value, schema, dialect), dialect)
    value = lower_arg(made.value, schema, dialect, column)
    # No aggregate of a group asks for an order.
    rows = Rows(value, exp.Null(), made.parameter, made.dtype, lambda call: call)
    return AGGREGATES[dialect.name][made.aggregate](rows, dialect)


def count_where(condition: exp.Expr, dialect: Dialect) -> exp.Expr:
    """For how many rows a condition is true."""
    if dialect.count_if is not None:
        return function(dialect.count_if, condition)
    if not dialect.has_filter:
        return exp.Count(this=case((condition, number(1))))
    where = exp.Where(this=condition)
    return exp.Filter(this=exp.Count(this=exp.Star()), expression=where)
