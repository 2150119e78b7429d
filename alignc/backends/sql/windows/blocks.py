"""Aggregates from blocks of neighbouring events, for DuckDB.

The events of a key have places in the order of time. Eight neighbours are a block, eight neighbouring
blocks are a larger one, and so on. A window is a run of places: up to seven single events at either
end, up to seven blocks of 8 further in, up to seven of 64, as far as it goes.

    places    0 1 2 3 4 5 6 7|8 9 ...  15|16 ...   |24 25
    window            [5 6 7][8 ...     ][16 ...  ][24]

All windows share the blocks. One join finds the pieces of each window, one group puts them together,
and the work for a window grows with the logarithm of its events. Nothing is subtracted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from alignc.backends.sql.builder import QueryBuilder, equal
from alignc.backends.sql.dialect import cast, column, function, number, operand, text
from alignc.backends.sql.select import Line, Select
from alignc.backends.sql.windows.events import Events, events_of
from alignc.backends.sql.windows.parts import Part, aggregated, named, parts_of
from alignc.backends.sql.windows.results import Found, result
from alignc.backends.sql.windows.runs import FROM, PLACE, TO, WINDOW, Runs, lower_places, lower_runs
from alignc.ir.module import Window
from alignc.ir.plan import WindowAggregate, WindowColumn
from alignc.ir.types import INT64, DType
from alignc.ir.window_plans import Method, can_be_taken_back

# How many blocks make a larger one; sizes up to 8^19 are more than any key has events.
_FANOUT, _LEVELS = 8, 20
_SIZE, _BLOCK, _LEVEL = "__size", "__block", "__level"
_ALL = "levels"
_INNER_FROM, _INNER_TO = "__inner_from", "__inner_to"
# How parts of each kind are put together.
_MERGED = {
    "count": "SUM",
    "sum": "SUM",
    "float_sum": "SUM",
    "variance": "COMBINE_AGGR",
    "min": "MIN",
    "max": "MAX",
    "any": "BOOL_OR",
    "all": "BOOL_AND",
}


def lower_blocks(
    query: QueryBuilder,
    name: str,
    node: WindowAggregate,
    types: Mapping[str, DType],
    windows: Mapping[Window, str],
    comment: tuple[str, ...],
) -> None:
    """The CTEs of a window aggregate; `types` has the type of each aggregate's values."""
    events = lower_places(query, name, events_of(query, name, node))
    parts = named(
        _typed(part, types[made.name])
        for made in node.aggregates
        for part in parts_of(made, Method.BLOCKS)
    )
    lowering = _Blocks(query, name, node, events, parts)
    blocks = lowering.blocks()
    runs = lower_runs(query, name, node, events, windows)
    found = lowering.found(blocks, runs, lowering.pieces(runs))
    lowering.results(found, types, windows, comment)


