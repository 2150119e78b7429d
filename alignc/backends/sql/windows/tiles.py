"""Aggregates from the two tiles of time that a window touches, for PostgreSQL.

Time is cut into tiles as long as the window. So it has the end of one tile, from its first moment
on, and the beginning of the next one, up to its last moment:

    tiles    |---------|---------|---------|
    window        (--------]

In each tile an aggregate runs up to each event, and another one backwards from its end. Two of them
are looked up for a question and put together; nothing is subtracted, so floats are safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from alignc.backends.sql.builder import QueryBuilder
from alignc.backends.sql.dialect import (
    BIGQUERY,
    REDSHIFT,
    SNOWFLAKE,
    Dialect,
    cast,
    column,
    from_micros,
    function,
    interval,
    later,
    micros_of,
    moment,
    moved,
    number,
    text,
)
from alignc.backends.sql.ops.redshift.time import on_grid
from alignc.backends.sql.ops.snowflake.time import floored
from alignc.backends.sql.select import Line, Select
from alignc.backends.sql.windows.events import Events, asks_for_some
from alignc.backends.sql.windows.groups import Group, over, so_far
from alignc.backends.sql.windows.merging import MERGED, Sides
from alignc.backends.sql.windows.parts import Part, aggregated, named, parts_of
from alignc.backends.sql.windows.timeline import Timeline
from alignc.ir.calendar import FIRST_MICROSECOND
from alignc.ir.module import Window
from alignc.ir.plan import Schema, WindowAggregate, WindowColumn
from alignc.ir.print import show_window
from alignc.ir.time_frames import frame_bounds
from alignc.ir.types import BOOL, FLOATS, TIMESTAMP
from alignc.ir.window_plans import Method

IN_TILES = (Method.TILES, Method.EXACT_TILES)

_UP_TO, _SINCE = "up_to", "since"
# Of the two tiles the one with the window's first moment, and the one with its last moment.
_EARLY, _LATE = "early", "late"
_TILE, _IS_LATE = "__tile", "__is_late"
_TOUCHED = "touched"


def lower_tiles(
    query: QueryBuilder,
    name: str,
    node: WindowAggregate,
    events: Events,
    aggregates: Mapping[Method, Sequence[WindowColumn]],
    windows: Mapping[Window, str],
) -> Iterator[Group]:
    """The CTEs of the aggregates that tiles compute, a group for each of the `windows`."""
    needed = {
        window: [
            part
            for method, several in aggregates.items()
            for made in several
            if made.window == window
            for part in parts_of(made, method)
        ]
        for window in windows
    }
    lowering = _Tiles(query, name, node, events, windows)
    for window, parts in needed.items():
        yield lowering.run(window, named(parts))


@dataclass
class _Tiles:
    query: QueryBuilder
    name: str
    node: WindowAggregate
    events: Events
    windows: Mapping[Window, str]

    def run(self, window: Window, parts: Mapping[Part, str]) -> Group:
        """The CTEs of a window."""
        return self._merged(window, parts, self._on_a_timeline(window, parts))

    def _fresh(self, window: Window, what: str) -> str:
        several = len({made.window for made in self.node.aggregates}) > 1
        prefix = f"{self.name}_{self.windows[window]}" if several else self.name
        return self.query.fresh(f"{prefix}_{what}")

    def _tiles(
        self,
        relation: str,
        window: Window,
        events: Events,
        columns: Sequence[str],
        keys: Sequence[str],
        parts: Mapping[Part, str],
    ) -> None:
        """Each tile up to an event, and from the event on."""
        query, time = self.query, self.query.name(events.time)
        lines = [
            query.aliased(aggregated(part, events, query, over(side)), f"{name}_{side}")
            for part, name in parts.items()
            for side in (_UP_TO, _SINCE)
        ]
        up_to = so_far(query, _UP_TO, keys, time, _IS_LATE)
        # A frame that ends at the last row would be started anew for each row.
        since = so_far(query, _SINCE, keys, f"{time} DESC", _IS_LATE)
        select = Select(
            (*map(query.plain, columns), *lines),
            query.name(events.relation),
            where=events.where,
            windows=(up_to, since),
        )
        note = (
            f"Tiles as long as {show_window(window)}: each up to an event, and from the event on."
        )
        query.cte(relation, select, (note,))

    def _on_a_timeline(self, window: Window, parts: Mapping[Part, str]) -> Select:
        """A question with the two tiles, which end and begin at its rows on the line."""
        query, node = self.query, self.node
        events = self.events.only(dict.fromkeys(part.value for part in parts))
        line, relation = Timeline(query, node, events), self._fresh(window, "timeline")
        first, last, late, early = self._ends(window)
        time = moment(column(self.events.time), query.dialect)
        tile = _tile_of(time, _length(window), query.dialect)
        no_side = cast(exp.Null(), BOOL, query.dialect)

        def marks(at: exp.Expr, side: exp.Expr) -> tuple[Line, ...]:
            return query.aliased(at, _TILE), query.aliased(side, _IS_LATE)

        touched = self._touched(window, (late, early), line.keys)
        query.cte(
            relation,
            line.events(marks(tile, no_side), touched),
            ("Events, and the last and the first moment of each question's window.",),
            line.asks(last, marks(late, exp.Boolean(this=True))),
            line.asks(first, marks(early, exp.Boolean(this=False))),
        )
        tiles, seen = self._fresh(window, "tiles"), line.seen(relation)
        keys = [*seen.partition(query), query.name(_TILE)]
        columns = (*node.left_columns, _IS_LATE)
        self._tiles(tiles, window, seen, columns, keys, parts)
        names = node.left_columns
        on = query.same(names, _LATE, _EARLY, query.schemas[node.left])
        sides = (column(_IS_LATE, _LATE), exp.Not(this=column(_IS_LATE, _EARLY)))
        return Select(
            tuple(query.aliased(column(n, _LATE), n) for n in names),
            f"{query.name(tiles)} AS {query.name(_LATE)}",
            (query.join("JOIN", tiles, on, _EARLY),),
            query.conditions(*sides),
        )

    def _touched(self, window: Window, tiles: Sequence[exp.Expr], keys: Schema) -> tuple[str, ...]:
        """Leaves out the events in tiles that no question looks at; `keys` are the columns of the line."""
        query, node, events = self.query, self.node, self.events
        if not asks_for_some(node):
            return ()
        relation = self._fresh(window, _TOUCHED)
        columns = [query.aliased(column(a), k) for (a, _), k in zip(node.on, keys, strict=True)]
        first, *others = (
            Select((*columns, query.aliased(tile, _TILE)), query.name(node.left)) for tile in tiles
        )
        query.cte(relation, first, ("The tiles that a question looks at.",), *others)
        time = moment(column(events.time, events.relation), query.dialect)
        tile = _tile_of(time, _length(window), query.dialect)
        pairs = zip(keys, events.keys, strict=True)
        on = query.same_key(pairs, _TOUCHED, events.relation, keys)
        on.append(exp.EQ(this=column(_TILE, _TOUCHED), expression=tile))
        return (query.exists(relation, on, _TOUCHED),)

    def _ends(self, window: Window) -> tuple[exp.Expr, ...]:
        """The first and the last moment of a window, the tile of the last one and the one before."""
        at = column(self.node.left_time)
        before_first, before_last = frame_bounds(window)
        assert before_first is not None
        length = _length(window)
        last = later(at, -before_last, self.query.dialect)
        tile = _tile_of(last, length, self.query.dialect)
        # If the window begins with a tile, nothing of the one before is in it.
        if self.query.dialect == REDSHIFT:
            # Tiles are numbers there.
            before: exp.Expr = exp.Sub(this=tile.copy(), expression=number(length))
        else:
            before = moved(tile.copy(), -length, self.query.dialect)
        return later(at.copy(), -before_first, self.query.dialect), last, tile, before

    def _kind(self, part: Part) -> str:
        """What is to be put together: floats are not what other values are where NaN has no place.

        In BigQuery GREATEST has one for it.
        """
        dialect = self.query.dialect
        kinds = {BIGQUERY: ("min",), REDSHIFT: ("min", "max")}.get(dialect, ())
        is_float = self.events.arg(part.value, self.query).dtype in FLOATS
        return f"float_{part.kind}" if is_float and part.kind in kinds else part.kind

    def _merged(self, window: Window, parts: Mapping[Part, str], found: Select) -> Group:
        relation = self._fresh(window, "merged")
        lines = [
            self.query.aliased(
                MERGED[self._kind(part)](_sides(part, parts), self.query.dialect), name
            )
            for part, name in parts.items()
        ]
        select = replace(found, columns=(*found.columns, *lines))
        self.query.cte(
            relation, select, ("The late and the early tile of each window, put together.",)
        )
        columns = {(window, part): name for part, name in parts.items()}
        return Group(relation, IN_TILES, columns)


def _tile_of(time: exp.Expr, length: int, dialect: Dialect) -> exp.Expr:
    """The moment at which the tile of a time begins, in Redshift in microseconds."""
    if dialect == BIGQUERY:
        rest = exp.Mod(this=moved(time, -FIRST_MICROSECOND, dialect), expression=number(length))
        # What is before the calendar is in a tile before it.
        forth = exp.Add(this=rest, expression=number(length))
        return exp.Sub(this=time.copy(), expression=exp.Mod(this=forth, expression=number(length)))
    if dialect.name == "spark":
        micros = micros_of(time)
        since = function(
            "PMOD",
            exp.Add(this=micros.copy(), expression=number(-FIRST_MICROSECOND)),
            number(length),
        )
        return from_micros(exp.Sub(this=micros, expression=since))
    if dialect == SNOWFLAKE:
        return floored(time, length, dialect)
    if dialect == REDSHIFT:
        return on_grid(time, length, dialect)
    origin = cast(text("0001-01-01 00:00:00Z"), TIMESTAMP, dialect)
    return function("DATE_BIN", interval(length), time, origin)


def _length(window: Window) -> int:
    first, last = frame_bounds(window)
    assert first is not None
    return first - last + 1


def _sides(part: Part, parts: Mapping[Part, str]) -> Sides:
    def of(kind: str) -> tuple[exp.Expr, exp.Expr]:
        name = parts[Part(kind, part.value)]
        return column(f"{name}_{_UP_TO}", _LATE), column(f"{name}_{_SINCE}", _EARLY)

    return of
