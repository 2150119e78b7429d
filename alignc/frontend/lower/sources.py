"""Sources as written -> sources of the Module."""

from __future__ import annotations

from alignc.errors import Diagnostics, Span
from alignc.frontend.lower.state import Lowering
from alignc.frontend.sources import DataSource, _File, _Rows, _Table
from alignc.ir.module import FileSource, RowsSource, Source, TableSource
from alignc.ir.plan import ENTITIES
from alignc.ir.types import DType


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
    if isinstance(source, _File) and source.format == "json_lines" and dtype.name == "Decimal":
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
