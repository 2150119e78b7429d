"""A DuckDB session in which the tables of a work are views over its files."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.task import Prepared, Task


def runs(task: Task, query: str) -> Prepared:
    """The work: the result of a query is written to the output."""
    connection = opened(task)
    return Prepared(lambda: write(connection, query, task.output))


def opened(task: Task) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"SET threads = {task.threads}")
    connection.execute(f"SET temp_directory = '{task.scratch}'")
    connection.execute("SET TimeZone = 'UTC'")
    for file in sorted(Path(task.data).glob("*.parquet")):
        connection.execute(f"CREATE VIEW {file.stem} AS SELECT * FROM read_parquet('{file}')")
    return connection


def write(connection: duckdb.DuckDBPyConnection, query: str, output: str) -> None:
    connection.execute(f"COPY ({query}) TO '{output}' (FORMAT parquet)")
