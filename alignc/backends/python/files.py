"""What the Polars and the PySpark programs say about their sources."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from alignc.backends.job import Job
from alignc.backends.python.build import (
    binary,
    call,
    constant,
    imported_names,
    name,
    sequence,
)
from alignc.backends.python.evaluation import evaluation_details
from alignc.backends.python.printer import format_expression, format_statements
from alignc.backends.python.runs import run_details
from alignc.errors import InternalError
from alignc.ir.expr import Literal
from alignc.ir.module import FileSource, RowsSource, Source, TableSource
from alignc.ir.plan import ENTITIES, ScanColumn
from alignc.ir.types import JSON, UNSIGNED


@dataclass(frozen=True)
class RowsForm:
    """How a kind of programs holds rows: what they are built with, the names of its type and of a relation."""

    build: Callable[[RowsSource], ast.expr]
    type: str
    frame: str


def program_details(
    job: Job,
    scan_column: Callable[[ScanColumn], ast.expr],
    rows: RowsForm,
    names: frozenset[str],
) -> dict[str, object]:
    """What the templates of both kinds of Python programs need; `names` are those that the body reads."""
    sources = _sources(job, rows)
    names |= imported_names([sources], format_statements([sources]))
    columns = [column for scan in job.scans() for column in scan.columns]
    run = run_details(job, scan_column, rows.frame)
    sets = evaluation_details(job, rows.frame, has_time=bool(run["has_since"]))
    families = {column.dtype.name for column in columns}
    lists = [c.dtype for c in columns if c.dtype.name in ("List", "Embedding")]
    families |= {dtype.element.name for dtype in lists}
    from_datetime = names & {"UTC", "date", "datetime", "timedelta"}
    from_datetime |= {"UTC", "datetime"} if run["has_since"] else set()
    is_timed_dataset = job.kind == "dataset" and run["has_since"]
    from_datetime |= {"timedelta"} if run["has_reach"] or is_timed_dataset else set()
    return {
        "title": job.title,
        "source": _in_docstring(job.pointer),
        "about": [_in_docstring(line) for line in job.about],
        "name": f"{job.plan.name}.py",
        "stem": job.plan.name,
        "has_entities": any(scan.source == ENTITIES for _, scan in job.plan.scans()),
        "has_sources": bool(job.sources),
        **run,
        **sets,
        "families": families,
        "has_lists": bool(lists),
        "datetime_names": sorted(from_datetime),
        "has_decimals": "Decimal" in names,
        "has_tables": any(s.kind == "table" for s in job.sources),
        "has_default_urls": any(s.kind == "table" and s.default_url for s in job.sources),
        "has_null_values": any(s.kind == "file" and s.null_values for s in job.sources),
        "has_partitions": any(s.kind == "file" and s.partition_keys for s in job.sources),
        "has_delta": any(s.kind == "file" and s.format == "delta" for s in job.sources),
        "has_remote": any(s.kind == "file" and s.is_remote for s in job.sources),
        "has_unix_times": any(c.times and c.times.kind == "unix" for c in columns),
        "has_text_times": any(c.times and c.times.kind == "text" for c in columns),
        "has_json": any(s.kind == "file" and s.format == "json_lines" for s in job.sources),
        "has_json_numbers": any(c.is_json_number for c in columns),
        "has_options": any(
            s.kind == "file"
            and (
                s.format in ("json_lines", "delta")
                or s.partition_keys
                or s.null_values
                or s.separator != ","
                or _has_odd_ending(s)
            )
            for s in job.sources
        ),
        "has_odd_endings": any(s.kind == "file" and _has_odd_ending(s) for s in job.sources),
        "has_quoted_names": any('"' in c.column for c in columns),
        "has_unsigned": any(c.dtype in UNSIGNED for c in columns),
        "spark_types": _spark_types(job),
        "has_members": any(c.path is not None for c in columns),
        "has_nan_as_null": any(c.nan_as_null for c in columns),
        "has_unread": any(c.asks == "unread" for c in columns),
        "has_rows": any(s.kind == "rows" for s in job.sources),
        "source_type": _source_type(job, rows),
        "has_files": any(s.kind == "file" for s in job.sources),
        "depth": job.depth,
        "sources": format_statements([sources]),
        "entity_columns": _entity_columns(job, scan_column),
        "computed": format_statements([_computed(job)]),
        "description": format_expression(constant(job.title), indent=2),
        "app_name": format_expression(constant(f"alignc {job.plan.name}"), indent=2),
    }


def _spark_types(job: Job) -> list[str]:
    """The names that a PySpark program imports for json lines and for structs."""
    names: set[str] = set()
    if any(s.kind == "file" and s.format == "json_lines" for s in job.sources):
        names |= {"StringType", "StructField", "StructType"}
    if any(c.path is not None for scan in job.scans() for c in scan.columns):
        names |= {"DataType", "StructType"}
    return sorted(names)


def check_python(text: str) -> str:
    """The text itself; InternalError if it is not Python.

    Programs have most of their top-level blocks in common, and those are parsed once.
    """
    try:
        for block in text.split("\n\n\n"):
            _compile(block)
    except SyntaxError:
        # Two empty lines may also be in the middle of a text.
        try:
            compile(text, "the program", "exec", dont_inherit=True)
        except SyntaxError as error:
            raise InternalError("printing of Python", f"{error}: {error.text}") from error
    return text


@lru_cache(maxsize=256)
def _compile(block: str) -> None:
    compile(block, "the program", "exec", dont_inherit=True)


def _in_docstring(text: str) -> str:
    """Text that reads as itself between three quotes."""
    return text.replace("\\", "\\\\").replace('"""', r"\"\"\"")


