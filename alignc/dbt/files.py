"""The SQL file of a model: header, configuration, query."""

from __future__ import annotations

from collections.abc import Mapping

from alignc.backends.sql.dialect import BIGQUERY, SNOWFLAKE, Dialect, elapsed
from alignc.backends.sql.query import lower_query
from alignc.backends.sql.style import styled
from alignc.backends.sql.style.jinja import kept
from alignc.backends.sql.style.words import written
from alignc.dbt.incremental import Incremental
from alignc.dbt.models import Model
from alignc.ir.module import Contract, View
from alignc.ir.passes.drop_slices import drop_slices
from alignc.ir.plan import Slice
from alignc.templating import render


def model_file(
    model: Model, relations: Mapping[str, str], adds: Incremental | None, dialect: Dialect
) -> str:
    """The text of a model. `relations` has the Jinja of every relation that models read."""
    read = {scan.source for _, scan in model.plan.scans()}
    if adds is None:
        query = lower_query(drop_slices(model.plan), dialect)
    else:
        query = lower_query(model.plan, dialect, since=lambda node: _since(node, adds, dialect))
    return render(
        "dbt/model.sql.j2",
        source=pointer(model),
        adds=adds,
        # dbt-bigquery has no strategy of a project's own, but has it say how rows are merged.
        strategy="merge" if dialect == BIGQUERY else "alignc_since",
        lookback=span_text(adds.lookback, dialect) if adds else None,
        # A view would be read after rows have been deleted that it is about.
        has_temporary_views=dialect == SNOWFLAKE,
        query=styled(query, dialect, {name: relations[name] for name in read}),
    )


def pointer(model: Model) -> str:
    """Where a model is defined."""
    about = model.about
    if about.span is None:
        return kept(about.name)
    place = f"{about.span.file}:{about.span.line}"
    name = about.symbol if isinstance(about, View | Contract) else about.name
    return kept(f"{place} ({name})")


def _since(node: Slice, adds: Incremental, dialect: Dialect) -> tuple[str, ...]:
    """What of the rows of a slice a run looks at. Rows without a time are made anew each time."""
    name, own = (written(time, dialect) for time in (node.time, adds.time))
    reach = adds.reach(node)
    if reach is None:
        return ()
    recent = f"{name}\n>= {{{{ alignc_since('{own}', '{span_text(reach, dialect)}') }}}}"
    is_about_rows = node.before == 0 and node.after == 0
    return (recent, f"{name} is null") if is_about_rows else (recent,)


def span_text(microseconds: int, dialect: Dialect) -> str:
    """Elapsed time as SQL has it in an interval.

    >>> from alignc.backends.sql.dialect import DUCKDB
    >>> span_text(90 * 60_000_000, DUCKDB), span_text(90 * 60_000_000, BIGQUERY)
    ('90 minutes', '90 minute')
    """
    count, unit = elapsed(microseconds)
    words = f"{count} {unit.lower()}"
    return words.removesuffix("s") if dialect == BIGQUERY else words
