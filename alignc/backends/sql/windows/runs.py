"""Windows as runs of neighbouring events, which have numbers in the order of their time.

"__from", "__to":  how many events of the key there are before the window, and by its end
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from alignc.backends.sql.builder import TIME, QueryBuilder, equal
from alignc.backends.sql.dialect import column, number, text
from alignc.backends.sql.select import Select
from alignc.backends.sql.windows.ends import END, Ends, constants, edges, ends_of, lower_ends
from alignc.backends.sql.windows.events import Events
from alignc.backends.sql.windows.groups import over, so_far
from alignc.ir.module import Window
from alignc.ir.plan import WindowAggregate

PLACE, WINDOW, FROM, TO = "__place", "__window", "__from", "__to"
_SO_FAR, _REACHED = "so_far", "__reached"
_FIRST, _LAST, _AFTER, _UNTIL = "first", "last", "__after", "__until"
_EVER = "ever"
_WINDOWS = "windows"


def lower_places(query: QueryBuilder, name: str, events: Events) -> Events:
    """The same events with their numbers, and how many there are by the time of each."""
    keys, time = events.partition(query), events.column(events.time)
    names = dict.fromkeys((*events.keys, events.time, *events.values.values()))
    number_of, count = over(_SO_FAR)(exp.RowNumber()), over(_SO_FAR)(exp.Count(this=exp.Star()))
    lines = (
        *(query.aliased(events.column(n), n) for n in names),
        query.aliased(number_of, PLACE),
        query.aliased(count, _REACHED),
    )
    select = Select(
        lines,
        query.name(events.relation),
        events.joins,
        events.where,
        windows=(so_far(query, _SO_FAR, keys, query.print(time)),),
    )
    relation = query.fresh(f"{name}_places")
    note = "The events of each key, numbered in the order of their time."
    query.cte(relation, select, (note,))
    return replace(events, relation=relation, joins=(), where=())


@dataclass(frozen=True)
class Runs:
    """A relation with the runs that have events; `columns` tell them apart."""

    relation: str
    columns: tuple[str, ...]


def lower_runs(
    query: QueryBuilder,
    name: str,
    node: WindowAggregate,
    events: Events,
    windows: Mapping[Window, str],
) -> Runs:
    """The runs of all windows; with several there is a column for the window."""
    reached = _reached(query, name, node, events, ends_of(windows).items())
    names = dict.fromkeys((*node.left_columns, *(a for a, _ in node.on)))
    since = exp.Coalesce(this=column(_REACHED, _FIRST), expressions=[number(0)])
    lines = [query.aliased(column(n, _LAST), n) for n in names]
    bound = [query.aliased(since, FROM), query.aliased(column(_REACHED, _LAST), TO)]
    has_events = exp.LT(this=since.copy(), expression=column(_REACHED, _LAST))
    on = [equal(_LAST, n, _FIRST, n) for n in node.left_columns]
    first, last = column(END, _FIRST), column(END, _LAST)
    bounds = _bounds(windows)
    columns = node.left_columns
    if len(windows) == 1:
        ((after, until),) = bounds.values()
        is_first = exp.EQ(this=first, expression=text(after))
        is_last = exp.EQ(this=last, expression=text(until))
        select = Select(
            (*lines, *bound),
            f"{query.name(reached)} AS {query.name(_LAST)}",
            (query.join("LEFT JOIN", reached, [*on, is_first], _FIRST),),
            query.conditions(is_last, has_events),
        )
    else:
        rows = [(text(shown), text(a), text(u)) for shown, (a, u) in bounds.items()]
        columns = (*columns, WINDOW)
        is_first = exp.EQ(this=column(_AFTER, _WINDOWS), expression=first)
        is_last = exp.EQ(this=column(_UNTIL, _WINDOWS), expression=last)
        select = Select(
            (*lines, query.aliased(column(WINDOW, _WINDOWS), WINDOW), *bound),
            constants(query, rows, _WINDOWS, (WINDOW, _AFTER, _UNTIL)),
            (
                query.join("JOIN", reached, [is_last], _LAST),
                query.join("LEFT JOIN", reached, [*on, is_first], _FIRST),
            ),
            query.conditions(has_events),
        )
    relation = query.fresh(f"{name}_runs")
    query.cte(
        relation,
        select,
        ("Windows as runs of events: how many come before one, and how many by its end.",),
    )
    return Runs(relation, columns)


def _bounds(windows: Mapping[Window, str]) -> dict[str, tuple[str, str]]:
    """Of each window the end before it and its own; before all time is one that no row has."""
    ends: dict[int | None, str] = {None: _EVER}
    ends.update(ends_of(windows).items())
    bounds = {shown: edges(window) for window, shown in windows.items()}
    return {shown: (ends[before], ends[last]) for shown, (last, before) in bounds.items()}


def _reached(
    query: QueryBuilder,
    name: str,
    node: WindowAggregate,
    events: Events,
    ends: Ends,
) -> str:
    """How far the events have come by each end after the first of them.

    Inner, as one that keeps all ends would hold memory that the joins of millions of blocks then lack
    (docs/benchmarks.md).
    """
    asked, relation = lower_ends(query, name, node, ends), query.fresh(f"{name}_reached")
    places = events.relation
    on = [
        *(equal(asked, a, places, b) for a, b in node.on),
        exp.GTE(this=column(TIME, asked), expression=column(events.time, places)),
    ]
    names = dict.fromkeys((*node.left_columns, *(a for a, _ in node.on)))
    lines = (
        *(query.aliased(column(n, asked), n) for n in names),
        query.aliased(column(END, asked), END),
        query.aliased(column(_REACHED, places), _REACHED),
    )
    select = Select(lines, query.name(asked), (query.join("ASOF JOIN", places, on),))
    query.cte(relation, select, ("How many events a key has had by each end, if any.",))
    return relation
