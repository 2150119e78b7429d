"""Aggregates over windows, by the method that `ir/window_plans` has for each.

None of them but `pairs` looks at an event once for each question that sees it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from alignc.backends.sql.builder import QueryBuilder
from alignc.backends.sql.dialect import column
from alignc.backends.sql.expressions import lower_arg
from alignc.backends.sql.select import Select
from alignc.backends.sql.windows.blocks import lower_blocks
from alignc.backends.sql.windows.events import events_of
from alignc.backends.sql.windows.groups import Group
from alignc.backends.sql.windows.methods import methods_of
from alignc.backends.sql.windows.pairs import lower_pairs
from alignc.backends.sql.windows.parts import Part
from alignc.backends.sql.windows.results import Found, result
from alignc.backends.sql.windows.tiles import IN_TILES, lower_tiles
from alignc.backends.sql.windows.totals import lower_totals
from alignc.ir.plan import WindowAggregate, WindowColumn
from alignc.ir.print import window_names
from alignc.ir.types import DType
from alignc.ir.window_plans import Method


def lower_windows(
    query: QueryBuilder, name: str, node: WindowAggregate, comment: tuple[str, ...]
) -> None:
    """The CTEs of a window aggregate."""
    right = query.schemas[node.right]
    types = {a.name: lower_arg(a.value, right, query.dialect).dtype for a in node.aggregates}
    methods = methods_of(node, types, query.dialect)
    windows = window_names(a.window for a in node.aggregates)
    if Method.PAIRS in methods.values():
        lower_pairs(query, name, node, windows, comment)
        return
    if Method.BLOCKS in methods.values():
        lower_blocks(query, name, node, types, windows, comment)
        return
    tiled: dict[Method, list[WindowColumn]] = {}
    others: dict[Method, list[WindowColumn]] = {}
    for made in node.aggregates:
        method = methods[made.name]
        (tiled if method in IN_TILES else others).setdefault(method, []).append(made)
    events = events_of(query, name, node)
    groups: list[Group] = []
    if others:
        groups.append(lower_totals(query, name, node, events, others, windows))
    of_tiles = {made.window for several in tiled.values() for made in several}
    tiled_windows = {w: n for w, n in windows.items() if w in of_tiles}
    groups += lower_tiles(query, name, node, events, tiled, tiled_windows)
    _put_together(query, name, node, comment, types, methods, groups)


def _put_together(
    query: QueryBuilder,
    name: str,
    node: WindowAggregate,
    comment: tuple[str, ...],
    types: Mapping[str, DType],
    methods: Mapping[str, Method],
    groups: Sequence[Group],
) -> None:
    """The CTE of the aggregates from their parts."""
    base, *others = (group.relation for group in groups)
    names, left = node.left_columns, query.schemas[node.left]
    joins = tuple(
        query.join("JOIN", other, query.same(names, base, other, left)) for other in others
    )
    lines = [query.aliased(column(n, base if others else None), n) for n in names]
    for made in node.aggregates:
        method = methods[made.name]

        group = next(g for g in groups if method in g.methods and made.window in g.windows)

        def part(kind: str, made: WindowColumn = made, group: Group = group) -> exp.Expr:
            name = group.columns[made.window, Part(kind, made.value)]
            return column(name, group.relation if others else None)

        found = Found(made, types[made.name], part, group.is_summed, query.dialect)
        lines.append(query.aliased(result(method, found), made.name, made.doc))
    query.cte(name, Select(tuple(lines), query.name(base), joins), comment)