def _entity_columns(job: Job, scan_column: Callable[[ScanColumn], ast.expr]) -> str:
    """The columns of the entity rows that the model knows, under their own names."""
    columns = [c for _, scan in job.plan.scans() if scan.source == ENTITIES for c in scan.columns]
    named = [
        ScanColumn(name=c.column, column=c.column, dtype=c.dtype, time_zone=c.time_zone)
        for c in columns
    ]
    return format_expression(sequence([scan_column(c) for c in named]), indent=2)


def _computed(job: Job) -> ast.Assign:
    """The assignment of `COMPUTED`: the columns that entity rows must not have."""
    names = sequence([constant(column.name) for column in job.plan.write.columns])
    return ast.Assign([ast.Name("COMPUTED", ast.Store())], names)


def _source_type(job: Job, rows: RowsForm) -> str:
    has_rows = any(s.kind == "rows" for s in job.sources)
    return f"File | Table | {rows.type}" if has_rows else "File | Table"


def _sources(job: Job, rows: RowsForm) -> ast.AnnAssign:
    """The assignment of `SOURCES`: where each source is, unless an argument says otherwise."""
    items = {source.name: _source(source, job, rows) for source in job.sources}
    value = ast.Dict([constant(k) for k in items], list(items.values()))
    annotation = ast.parse(f"dict[str, {_source_type(job, rows)}]", mode="eval").body
    return ast.AnnAssign(ast.Name("SOURCES", ast.Store()), annotation, value, 1)


def _source(source: Source, job: Job, rows: RowsForm) -> ast.expr:
    match source:
        case FileSource():
            path = constant(source.path)
            if not source.is_remote:
                path = binary(name("PROJECT"), ast.Div(), path)
            options: dict[str, ast.expr] = {}
            if _has_odd_ending(source):
                options["is_csv"] = constant(True)
            if source.separator != ",":
                options["separator"] = constant(source.separator)
            if source.null_values:
                nulls = dict.fromkeys(("", *source.null_values))
                options["null_values"] = ast.Tuple([constant(n) for n in nulls], ast.Load())
            if source.format == "json_lines":
                members = [constant(c) for c in job.columns_read(source.name)]
                options["members"] = ast.Tuple(members, ast.Load())
            if source.format == "delta":
                options["is_delta"] = constant(True)
            if source.partition_keys:
                keys = ast.Tuple([constant(k) for k in source.partition_keys], ast.Load())
                options["partition_keys"] = keys
            return call("File", path, **options)
        case TableSource():
            place = [source.url_variable, _query(source, job), source.default_url]
            return call("Table", *(constant(part) for part in place if part is not None))
        case RowsSource():
            return rows.build(source)


def rows_of(source: RowsSource, cell: Callable[[Literal], ast.expr]) -> ast.expr:
    """The rows as a list of tuples."""
    columns = [list(map(cell, column.literals)) for column in source.columns]
    return sequence([ast.Tuple(list(row), ast.Load()) for row in zip(*columns, strict=True)])


def _has_odd_ending(source: FileSource) -> bool:
    """Whether it is a csv file whose name does not say so."""
    return source.format == "csv" and not source.path.endswith((".csv", ".csv.gz"))


def _query(source: TableSource, job: Job) -> str:
    """The SELECT that reads a table; identifiers in double quotes, as the standard has it."""
    arrays, texts = _read_as_text(job, source)
    columns = ", ".join(
        f"CAST({_quoted(c)} AS {'TEXT[]' if c in arrays else 'TEXT'}) AS {_quoted(c)}"
        if c in arrays | texts
        else _quoted(c)
        for c in job.columns_read(source.name)
    )
    path = [source.schema_name] if source.schema_name else []
    return f"SELECT {columns or '1'} FROM {'.'.join(map(_quoted, [*path, source.table]))}"


def _read_as_text(job: Job, source: TableSource) -> tuple[set[str], set[str]]:
    """The columns with lists and with JSON that drivers would give in a form of their own."""
    columns = [c for s in job.scans() if s.source == source.name for c in s.columns]
    lists = {
        c.column
        for c in columns
        if c.dtype.name == "List" and c.dtype.element.name in ("Date", "Decimal")
    }
    return lists, {c.column for c in columns if c.dtype == JSON}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