@dataclass(frozen=True)
class _Blocks:
    query: QueryBuilder
    name: str
    node: WindowAggregate
    events: Events
    parts: Mapping[Part, str]

    def blocks(self) -> str:
        """The parts of all blocks: of single events, and of more of them."""
        query, events = self.query, self.events
        larger, relation = self._larger(), query.fresh(f"{self.name}_blocks")
        before = exp.Sub(this=column(PLACE), expression=number(1))
        keys = [query.plain(k) for k in events.keys]
        singles = Select(
            (*keys, *self._block_of_events(1, before)),
            query.name(events.relation),
            group_by=(*(line.text for line in keys), query.name(PLACE)),
        )
        names = (*events.keys, _SIZE, _BLOCK, *self.parts.values())
        others = Select(tuple(map(query.plain, names)), query.name(larger))
        note = "Blocks of 1, 8, 64, ... neighbouring events."
        query.cte(relation, singles, (note,), others)
        return relation

    def _larger(self) -> str:
        """The parts of the blocks of more than one event.

        The recursion does not begin with single events, as it takes long for many rows (docs/benchmarks.md).
        """
        query, events = self.query, self.events
        relation = query.fresh(f"{self.name}_larger")
        keys = [query.plain(k) for k in events.keys]
        by = [line.text for line in keys]
        before = exp.Paren(this=exp.Sub(this=column(PLACE), expression=number(1)))
        first = exp.IntDiv(this=before, expression=number(_FANOUT))
        block = exp.IntDiv(this=column(_BLOCK), expression=number(_FANOUT))
        size = exp.Mul(this=number(_FANOUT), expression=column(_SIZE))
        following = (
            query.aliased(size, _SIZE),
            query.aliased(block, _BLOCK),
            *(
                query.aliased(function(_MERGED[p.kind], column(n)), n)
                for p, n in self.parts.items()
            ),
        )
        is_full = f"COUNT(*) = {_FANOUT}"
        query.recursive_cte(
            relation,
            Select(
                (*keys, *self._block_of_events(_FANOUT, first)),
                query.name(events.relation),
                group_by=(*by, query.print(first.copy())),
                having=is_full,
            ),
            Select(
                (*keys, *following),
                query.name(relation),
                group_by=(*by, query.name(_SIZE), query.print(block.copy())),
                having=is_full,
            ),
            ("Blocks of 8 neighbouring events, then of 64, 512, ..., each from 8 smaller ones.",),
        )
        return relation

    def _block_of_events(self, size: int, block: exp.Expr) -> tuple[Line, ...]:
        """The size of a block, its number among those of this size, and its parts."""
        query = self.query
        return (
            query.aliased(cast(number(size), INT64, query.dialect), _SIZE),
            query.aliased(block.copy(), _BLOCK),
            *(self._of_events(part, name) for part, name in self.parts.items()),
        )

    def _of_events(self, part: Part, name: str) -> Line:
        """A part of some events; that of a variance is what DuckDB knows while it computes one."""
        value = aggregated(part, self.events, self.query, lambda call: call)
        if part.kind != "variance":
            return self.query.aliased(value, name)
        text = f"{self.query.print(value)} EXPORT_STATE AS {self.query.name(name)}"
        return Line(text, name=name)

    def pieces(self, runs: Runs) -> str:
        """The blocks that make up each run."""
        query, keys = self.query, [a for a, _ in self.node.on]
        told = dict.fromkeys((*runs.columns, *keys))
        names = tuple(map(query.plain, (*told, _SIZE)))
        levels = self._levels(runs, tuple(told))
        to = function("LEAST", column(_INNER_FROM), column(TO))
        since = function("GREATEST", column(_INNER_FROM), column(_INNER_TO))
        before = function("RANGE", column(FROM), to)
        after = function("RANGE", since, column(TO))
        blocks = function("UNNEST", exp.DPipe(this=before, expression=after))
        relation = query.fresh(f"{self.name}_pieces")
        note = f"The blocks that make up each window: less than {_FANOUT} of a size at either end."
        select = Select((*names, query.aliased(blocks, _BLOCK)), query.name(levels))
        query.cte(relation, select, (note,))
        return relation

    def _levels(self, runs: Runs, names: tuple[str, ...]) -> str:
        """Of each size the blocks in a run, and those of them in blocks of the next size."""
        query, sizes = self.query, self._sizes()
        first, last = column(FROM, runs.relation), column(TO, runs.relation)
        size = column(_SIZE, sizes)
        above = exp.Mul(this=number(_FANOUT), expression=size.copy())
        bounds = {
            FROM: _rounded_up(first, size),
            TO: exp.IntDiv(this=last, expression=size.copy()),
            _INNER_FROM: _times(_rounded_up(first.copy(), above)),
            _INNER_TO: _times(exp.IntDiv(this=last.copy(), expression=operand(above.copy()))),
        }
        lines = (
            *(query.aliased(column(n, runs.relation), n) for n in names),
            query.aliased(size.copy(), _SIZE),
            *(query.aliased(bound, n) for n, bound in bounds.items()),
        )
        length = exp.Sub(this=last.copy(), expression=first.copy())
        where = query.conditions(exp.LTE(this=size.copy(), expression=length))
        join = query.join("CROSS JOIN", sizes, ())
        relation = query.fresh(f"{self.name}_levels")
        note = "The blocks of each size in a window, from and to; inner ones are in larger blocks of it."
        query.cte(relation, Select(lines, query.name(runs.relation), (join,), where), (note,))
        return relation

    def _sizes(self) -> str:
        query, relation = self.query, self.query.fresh(f"{self.name}_sizes")
        power = function("POWER", number(_FANOUT), column(_LEVEL, _ALL))
        size = query.aliased(cast(power, INT64, query.dialect), _SIZE)
        levels = f"RANGE({_LEVELS}) AS {query.name(_ALL)} ({query.name(_LEVEL)})"
        query.cte(relation, Select((size,), levels), ("The sizes of blocks.",))
        return relation

    def found(self, blocks: str, runs: Runs, pieces: str) -> str:
        """The parts of each window that has events."""
        query, relation = self.query, self.query.fresh(f"{self.name}_parts")
        names = [query.aliased(column(n, pieces), n) for n in runs.columns]
        lines = []
        for part, name in self.parts.items():
            merged = function(_MERGED[part.kind], column(name, blocks))
            is_state = part.kind == "variance"
            lines.append(query.aliased(function("FINALIZE", merged) if is_state else merged, name))
        on = [
            *(equal(pieces, a, blocks, b) for a, b in self.node.on),
            *(equal(pieces, n, blocks, n) for n in (_SIZE, _BLOCK)),
        ]
        select = Select(
            (*names, *lines),
            query.name(pieces),
            (query.join("JOIN", blocks, on),),
            group_by=tuple(line.text for line in names),
        )
        query.cte(relation, select, ("The pieces of each window, put together.",))
        return relation

    def results(
        self,
        found: str,
        types: Mapping[str, DType],
        windows: Mapping[Window, str],
        comment: tuple[str, ...],
    ) -> None:
        """The aggregates of each question."""
        query, node = self.query, self.node
        lines = [query.aliased(column(n, node.left), n) for n in node.left_columns]
        for made in node.aggregates:
            value = result(Method.BLOCKS, self._found(made, windows, types[made.name]))
            lines.append(query.aliased(value, made.name, made.doc))
        joins = []
        for shown in windows.values():
            alias = _alias(shown)
            on = [equal(node.left, n, alias, n) for n in node.left_columns]
            if len(windows) > 1:
                on.append(exp.EQ(this=column(WINDOW, alias), expression=text(shown)))
            joins.append(query.join("LEFT JOIN", found, on, alias))
        query.cte(self.name, Select(tuple(lines), query.name(node.left), tuple(joins)), comment)

    def _found(self, made: WindowColumn, windows: Mapping[Window, str], dtype: DType) -> Found:
        def part(kind: str) -> exp.Expr:
            part = _typed(Part(kind, made.value), dtype)
            return column(self.parts[part], _alias(windows[made.window]))

        return Found(made, dtype, part, True, self.query.dialect)


def _typed(part: Part, dtype: DType) -> Part:
    """The part of values of this type: not all sums are exact."""
    is_float = part.kind == "sum" and not can_be_taken_back("sum", dtype)
    return Part("float_sum", part.value) if is_float else part


def _alias(window: str) -> str:
    return f"in_{window}"


def _rounded_up(place: exp.Expr, size: exp.Expr) -> exp.Expr:
    """How many blocks of a size it takes to get to a place."""
    moved = exp.Sub(this=exp.Add(this=place, expression=size.copy()), expression=number(1))
    return exp.IntDiv(this=exp.Paren(this=moved), expression=operand(size.copy()))


def _times(blocks: exp.Expr) -> exp.Expr:
    return exp.Mul(this=blocks, expression=number(_FANOUT))
