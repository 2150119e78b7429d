"""Joins by key; a key that must be unique and is not ends the query."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.builder import AGAIN, QueryBuilder, are_known, equal
from alignc.backends.sql.dialect import DUCKDB, Dialect, case, cast, column, function, text
from alignc.backends.sql.expressions import Columns
from alignc.backends.sql.select import Join, Select
from alignc.ir.plan import KeyJoin
from alignc.ir.types import BOOL, STRING


def lower_key_join(query: QueryBuilder, node: KeyJoin) -> tuple[Columns, str, tuple[Join, ...]]:
    """Where each column comes from, the left relation and the joins."""
    places = {name: (node.left, name) for name in node.left_columns}
    joins: list[Join] = []
    for right in node.rights:
        source = right.input
        if right.unique:
            source = _unique(query, right.input, tuple(b for _, b in right.on), right.unique)
        places.update({new: (source, name) for name, new in right.columns})
        on = [equal(node.left, a, source, b) for a, b in right.on]
        joins.append(query.join("LEFT JOIN", source, on))

    def found(name: str) -> exp.Expr:
        relation, original = places[name]
        return column(original, relation)

    return found, query.name(node.left), tuple(joins)


def _unique(query: QueryBuilder, relation: str, keys: tuple[str, ...], label: str) -> str:
    """The relation without null keys; a key that is there twice ends the query.

    Rows are compared with the one before in the order of keys. A count by key would do, but an
    engine may then count only the keys that are asked for.
    """
    ordered, unique = query.fresh(f"{relation}_ordered"), query.fresh(f"{relation}_unique")
    names = tuple(query.schemas[relation])
    again = exp.and_(*(_equals_the_one_before(k, keys) for k in keys), copy=False)
    lines = (*map(query.plain, names), query.aliased(again, AGAIN))
    where = query.conditions(*are_known(keys))
    query.cte(ordered, Select(lines, query.name(relation), where=where))
    message = exp.DPipe(
        this=text(f"{label}: several rows have the key "),
        expression=_key_text(keys, query.dialect),
    )
    failure: exp.Expr = function("ERROR", message) if query.dialect == DUCKDB else message
    is_fine = case(
        (column(AGAIN), cast(failure, BOOL, query.dialect)),
        otherwise=exp.Boolean(this=True),
    )
    select = Select(
        tuple(map(query.plain, names)), query.name(ordered), where=query.conditions(is_fine)
    )
    query.cte(unique, select, ("A key must not be there twice.",))
    return unique


def _equals_the_one_before(key: str, keys: Sequence[str]) -> exp.Expr:
    before = exp.Window(
        this=function("LAG", column(key)),
        order=exp.Order(expressions=[exp.Ordered(this=column(k), nulls_first=False) for k in keys]),
        over="OVER",
    )
    return exp.EQ(this=column(key), expression=before)


def _key_text(keys: Sequence[str], dialect: Dialect) -> exp.Expr:
    parts = [cast(column(k), STRING, dialect) for k in keys]
    result = parts[0]
    for part in parts[1:]:
        result = exp.DPipe(this=exp.DPipe(this=result, expression=text(", ")), expression=part)
    return result
