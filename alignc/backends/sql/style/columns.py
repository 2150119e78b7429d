"""Simple columns before computed ones.

select                              select
    amount * 2 as doubled,              order_id,
    order_id               ->           amount * 2 as doubled
from orders                         from orders
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace

from alignc.backends.sql.dialect import Dialect
from alignc.backends.sql.select import Cte, Line, Query, Select
from alignc.backends.sql.style.tokens import Kind, Token, tokens_of, unquoted


def simple_columns_first(query: Query, relations: Collection[str], dialect: Dialect) -> Query:
    """The query with the columns of its relations in this order, unions left alone: there a column is its place.

    The columns of the last SELECT keep their order. What it computes moves to a relation of its own
    if it does not stand behind the simple columns.
    """
    ctes = tuple(
        replace(cte, selects=(_reordered(cte.selects[0]),)) if len(cte.selects) == 1 else cte
        for cte in query.ctes
    )
    result = query.result
    names = [line.name for line in result.columns if line.name is not None]
    if (
        _reordered(result) == result
        or result.order_by is not None
        or len(names) < len(result.columns)
    ):
        return replace(query, ctes=ctes)
    taken = {*(unquoted(cte.name).lower() for cte in ctes), *map(str.lower, relations)}
    final = dialect.quoted(_fresh("final", taken))
    lines = tuple(Line(dialect.quoted(name), name=name) for name in names)
    cte = Cte(final, query.result_step, (_reordered(result),))
    return replace(query, ctes=(*ctes, cte), result=Select(lines, final))


def _reordered(select: Select) -> Select:
    return replace(select, columns=tuple(sorted(select.columns, key=_rank)))


def _rank(line: Line) -> int:
    """Everything that a relation has comes first, then what is simple."""
    tokens = tokens_of(line.text)
    if any(t.text == "*" and before.text == "." for before, t in itertools.pairwise(tokens)):
        return 0
    return 1 if _is_simple(tokens) else 2


def _is_simple(tokens: Sequence[Token]) -> bool:
    """A column, a constant or a cast, with or without a name."""
    if len(tokens) > 2 and tokens[-2].word == "as":
        tokens = tokens[:-2]
    if tokens[0].word == "cast" and tokens[1].text == "(":
        return _closing(tokens, 1) == len(tokens) - 1
    if len(tokens) == 1:
        return tokens[0].kind is not Kind.WORD or tokens[0].word in ("null", "true", "false")
    are_names = all(t.kind is Kind.NAME for t in tokens[::2])
    return are_names and all(t.text == "." for t in tokens[1::2])


def _closing(tokens: Sequence[Token], opening: int) -> int:
    depth = 0
    for place in range(opening, len(tokens)):
        depth += (tokens[place].text == "(") - (tokens[place].text == ")")
        if depth == 0:
            return place
    raise AssertionError("a bracket that is not closed")


def _fresh(name: str, taken: Collection[str]) -> str:
    unique, count = name, 2
    while unique in taken:
        unique, count = f"{name}_{count}", count + 1
    return unique
