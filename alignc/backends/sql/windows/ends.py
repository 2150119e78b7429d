"""The moments at which windows begin and end, counted back from the time q of a question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlglot import exp

from alignc.backends.sql.builder import TIME, QueryBuilder
from alignc.backends.sql.dialect import (
    REDSHIFT,
    Dialect,
    cast,
    column,
    from_micros,
    interval,
    micros_of,
    number,
    text,
)
from alignc.backends.sql.ops.redshift.time import moved as moved_on_redshift
from alignc.backends.sql.ops.snowflake.time import moved
from alignc.backends.sql.select import Join, Select
from alignc.ir.module import Window
from alignc.ir.plan import WindowAggregate
from alignc.ir.print import show_moment
from alignc.ir.time_frames import frame_bounds
from alignc.ir.types import DURATION, STRING

# What an end is called, and how long before q it is.
END, AGO = "__end", "__ago"
# The relation of all ends.
ENDS = "ends"

# How many microseconds before q, and as a reader would write it.
Ends = Iterable[tuple[int, str]]


def edges(window: Window) -> tuple[int, int | None]:
    """Microseconds before q of the last event, and of the last moment before the first one."""
    first, last = frame_bounds(window)
    return last, None if first is None else first + 1


def ends_of(windows: Iterable[Window]) -> dict[int, str]:
    """The edges of all windows, as a reader would write them."""
    ends: dict[int, str] = {}
    for window in dict.fromkeys(windows):
        last, before = edges(window)
        is_before = window.closed in ("left", "none")
        ends.setdefault(last, _moment(window.offset, is_before=is_before))
        if before is not None and window.length is not None:
            begin = window.offset + window.length
            is_before = window.closed in ("left", "both")
            ends.setdefault(before, _moment(begin, is_before=is_before))
    return ends


def _moment(before: int, *, is_before: bool) -> str:
    moment = show_moment(before)
    return f"before {moment}" if is_before else moment


def lower_ends(query: QueryBuilder, name: str, node: WindowAggregate, ends: Ends) -> str:
    """A relation with a row for each end of each question."""
    relation = query.fresh(f"{name}_ends")
    names = dict.fromkeys((*node.left_columns, *(a for a, _ in node.on)))
    lines = (
        *(query.aliased(column(n, node.left), n) for n in names),
        query.aliased(time_of(node, query.dialect), TIME),
        query.aliased(column(END, ENDS), END),
    )
    select = Select(lines, query.name(node.left), (all_ends(query, ends),))
    query.cte(relation, select, ("The ends of all windows of each question.",))
    return relation


def time_of(node: WindowAggregate, dialect: Dialect) -> exp.Expr:
    """When the end is that `all_ends` has."""
    at, ago = column(node.left_time, node.left), column(AGO, ENDS)
    if (earlier := _EARLIER.get(dialect.name)) is not None:
        return earlier(at, ago)
    return exp.Sub(this=at, expression=ago)


# How a time is moved back by microseconds, where there are no intervals.
_EARLIER: Mapping[str, Callable[[exp.Expr, exp.Expr], exp.Expr]] = {
    "bigquery": lambda at, ago: exp.Sub(this=micros_of(at), expression=ago),
    "spark": lambda at, ago: from_micros(exp.Sub(this=micros_of(at), expression=ago)),
    "snowflake": lambda at, ago: moved(at, exp.Neg(this=ago)),
    "redshift": lambda at, ago: moved_on_redshift(at, exp.Neg(this=ago), REDSHIFT),
}


def all_ends(query: QueryBuilder, ends: Ends) -> Join:
    """A row for each end."""
    elapsed = interval if query.dialect.has_elapsed else number
    rows = [(text(end), elapsed(before)) for before, end in ends]
    if query.dialect.constant_rows == "selects":
        return _selected(query, rows)
    return Join("CROSS JOIN", constants(query, rows, ENDS, (END, AGO)), ())


def constants(
    query: QueryBuilder, rows: Sequence[Sequence[exp.Expr]], name: str, columns: Sequence[str]
) -> str:
    """A relation of constants, one row a line."""
    if query.dialect.constant_rows == "structs":
        return _structs(query, rows, name, columns)
    lines = ",\n        ".join(f"({', '.join(map(query.print, row))})" for row in rows)
    names = ", ".join(map(query.name, columns))
    return f"(\n    VALUES\n        {lines}\n) AS {query.name(name)} ({names})"


def _structs(
    query: QueryBuilder, rows: Sequence[Sequence[exp.Expr]], name: str, columns: Sequence[str]
) -> str:
    """The same by an array of structs."""
    made = (
        ", ".join(
            query.print(exp.alias_(v, n, quoted=True)) for v, n in zip(row, columns, strict=True)
        )
        for row in rows
    )
    lines = ",\n        ".join(f"STRUCT({row})" for row in made)
    return f"UNNEST(\n    [\n        {lines}\n    ]\n) AS {query.name(name)}"


def _selected(query: QueryBuilder, rows: Sequence[tuple[exp.Expr, exp.Expr]]) -> Join:
    """The ends as a relation of their own. Constants alone have no types, or small ones."""
    relation = query.fresh(ENDS)
    first, *others = (
        Select(
            (
                query.aliased(cast(end, STRING, query.dialect), END),
                query.aliased(cast(ago, DURATION, query.dialect), AGO),
            ),
            "",
        )
        for end, ago in rows
    )
    query.cte(relation, first, ("The ends of all windows, counted back from a question.",), *others)
    return query.join("CROSS JOIN", relation, (), ENDS)
