"""Joins by key; a key that must be unique and is not ends the query."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.builder import FAILS, QueryBuilder, are_known
from alignc.backends.sql.dialect import (
    Dialect,
    case,
    cast,
    column,
    function,
    identifier,
    number,
    text,
)
from alignc.backends.sql.expressions import Columns
from alignc.backends.sql.select import Join, Select
from alignc.ir.plan import JoinSide, KeyJoin
from alignc.ir.types import STRING


def lower_key_join(query: QueryBuilder, node: KeyJoin) -> tuple[Columns, str, tuple[Join, ...]]:
    """Where each column comes from, the left relation and the joins."""
    places = {name: (node.left, name) for name in node.left_columns}
    joins: list[Join] = []
    joined = {node.left}
    for right in node.rights:
        if right.unique:
            _check(query, right)
        source = right.input
        if source in joined:
            # Joined with itself, it needs another name.
            source = query.fresh(f"{right.input}_by_key")
        joined.add(source)
        places.update({new: (source, name) for name, new in right.columns})
        on = query.same_key(right.on, node.left, source, query.schemas[node.left])
        kind = "LEFT JOIN" if right.how == "left" else "JOIN"
        kind = kind if right.on else "CROSS JOIN"
        joins.append(query.join(kind, right.input, on, source))

    def found(name: str) -> exp.Expr:
        relation, original = places[name]
        return column(original, relation)

    return found, query.name(node.left), tuple(joins)


def _check(query: QueryBuilder, right: JoinSide) -> None:
    """Have the query end with an error if a key is there twice.

    The last SELECT asks for it: beside the join an engine would look only at the keys that are joined.
    """
    relation, keys = right.input, right.key
    if (relation, keys) in query.checked:
        return
    query.checked.add((relation, keys))
    more_than_once = exp.GT(this=exp.Count(this=exp.Star()), expression=number(1))
    twice = query.fresh(f"{relation}_twice")
    failure: exp.Expr = exp.DPipe(
        this=text(f"{query.told[relation, keys]}: several rows have the key "),
        expression=_key_text(keys, query.dialect),
    )
    if query.dialect.error is not None:
        failure = function(query.dialect.error, failure)
    if not query.dialect.asks_having_first:
        failure = case((more_than_once.copy(), failure))
    # What ends the query if there is no word for it: the text is no value of the type.
    failing = cast(failure, query.dialect.strict_type, query.dialect)
    select = Select(
        (query.aliased(failing, FAILS),),
        query.name(relation),
        where=query.conditions(*are_known(keys)),
        group_by=query.group_by(keys, query.schemas[relation]),
        having=query.print(more_than_once),
    )
    query.cte(twice, select, ("A key must not be there twice.",))
    table = exp.Table(this=identifier(twice))
    counted = exp.Count(this=column(FAILS, twice))
    failures = exp.Select(expressions=[counted], from_=exp.From(this=table))
    has_none = exp.EQ(this=exp.Subquery(this=failures), expression=number(0))
    query.checks += query.conditions(has_none)


def _key_text(keys: Sequence[str], dialect: Dialect) -> exp.Expr:
    parts = [cast(column(k), STRING, dialect) for k in keys]
    result = parts[0]
    for part in parts[1:]:
        result = exp.DPipe(this=exp.DPipe(this=result, expression=text(", ")), expression=part)
    return result
