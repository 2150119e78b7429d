"""Sources as written -> sources of the Module."""

from __future__ import annotations

from alignc.errors import Diagnostics, Span
from alignc.frontend.lower.state import Lowering
from alignc.frontend.sources import DataSource, _File, _Rows, _Table
from alignc.ir.module import FileSource, RowsSource, Source, TableSource
from alignc.ir.plan import ENTITIES
from alignc.ir.types import BINARY, TIMESTAMP, DType


def lower_source(given: DataSource, state: Lowering) -> str:
    source: Source
    match given:
        case _File():
            source = FileSource(
                name=given.name,
                path=given.path,
                format=given.format,
                separator=given.csv.separator,
                partition_keys=given.partition_keys,
                null_values=tuple(given.csv.null_values),
                reading=given.reading,
                span=given.span,
            )
        case _Table():
            source = TableSource(
                name=given.name,
                table=given.table,
                schema_name=given.schema,
                url_variable=given.env_var,
                default_url=given.default_url,
                dbt_model=given.dbt_model,
                snapshot=given.kept,
                span=given.span,
            )
        case _Rows():
            # The columns come when all views that read them are known.
            source = RowsSource(name=given.name, columns=(), span=given.span)
        case _:
            raise AssertionError(given)
    written = state.written.setdefault(source.name, given)
    known = state.sources.setdefault(source.name, source)
    if _identity(known) != _identity(source) or _rows(written) is not _rows(given):
        state.found.add(
            "ALN106",
            f"two sources are called `{source.name}`, the other one is at {known.span}",
            given.span,
            'give one of them a name of its own: `name="..."`',
        )
    if source.name == ENTITIES:
        state.found.add(
            "ALN107",
            f"a source cannot be called `{ENTITIES}`: programs read the entity rows from there",
            given.span,
            'give it another name: `name="..."`',
        )
    return source.name


def check_stored(
    feature: str, dtype: DType, source: DataSource, place: Span, found: Diagnostics
) -> None:
    """Report a feature of a type that a source cannot hold."""
    if not isinstance(source, _File) or source.format in ("parquet", "delta"):
        if dtype.name == "List" and dtype.element == TIMESTAMP:
            hint = "`aggregate().last_k(...)` makes such a list of single times"
            message = f"`{feature}`: lists of times are not read from sources"
            found.add("ALN180", message, place, hint)
        return
    what = "a csv file" if source.format == "csv" else "json lines"
    if dtype.name in ("List", "Embedding"):
        hint = "declare it as `String()` and cut it up: `.split(...)`"
        message = f"`{feature}` is a list, and programs read none from {what}"
        found.add("ALN180", message, place, hint)
    elif dtype == BINARY:
        hint = "read it from a parquet file, or declare it as `String()`"
        found.add("ALN175", f"`{feature}` is Binary, and {what} has no bytes", place, hint)
    elif dtype.name == "Decimal" and source.format == "json_lines":
        found.add(
            "ALN188",
            f"`{feature}` is a decimal in the json lines of `{source.name}`: "
            "what reads JSON makes a 64-bit float of its digits",
            place,
            "declare `Float64()`, or let the file have text, declare `String()` and cast it",
        )


def _rows(given: DataSource) -> object:
    """The very rows of a source: `with_renames` keeps them."""
    return given.rows if isinstance(given, _Rows) else None


def _identity(source: Source) -> dict[str, object]:
    return source.model_dump(exclude={"span"})
