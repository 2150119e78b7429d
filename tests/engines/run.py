"""Run generated programs on real engines and compare what they say.

Each function takes the generated text or file, the sources as data frames by name, and the entity
rows, and gives the result as a data frame.
"""

from __future__ import annotations

import math
import runpy
import sys
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

Frames = Mapping[str, pl.DataFrame]

ENTITIES = "entities"


def on_duckdb(
    sql: str, sources: Frames, entities: pl.DataFrame | None, folder: Path
) -> pl.DataFrame:
    """The result of a SELECT; the session's zone is far from UTC, which must not matter."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'Asia/Tokyo'")
    frames = dict(sources) | ({ENTITIES: entities} if entities is not None else {})
    for name, frame in frames.items():
        file = folder / f"duckdb_{len(list(folder.iterdir()))}.parquet"
        frame.write_parquet(file)
        connection.execute(f"CREATE TABLE {_quoted(name)} AS SELECT * FROM read_parquet('{file}')")
    out = folder / f"duckdb_out_{len(list(folder.iterdir()))}.parquet"
    connection.execute(f"COPY ({sql}) TO '{out}' (FORMAT parquet)")
    return pl.read_parquet(out)


_POSTGRES_TYPES: dict[Any, str] = {
    pl.Boolean: "boolean",
    pl.Int8: "smallint",
    pl.Int16: "smallint",
    pl.Int32: "integer",
    pl.Int64: "bigint",
    pl.UInt8: "smallint",
    pl.UInt16: "integer",
    pl.UInt32: "bigint",
    pl.UInt64: "numeric(20)",
    pl.Float32: "real",
    pl.Float64: "double precision",
    pl.String: "text",
    pl.Null: "text",
    pl.Date: "date",
}


def on_postgres(sql: str, sources: Frames, entities: pl.DataFrame | None, url: str) -> pl.DataFrame:
    """The result of a SELECT on a real server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS test CASCADE")
        connection.execute("CREATE SCHEMA test")
        connection.execute("SET search_path = test")
        frames = dict(sources) | ({ENTITIES: entities} if entities is not None else {})
        for name, frame in frames.items():
            load(connection, name, frame)
        connection.execute("ANALYZE")
        cursor = connection.execute(sql.encode())
        assert cursor.description is not None
        names = [column.name for column in cursor.description]
        oids = [column.type_code for column in cursor.description]
        rows = cursor.fetchall()
    return pl.DataFrame(
        {
            name: pl.Series(name, [_plain(row[i]) for row in rows], _polars_type(oid), strict=False)
            for i, (name, oid) in enumerate(zip(names, oids, strict=True))
        }
    )


def load(connection: psycopg.Connection[Any], name: str, frame: pl.DataFrame) -> None:
    columns = ", ".join(f"{_quoted(n)} {_postgres_type(t)}" for n, t in frame.schema.items())
    connection.execute(f"CREATE TABLE {_quoted(name)} ({columns})".encode())
    with connection.cursor().copy(f"COPY {_quoted(name)} FROM STDIN".encode()) as copy:
        for row in frame.iter_rows():
            copy.write_row(row)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _postgres_type(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Datetime):
        return "timestamptz" if dtype.time_zone else "timestamp"
    return _POSTGRES_TYPES[type(dtype)]


def _polars_type(oid: int) -> pl.DataType:
    known: dict[int, pl.DataType] = {
        16: pl.Boolean(),
        21: pl.Int64(),
        23: pl.Int64(),
        20: pl.Int64(),
        25: pl.String(),
        1043: pl.String(),
        700: pl.Float64(),
        701: pl.Float64(),
        1700: pl.Int128(),
        1082: pl.Date(),
        1114: pl.Datetime("us"),
        1184: pl.Datetime("us", "UTC"),
    }
    return known[oid]


def _plain(value: object) -> object:
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value


@contextmanager
def without_alignc() -> Iterator[None]:
    """Any import of alignc fails."""
    hidden = {n: m for n, m in sys.modules.items() if n == "alignc" or n.startswith("alignc.")}
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    sys.modules["alignc"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        sys.modules.pop("alignc", None)
        sys.modules.update(hidden)


def on_polars(
    program: Path, sources: Frames, entities: pl.DataFrame | None, folder: Path
) -> pl.DataFrame:
    """The result of a Polars program, run in this process without alignc."""
    out = folder / "polars_out.parquet"
    run_program(program, _arguments(sources, entities, folder, out))
    return pl.read_parquet(out)


def on_pyspark(
    program: Path, sources: Frames, entities: pl.DataFrame | None, folder: Path
) -> pl.DataFrame:
    """The result of a PySpark program, run in this process's session without alignc."""
    out = folder / "pyspark_out.parquet"
    run_program(program, _arguments(sources, entities, folder, out))
    return pl.concat([pl.read_parquet(f) for f in sorted(out.glob("part-*"))])


def run_program(program: Path, arguments: list[str]) -> None:
    with without_alignc():
        main = runpy.run_path(str(program))["main"]
        assert main(arguments) == 0


def _arguments(
    sources: Frames, entities: pl.DataFrame | None, folder: Path, out: Path
) -> list[str]:
    arguments = ["--output", str(out)]
    for name, frame in sources.items():
        file = folder / f"{name}.parquet"
        frame.write_parquet(file)
        arguments += ["--source", f"{name}={file}"]
    if entities is not None:
        file = folder / "entity_rows.parquet"
        entities.write_parquet(file)
        arguments += ["--entities", str(file)]
    return arguments


# -- comparing


def assert_same(
    expected: pl.DataFrame | Sequence[Mapping[str, object]],
    actual: pl.DataFrame,
    label: str,
    *,
    ordered: bool,
) -> None:
    """Cell by cell: floats to 1e-9 relative, everything else exactly. Also the column order."""
    wanted = expected.to_dicts() if isinstance(expected, pl.DataFrame) else list(expected)
    there = actual.to_dicts()
    if wanted:
        assert list(wanted[0]) == actual.columns, f"{label}: columns"
    assert len(wanted) == len(there), f"{label}: {len(there)} rows, not {len(wanted)}"
    if not ordered:
        wanted, there = sorted(wanted, key=_sort_key), sorted(there, key=_sort_key)
    for i, (a, b) in enumerate(zip(wanted, there, strict=True)):
        for name in a:
            assert same(a[name], b[name]), (
                f"{label}: row {i}, column {name}: {b[name]!r}, not {a[name]!r}\n"
                f"wanted {a}\nthere  {b}"
            )


def same(a: object, b: object) -> bool:
    """Whether two cells are equal."""
    if a is None or b is None:
        return a is None and b is None
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, float) or isinstance(b, float):
        if not isinstance(a, int | float) or not isinstance(b, int | float):
            return False
        if math.isnan(a) or math.isnan(b):
            return math.isnan(a) and math.isnan(b)
        return a == b or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(a, datetime) and isinstance(b, datetime):
        return _utc(a) == _utc(b)
    return a == b


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _sort_key(row: Mapping[str, object]) -> list[tuple[bool, str]]:
    """An order in which rows that are equal up to rounding meet."""

    def key(value: object) -> tuple[bool, str]:
        if isinstance(value, float):
            return value is not None, f"{value:.5e}" if value == value else "nan"
        if isinstance(value, datetime):
            return True, _utc(value).isoformat()
        return value is not None, str(value)

    # Keys and times first: floats decide last.
    exact = [key(v) for v in row.values() if not isinstance(v, float)]
    return exact + [key(v) for v in row.values() if isinstance(v, float)]
