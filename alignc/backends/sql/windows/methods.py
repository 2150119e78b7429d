"""Which method SQL has for each aggregate of a step: what `ir/window_plans` says, and what is cheaper here."""

from __future__ import annotations

from collections.abc import Mapping

from alignc.backends.sql.dialect import DUCKDB, Dialect
from alignc.ir.plan import WindowAggregate
from alignc.ir.types import NARROW_INTEGERS, STRING, DType
from alignc.ir.window_plans import Method, can_be_taken_back, method_of


def methods_of(
    node: WindowAggregate, types: Mapping[str, DType], dialect: Dialect
) -> dict[str, Method]:
    """The method of each aggregate, by its name; `types` has the type of each one's values."""
    methods = {
        a.name: method_of(a, types[a.name], node, dialect.few_events) for a in node.aggregates
    }
    if not dialect.counts_spaces:
        # Least and greatest texts of parts would have to be told apart once more.
        texts = {a.name for a in node.aggregates if types[a.name] == STRING}
        extremes = {a.name for a in node.aggregates if a.aggregate in ("min", "max")}
        methods |= dict.fromkeys(texts & extremes, Method.PAIRS)
    if Method.PAIRS in methods.values():
        return dict.fromkeys(methods, Method.PAIRS)
    for made in node.aggregates:
        # Sums of squares of small integers are exact; a total needs no beginning of the window. Spark
        # and Redshift have no numbers with room for them and their products.
        has_squares = made.aggregate in ("variance", "std") and types[made.name] in NARROW_INTEGERS
        has_squares = has_squares and dialect.name not in ("spark", "redshift")
        if has_squares or can_be_taken_back(made.aggregate, types[made.name]):
            methods[made.name] = Method.TOTALS
    if dialect == DUCKDB and Method.TILES in methods.values():
        # PostgreSQL and Spark have neither a recursion over groups nor a way to put variances together.
        return dict.fromkeys(methods, Method.BLOCKS)
    return methods | dict.fromkeys(_beside_tiles(node, methods), Method.EXACT_TILES)


def _beside_tiles(node: WindowAggregate, methods: Mapping[str, Method]) -> set[str]:
    """The totals that are a column more in tiles that are there anyway.

    A time line for totals costs less than they do in all tiles, if it is needed for other windows.
    """
    tiled = {a.window for a in node.aggregates if methods[a.name] is Method.TILES}
    totals = [a for a in node.aggregates if methods[a.name] is Method.TOTALS]
    beside = [a for a in totals if a.window in tiled]
    if len(beside) < len(totals):
        beside = [a for a in beside if a.aggregate == "count"]
    return {a.name for a in beside}
