"""`sources.sql`: the relations that the queries read, where a source is a file or rows.

DuckDB reads files: views. PostgreSQL does not: tables, to be filled by whatever loads the data.
Rows that definitions hold are views.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from unicodedata import category

from sqlglot import exp

from alignc.backends.marks import Marks
from alignc.backends.part import Part, Parts
from alignc.backends.sql.dialect import (
    DUCKDB,
    POSTGRES,
    Dialect,
    cast,
    column,
    identifier,
    number,
    text,
)
from alignc.backends.sql.expressions import lower_literal
from alignc.backends.sql.ops.arg import decimal_number
from alignc.backends.sql.parsing import parsed
from alignc.backends.sql.scan import TEXT_OF
from alignc.ir.expr import Literal
from alignc.ir.module import (
    FileSource,
    Module,
    Raw,
    RowsColumn,
    RowsSource,
    SourceInput,
    TextTime,
    UnixTime,
)
from alignc.ir.types import BOOL, DATE, DURATION, INT64, INTEGERS, JSON, STRING, TIMESTAMP, DType
from alignc.templating import render

Columns = dict[str, tuple[DType, str]]


def emit_sources(module: Module, dialect: Dialect, schema: str | None = None) -> str | None:
    """The statements for a project's files and rows, None if it has none.

    The relations are in a schema, which is given as SQL, if there is one.
    """

    def named(source: FileSource | RowsSource, model: dict[str, object]) -> dict[str, object]:
        if schema is None:
            return model
        # Nobody validates there.
        return {**model, "name": f"{schema}.{model['name']}", "texts": []}

    return _text(module, dialect, named)


def parts_of_sources(module: Module, dialect: Dialect) -> Parts:
    """What each line of the file is about."""
    marks = Marks(emit_sources(module, dialect) or "")

    def marked(source: FileSource | RowsSource, model: dict[str, object]) -> dict[str, object]:
        part = Part("source", source.name)
        head = {key: marks.mark(part, str(model[key])) for key in ("place", "name")}
        columns = model["columns"]
        assert isinstance(columns, list)
        named = [
            marks.mark(replace(part, column=name), text)
            for name, text in zip(_names(source, module), columns, strict=True)
        ]
        return {
            **model,
            **head,
            "columns": [*named[:-1], *(marks.end(part, t) for t in named[-1:])],
        }

    return marks.read(_text(module, dialect, marked) or "")


_Model = dict[str, object]


def _text(
    module: Module, dialect: Dialect, finish: Callable[[FileSource | RowsSource, _Model], _Model]
) -> str | None:
    columns = _columns_by_source(module)
    files = [s for s in module.sources if isinstance(s, FileSource) and s.name in columns]
    rows = [s for s in module.sources if isinstance(s, RowsSource)]
    if not files and not rows:
        return None
    return render(
        f"sql/sources_{dialect.name}.sql.j2",
        has_times=any(
            dtype == TIMESTAMP and _is_text(name, file)
            for file in files
            for name, (dtype, _) in columns[file.name].items()
        ),
        has_json_numbers=any(
            f.format == "json_lines" and any(map(_is_whole, columns[f.name].values()))
            for f in files
        ),
        sources=[finish(s, _view_model(s, columns[s.name], dialect)) for s in files],
        rows=[finish(s, _rows_model(s, dialect)) for s in rows],
    )


def _names(source: FileSource | RowsSource, module: Module) -> list[str]:
    """The columns of a source in the order in which they are written."""
    if isinstance(source, RowsSource):
        return [column.name for column in source.columns]
    return list(_columns_by_source(module)[source.name])


def _columns_by_source(module: Module) -> dict[str, Columns]:
    """The columns that definitions read, by name; text where they do not agree on a type."""
    sources: dict[str, Columns] = {}
    for view in module.views:
        if not isinstance(view.input, SourceInput):
            continue
        columns = sources.setdefault(view.input.source, {})
        times = module.source_by_name[view.input.source].reading.times
        for feature in view.raw:
            assert isinstance(feature.compute, Raw)
            declared = (_stored(feature.dtype, times), feature.compute.time_zone)
            known = columns.setdefault(feature.compute.column, declared)
            if known != declared:
                columns[feature.compute.column] = (STRING, "UTC")
    return {name: dict(sorted(columns.items())) for name, columns in sources.items()}


def _stored(dtype: DType, times: UnixTime | TextTime | None) -> DType:
    """The type of a column in the relation; the queries make times of what is not one there."""
    match times:
        case UnixTime() if dtype == TIMESTAMP:
            return INT64
        case TextTime() if dtype == TIMESTAMP:
            return STRING
        case _:
            return dtype


def _view_model(source: FileSource, columns: Columns, dialect: Dialect) -> dict[str, object]:
    return {
        "place": _place(source),
        "name": dialect.print(identifier(source.name)),
        "path": dialect.print(text(source.path)),
        "comment_path": " ".join(source.path.split()),
        "format": source.format,
        "partitions": dialect.print(text(f"{source.path}/**/*.parquet"))
        if source.partition_keys
        else None,
        "members": dialect.print(
            exp.Struct(
                expressions=[
                    exp.PropertyEQ(this=identifier(name), expression=text("VARCHAR"))
                    for name in columns
                ]
            )
        ),
        "separator": dialect.print(text(source.separator)),
        "null_values": [
            dialect.print(text(value)) for value in dict.fromkeys(("", *source.null_values))
        ]
        if source.null_values and not _names_a_null(source, columns)
        else [],
        "columns": [
            _column(name, dtype, zone, source, dialect, _nulls(source, columns))
            for name, (dtype, zone) in columns.items()
        ],
        "texts": [
            f"{_column(name, STRING, zone, source, dialect, _nulls(source, columns), TEXT_OF)}"
            for name, (dtype, zone) in columns.items()
            if _is_text(name, source) and dtype not in (STRING, JSON)
        ],
    }


def _names_a_null(source: FileSource, columns: Columns) -> bool:
    """Whether a column is called like what stands for null: DuckDB's reader forgets such a name."""
    return any(name in source.null_values for name in columns)


