"""A PostgreSQL server: everything happens in one transaction that is undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from alignc.backends.sql.dialect import POSTGRES
from alignc.backends.sql.sources import emit_sources
from alignc.ir.module import Module, RowsSource
from alignc.ir.plan import ENTITIES
from alignc.verify.engines import MissingEngineError, OutOfRangeError, ReadsNoFilesError
from alignc.verify.engines.duckdb import quoted
from alignc.verify.programs import Program
from alignc.verify.rows import Frames

if TYPE_CHECKING:
    import psycopg

_SCHEMA = "alignc_verify"

_TYPES: dict[type[pl.DataType], str] = {
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
    pl.Binary: "bytea",
    # Microseconds.
    pl.Duration: "bigint",
}

# By the number that PostgreSQL has for a type.
_RESULTS: dict[int, pl.DataType] = {
    16: pl.Boolean(),
    20: pl.Int64(),
    21: pl.Int64(),
    23: pl.Int64(),
    25: pl.String(),
    # Its text has the digits of 32 bits.
    700: pl.Float32(),
    701: pl.Float64(),
    1043: pl.String(),
    1082: pl.Date(),
    1114: pl.Datetime("us"),
    1184: pl.Datetime("us", "UTC"),
    17: pl.Binary(),
    # Arrays.
    1000: pl.List(pl.Boolean()),
    1005: pl.List(pl.Int64()),
    1007: pl.List(pl.Int64()),
    1016: pl.List(pl.Int64()),
    1009: pl.List(pl.String()),
    1021: pl.List(pl.Float32()),
    1022: pl.List(pl.Float64()),
    1182: pl.List(pl.Date()),
    1185: pl.List(pl.Datetime("us", "UTC")),
}
_NUMERIC = 1700
_NUMERICS = 1231
_LONGEST_NAME = 63


@contextmanager
def open_postgres(url: str | None) -> Iterator[Postgres]:
    if url is None:
        raise MissingEngineError("no server: give its address with --postgres or ALIGNC_POSTGRES")
    try:
        import psycopg
    except ImportError:
        raise MissingEngineError("the package psycopg is not installed") from None
    try:
        connection = psycopg.connect(url, autocommit=True)
    except psycopg.OperationalError as error:
        raise MissingEngineError(" ".join(str(error).split())) from None
    try:
        yield Postgres(connection)
        # Leaving the connection's own context would commit.
        connection.execute("ROLLBACK")
    finally:
        connection.close()


class Postgres:
    """Sources and entity rows are tables of a schema that exists in the transaction only."""

    name = "postgres"

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        from psycopg import errors

        self.connection = connection
        self._out_of_range = errors.NumericValueOutOfRange

    def load(self, sources: Frames) -> None:
        self._begin()
        for name, frame in sources.items():
            load_table(self.connection, name, frame)

    def load_files(self, module: Module, project: Path) -> None:
        if not all(isinstance(source, RowsSource) for source in module.sources):
            raise ReadsNoFilesError(
                "PostgreSQL reads tables: how a file becomes one is up to whatever loads it"
            )
        self._begin()
        self._execute(emit_sources(module, POSTGRES) or "")

    def _begin(self) -> None:
        self._execute("ROLLBACK")
        self._execute("BEGIN")
        self._execute("SET LOCAL TIME ZONE 'Asia/Tokyo'")
        self._execute(f"CREATE SCHEMA {_SCHEMA}")
        self._execute(f"SET LOCAL search_path = {_SCHEMA}")

    def run(self, program: Program, text: str, entities: pl.DataFrame | None) -> pl.DataFrame:
        self._execute("SAVEPOINT one_run")
        try:
            if entities is not None:
                load_table(self.connection, ENTITIES, entities)
            return fetched(self.connection, text)
        except self._out_of_range as error:
            if "value out of range: " in str(error):
                raise OutOfRangeError(str(error)) from None
            raise
        finally:
            self._execute("ROLLBACK TO SAVEPOINT one_run")

    def _execute(self, statement: str) -> None:
        self.connection.execute(statement.encode())


def load_table(connection: psycopg.Connection[Any], name: str, frame: pl.DataFrame) -> None:
    """A table with the rows of a frame, without the columns that no table can have.

    These have a name that is too long, or are structs.
    """
    frame = frame[
        [
            name
            for name, dtype in frame.schema.items()
            if len(name.encode()) <= _LONGEST_NAME and not isinstance(dtype, pl.Struct)
        ]
    ]
    columns = ", ".join(f"{quoted(n)} {_stored(t)}" for n, t in frame.schema.items())
    connection.execute(f"CREATE TABLE {quoted(name)} ({columns})".encode())
    with connection.cursor().copy(f"COPY {quoted(name)} FROM STDIN".encode()) as copy:
        for row in frame.iter_rows():
            copy.write_row([_micros(value) for value in row])


def _micros(value: object) -> object:
    if isinstance(value, list):
        return [_micros(element) for element in value]
    return value // timedelta(microseconds=1) if isinstance(value, timedelta) else value


def fetched(connection: psycopg.Connection[Any], text: str) -> pl.DataFrame:
    """The result of a SELECT."""
    cursor = connection.execute(text.encode())
    assert cursor.description is not None
    rows = cursor.fetchall()
    series = [
        pl.Series(
            column.name,
            [_in_utc(row[i]) for row in rows],
            _result_type(column),
            strict=False,
        )
        for i, column in enumerate(cursor.description)
    ]
    return pl.DataFrame(series)


def _result_type(column: psycopg.Column) -> pl.DataType | None:
    """The type of a result's column; None to see it from the values, which are exact decimals."""
    if column.type_code == _NUMERIC:
        return pl.Int128() if column.scale == 0 else None
    if column.type_code == _NUMERICS:
        return None
    return _RESULTS[column.type_code]


def _stored(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Datetime):
        return "timestamptz" if dtype.time_zone else "timestamp"
    if isinstance(dtype, pl.Decimal):
        return f"numeric({dtype.precision}, {dtype.scale})"
    if isinstance(dtype, pl.List):
        (inner,) = pl.Schema({"inner": dtype.inner}).dtypes()
        return f"{_stored(inner)}[]"
    return _TYPES[type(dtype)]


def _in_utc(value: object) -> object:
    if isinstance(value, list):
        return [_in_utc(element) for element in value]
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value
