"""Run generated programs on real engines and compare what they say.

Each function takes the generated text or file, the sources as data frames by name, and the entity
rows, and gives the result as a data frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import psycopg

from alignc.verify.compare import exact_text, same
from alignc.verify.engines.duckdb import quoted
from alignc.verify.engines.postgres import fetched, load_table
from alignc.verify.engines.scripts import run_script

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
        connection.execute(f"CREATE TABLE {quoted(name)} AS SELECT * FROM read_parquet('{file}')")
    out = folder / f"duckdb_out_{len(list(folder.iterdir()))}.parquet"
    connection.execute(f"COPY ({sql}) TO '{out}' (FORMAT parquet)")
    return pl.read_parquet(out)


def on_postgres(sql: str, sources: Frames, entities: pl.DataFrame | None, url: str) -> pl.DataFrame:
    """The result of a SELECT on a real server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS test CASCADE")
        connection.execute("CREATE SCHEMA test")
        connection.execute("SET search_path = test")
        frames = dict(sources) | ({ENTITIES: entities} if entities is not None else {})
        for name, frame in frames.items():
            load_table(connection, name, frame)
        connection.execute("ANALYZE")
        return fetched(connection, sql)


def on_polars(
    program: Path, sources: Frames, entities: pl.DataFrame | None, folder: Path
) -> pl.DataFrame:
    """The result of a Polars program, run in this process without alignc."""
    out = folder / "polars_out.parquet"
    run_script(program, _arguments(sources, entities, folder, out))
    return pl.read_parquet(out)


def on_pyspark(
    program: Path, sources: Frames, entities: pl.DataFrame | None, folder: Path
) -> pl.DataFrame:
    """The result of a PySpark program, run in this process's session without alignc."""
    out = folder / "pyspark_out.parquet"
    run_script(program, _arguments(sources, entities, folder, out))
    return pl.concat([pl.read_parquet(f) for f in sorted(out.glob("part-*"))])


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


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _sort_key(row: Mapping[str, object]) -> list[tuple[bool, str]]:
    """An order in which rows that are equal up to rounding meet."""

    def key(value: object) -> tuple[bool, str]:
        if isinstance(value, float):
            return value is not None, f"{value:.5e}" if value == value else "nan"
        if isinstance(value, list):
            return True, repr([key(element) for element in value])
        if isinstance(value, datetime):
            return True, _utc(value).isoformat()
        return value is not None, exact_text(value)

    # Keys and times first: floats decide last.
    exact = [key(v) for v in row.values() if not isinstance(v, float)]
    return exact + [key(v) for v in row.values() if isinstance(v, float)]
