"""How old the latest row of a source may be: what the strictest of its views says."""

from __future__ import annotations

from collections.abc import Iterable

from alignc.artifacts.relations import scan_column
from alignc.backends.sql.dialect import Dialect
from alignc.backends.sql.scan import read_column
from alignc.backends.sql.style import styled_expression
from alignc.backends.sql.style.words import written
from alignc.dbt.documents import Mapped, OneLine
from alignc.ir.module import Module, Source, SourceInput, TableSource, View


def freshness(module: Module, dialect: Dialect) -> dict[str, Mapped]:
    """The configuration of each source whose views say something."""
    found: dict[str, Mapped] = {}
    for source in module.sources:
        views = [v for v in module.views if v.input == SourceInput(source=source.name)]
        if isinstance(source, TableSource) and source.snapshot is not None:
            # A snapshot is as old as its last run.
            continue
        warn = _least(view.acceptable_freshness for view in views)
        fail = _least(view.unacceptable_freshness for view in views)
        field = next((f for v in views if (f := _loaded_at(v, source, dialect))), None)
        if field is None or (warn is None and fail is None):
            continue
        ages: Mapped = {}
        if warn is not None:
            ages["warn_after"] = _period(warn)
        if fail is not None:
            ages["error_after"] = _period(fail)
        found[source.name] = {"loaded_at_field": field, "freshness": ages}
    return found


def _least(ages: Iterable[int | None]) -> int | None:
    return min((age for age in ages if age is not None), default=None)


def _loaded_at(view: View, source: Source, dialect: Dialect) -> str | None:
    """The SQL of the time at which a row was loaded, or else happened."""
    if view.acceptable_freshness is None and view.unacceptable_freshness is None:
        return None
    name = view.freshness or view.event_timestamp
    if name is None:
        return None
    column = scan_column(view.by_name[name], source)
    is_plain = column.times is None and column.path is None and column.time_zone == "UTC"
    if is_plain:
        return written(column.column, dialect)
    return styled_expression(dialect.print(read_column(column, dialect)), dialect)


_PERIODS = (("day", 86_400_000_000), ("hour", 3_600_000_000))


def _period(microseconds: int) -> OneLine:
    """An age as dbt has it: whole days, hours or minutes, rounded up."""
    for period, size in _PERIODS:
        if microseconds % size == 0:
            return OneLine(count=microseconds // size, period=period)
    return OneLine(count=-(-microseconds // 60_000_000), period="minute")
