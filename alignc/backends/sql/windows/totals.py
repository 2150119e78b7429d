"""Aggregates as running totals: of a window, the total at its end less the one before it.

DuckDB looks up the ends of all windows by one as-of join. In PostgreSQL they stand among the events
on a time line. A window without a beginning has the aggregate at its end, whatever it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlglot import exp

from alignc.backends.sql.builder import TIME, QueryBuilder, equal
from alignc.backends.sql.dialect import (
    case,
    cast,
    column,
    function,
    later,
    not_null,
    text,
)
from alignc.backends.sql.select import Select
from alignc.backends.sql.windows.ends import (
    END,
    ENDS,
    all_ends,
    edges,
    ends_of,
    lower_ends,
    time_of,
)
from alignc.backends.sql.windows.events import Events, asks_for_some
from alignc.backends.sql.windows.groups import Group, over, so_far
from alignc.backends.sql.windows.parts import Part, aggregated, named, parts_of
from alignc.backends.sql.windows.timeline import Timeline
from alignc.ir.module import Window
from alignc.ir.plan import WindowAggregate, WindowColumn
from alignc.ir.types import BOOL, STRING
from alignc.ir.window_plans import Method

_SO_FAR = "so_far"


def lower_totals(
    query: QueryBuilder,
    name: str,
    node: WindowAggregate,
    events: Events,
    aggregates: Mapping[Method, Sequence[WindowColumn]],
    windows: Mapping[Window, str],
) -> Group:
    """The CTEs of the aggregates that `TOTALS` and `RUNNING` compute."""
    needed = {
        (made.window, part): method
        for method, several in aggregates.items()
        for made in several
        for part in parts_of(made, method)
    }
    return _Totals(query, name, node, events, needed, windows).run()


@dataclass
class _Totals:
    query: QueryBuilder
    name: str
    node: WindowAggregate
    events: Events
    needed: Mapping[tuple[Window, Part], Method]
    windows: Mapping[Window, str]

    def run(self) -> Group:
        query = self.query
        totals: str | None = None
        ends: str | None = None
        if query.dialect.has_asof_join:
            totals = self._totals(self.events, [*self.events.keys, self.events.time])
            ends = self.node.left
            if len(self.ends) > 1:
                ends = lower_ends(query, self.name, self.node, self.ends.items())
            found = self._looked_up(totals, ends)
        else:
            found = self._on_a_timeline()
        relation = query.fresh(f"{self.name}_parts")
        several = len({w for w, _ in self.needed}) > 1
        columns = {
            (window, part): self.parts[part] + (f"_in_{self.windows[window]}" if several else "")
            for window, part in self.needed
        }
        lines = tuple(
            query.aliased(self._found(w, p, totals, ends), n) for (w, p), n in columns.items()
        )
        select = Select((*found.columns, *lines), found.source, found.joins, found.where)
        comment: tuple[str, ...] = ()
        if len(self.ends) > 1:
            comment = ("Of each window the total at its end, less the one before it.",)
            left = query.schemas[self.node.left]
            by = query.group_by(self.node.left_columns, left, ends)
            select = replace(select, group_by=by)
        query.cte(relation, select, comment)
        methods = (Method.TOTALS, Method.RUNNING)
        return Group(relation, methods, columns, is_summed=len(self.ends) > 1)

    @cached_property
    def parts(self) -> dict[Part, str]:
        return named(part for _, part in self.needed)

    @cached_property
    def ends(self) -> dict[int, str]:
        """Where totals are looked up, in microseconds before q."""
        return ends_of(window for window, _ in self.needed)

    def _found(self, window: Window, part: Part, totals: str | None, ends: str | None) -> exp.Expr:
        """A part of a window, from the totals at its ends, in relations of these names."""
        total, end = column(self.parts[part], totals), column(END, ends)
        if len(self.ends) == 1:
            return total
        last, before = edges(window)
        if self.needed[window, part] is Method.RUNNING:
            at_end = exp.EQ(this=end, expression=text(self.ends[last]))
            if not self.query.dialect.has_filter:
                return self._only(case((at_end, total)), part)
            return exp.Filter(this=self._only(total, part), expression=exp.Where(this=at_end))
        signed = [exp.If(this=text(self.ends[last]), true=total)]
        if before is not None:
            less = exp.Neg(this=total.copy())
            signed.append(exp.If(this=text(self.ends[before]), true=less))
        return exp.Sum(this=exp.Case(this=end, ifs=signed))

    def _only(self, value: exp.Expr, part: Part) -> exp.Expr:
        """The value that is there once."""
        dtype = self.events.arg(part.value, self.query).dtype
        return function(self.query.dialect.bool_max if dtype == BOOL else "MAX", value)

    def _totals(self, events: Events, names: Sequence[str]) -> str:
        query = self.query
        totals = query.fresh(f"{self.name}_totals")
        lines = (
            *(query.aliased(events.column(n), n) for n in dict.fromkeys(names)),
            *(
                query.aliased(aggregated(part, events, query, over(_SO_FAR)), name)
                for part, name in self.parts.items()
            ),
        )
        keys = events.partition(query)
        if not query.dialect.has_asof_join and any(w.length is None for w, _ in self.needed):
            # A question without a time must not see the events that have one.
            keys.append(f"{query.name(TIME)} IS NULL")
        frame = so_far(query, _SO_FAR, keys, query.print(events.column(events.time)), END)
        select = Select(
            lines, query.name(events.relation), events.joins, events.where, windows=(frame,)
        )
        query.cte(
            totals, select, ("Running totals of each key; events of one time count together.",)
        )
        return totals

    def _looked_up(self, totals: str, source: str) -> Select:
        """The totals at each end by an as-of join."""
        query, node = self.query, self.node
        if source == node.left:
            time = later(column(node.left_time, node.left), -min(self.ends), query.dialect)
        else:
            time = column(TIME, source)
        on = [
            *(equal(source, a, totals, b) for a, b in node.on),
            exp.GTE(this=time, expression=column(self.events.time, totals)),
        ]
        columns = tuple(query.aliased(column(n, source), n) for n in node.left_columns)
        return Select(columns, query.name(source), (query.join("ASOF LEFT JOIN", totals, on),))

    def _on_a_timeline(self) -> Select:
        """The totals at each end, which is a row among the events."""
        query, node = self.query, self.node
        events = self.events.only(dict.fromkeys(part.value for part in self.parts))
        line, relation = Timeline(query, node, events), query.fresh(f"{self.name}_timeline")
        no_end = cast(exp.Null(), STRING, query.dialect)
        if len(self.ends) == 1:
            ((before, label),) = self.ends.items()
            end = query.aliased(text(label), END)
            asks = line.asks(later(column(node.left_time), -before, query.dialect), (end,))
        else:
            asks = line.asks(
                time_of(node, query.dialect),
                (query.aliased(column(END, ENDS), END),),
                (all_ends(query, self.ends.items()),),
            )
        note = ("Events, and the ends of all windows of each question.",)
        asked: list[str] = []
        if asks_for_some(node):
            on = query.same_key(node.on, node.left, events.relation, query.schemas[node.left])
            asked.append(query.exists(node.left, on))
        query.cte(relation, line.events((query.aliased(no_end, END),), asked), note, asks)
        totals = self._totals(line.seen(relation), (*node.left_columns, END))
        columns = tuple(map(query.plain, node.left_columns))
        where = query.conditions(not_null(column(END)))
        return Select(columns, query.name(totals), where=where)
