"""Rows that definitions hold -> typed columns of the Module.

    InMemorySource.from_rows("facts", [{"id": 1, "at": date(2026, 1, 31)}])
    id: Int64 = 1; at: Date = "2026-01-31"

A value must be one of its feature's type: what is written in a definition can be written right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from alignc.frontend.lower.agreement import readers
from alignc.frontend.lower.state import Lowering
from alignc.frontend.sources import _Rows
from alignc.frontend.values import literal_value
from alignc.ir.expr import Scalar
from alignc.ir.module import Feature, Raw, RowsColumn, RowsSource
from alignc.ir.types import BINARY, NESTED

# More is a file's business: every program that reads the rows has them in its text.
MAX_CELLS = 10_000


def fill_rows(state: Lowering) -> None:
    """Give the sources that are rows the columns that the views read."""
    for name, source in state.sources.items():
        written = state.written[name]
        if isinstance(source, RowsSource) and isinstance(written, _Rows):
            columns = _columns(written, readers(name, state), state)
            state.sources[name] = RowsSource(name=name, columns=columns, span=source.span)


def _columns(
    written: _Rows, readers: Iterable[tuple[str, Feature]], state: Lowering
) -> tuple[RowsColumn, ...]:
    rows = written.rows
    if not all(isinstance(row, Mapping) for row in rows):
        message = f"the rows of `{written.name}` are not all dicts"
        state.found.add("ALN196", message, written.span, 'such as `[{"id": 1, "x": 2.5}]`')
        return ()
    columns: dict[str, RowsColumn] = {}
    for name, feature in readers:
        column = _column(name, feature, written, state)
        if column is None:
            continue
        known = columns.setdefault(name, column)
        if known != column:
            message = f"`{name}` of `{written.name}` is read as two things: here and elsewhere"
            hint = "declare it with one type and one time zone"
            state.found.add("ALN196", message, feature.span, hint)
    cells = len(rows) * len(columns)
    if cells > MAX_CELLS:
        state.found.add(
            "ALN195",
            f"`{written.name}` has {cells:,} values, more than {MAX_CELLS:,}",
            written.span,
            "write them into a file: `FileSource.parquet_at(...)`",
        )
    order = dict.fromkeys(name for row in rows for name in row)
    return tuple(columns[name] for name in order or columns if name in columns)


def _column(name: str, feature: Feature, written: _Rows, state: Lowering) -> RowsColumn | None:
    if feature.dtype.name in NESTED or feature.dtype == BINARY:
        what = f"`{feature.name}` is a {feature.dtype}, and rows in memory have plain values only"
        state.found.add("ALN175", what, feature.span, "write the rows into a parquet file")
        return None
    if written.rows and not any(name in row for row in written.rows):
        message = f"no row of `{written.name}` has a `{name}`"
        state.found.add("ALN196", message, feature.span)
        return None
    assert isinstance(feature.compute, Raw)
    zone = feature.compute.time_zone
    values: list[Scalar] = []
    for number, row in enumerate(written.rows):
        given = row.get(name)
        value = None if given is None else literal_value(given, feature.dtype, zone)
        if value is None and given is not None:
            message = f"`{name}` of row {number} of `{written.name}` is no {feature.dtype}"
            shown = given if len(repr(given)) <= 60 else type(given).__name__
            state.found.add("ALN196", f"{message}: {shown!r}", feature.span)
            return None
        values.append(value)
    return RowsColumn(name=name, dtype=feature.dtype, values=tuple(values))