def _nulls(source: FileSource, columns: Columns) -> tuple[str, ...]:
    """The texts that a query makes null because the reader is not told of them."""
    return source.null_values if _names_a_null(source, columns) else ()


def _place(source: FileSource | RowsSource) -> str:
    return str(source.span).rpartition(":")[0] if source.span else ""


def _rows_model(source: RowsSource, dialect: Dialect) -> dict[str, object]:
    """A view of `VALUES`; without rows one of nulls, of which none is taken."""
    names = [dialect.print(identifier(c.name)) for c in source.columns]
    cells = [
        [dialect.print(_cell(value, dialect)) for value in column.literals]
        for column in source.columns
    ]
    rows = list(zip(*cells, strict=True))
    return {
        "place": _place(source),
        "name": dialect.print(identifier(source.name)),
        "names": ", ".join(names),
        "columns": [_typed_column(c, dialect) for c in source.columns],
        "rows": [f"({', '.join(row)})" for row in rows or [("NULL",) * len(names)]],
        "is_empty": not rows,
    }


def _typed_column(given: RowsColumn, dialect: Dialect) -> str:
    """A column of `VALUES`, with its type if the values do not show it."""
    name = dialect.print(identifier(given.name))
    shows_type = given.dtype in (STRING, JSON, BOOL) and any(v is not None for v in given.values)
    if shows_type:
        return name
    return f"{dialect.print(cast(column(given.name), given.dtype, dialect))} AS {name}"


# Engines read a number with a point as a decimal, which becomes the nearest float up to these digits.
_FLOAT_DIGITS = 15


def _cell(given: Literal, dialect: Dialect) -> exp.Expr:
    """A constant beside others of its column, which then get a type together."""
    match given.value:
        case str() if given.dtype.name == "Decimal":
            return decimal_number(given.value, given.dtype.scale)
        case str() if given.dtype in (TIMESTAMP, DATE):
            return text(given.value)
        case float() as value if math.isfinite(value):
            digits = repr(abs(value)).partition("e")[0].replace(".", "").strip("0")
            is_exact = len(digits) <= _FLOAT_DIGITS and str(value) != "-0.0"
            return number(value) if is_exact else cast(text(repr(value)), given.dtype, dialect)
        case _:
            return lower_literal(given, dialect)


def _column(
    name: str,
    dtype: DType,
    zone: str,
    source: FileSource,
    dialect: Dialect,
    nulls: tuple[str, ...],
    called: str = "{}",
) -> str:
    quoted = dialect.print(identifier(called.format(name)))
    if dialect == POSTGRES:
        return f"{quoted} {dialect.type_text(dtype)}"
    read = _without_spaces(name) if source.format == "csv" else name
    node: exp.Expr = column(read)
    if nulls:
        is_null = exp.In(this=node, expressions=[text(value) for value in nulls])
        node = exp.Case(ifs=[exp.If(this=is_null, true=exp.Null())], default=column(read))
    if not _is_text(name, source) or dtype in (STRING, JSON):
        is_plain = node == column(called.format(name))
        return quoted if is_plain else f"{dialect.print(node)} AS {quoted}"
    if source.format == "json_lines" and _is_whole((dtype, zone)):
        node = exp.Anonymous(this="whole_number", expressions=[node])
    return f"{dialect.print(_parsed(node, dtype, zone))} AS {quoted}"


def _without_spaces(name: str) -> str:
    """A name in the first line of a csv file as DuckDB knows it; tabs stay."""
    spaces = "".join({c for c in name if category(c) == "Zs"})
    return name.strip(spaces) if spaces else name


def _is_text(name: str, source: FileSource) -> bool:
    """Whether a file has text in a column, whatever type the column is declared with."""
    return source.is_text or name in source.partition_keys


def _is_whole(stored: tuple[DType, str]) -> bool:
    """Whether values are whole numbers, of which JSON writes 1 also as 1.0."""
    return stored[0] in (*INTEGERS, BOOL, DURATION)


def _parsed(node: exp.Expr, dtype: DType, zone: str) -> exp.Expr:
    """Text as a value; null where it does not parse."""
    if dtype == TIMESTAMP:
        return exp.Anonymous(this="parse_time", expressions=[node, text(zone)])
    return parsed(node, dtype, DUCKDB)
