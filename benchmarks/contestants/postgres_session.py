"""A schema on the server of ALIGNC_POSTGRES in which the tables of a work are loaded and analysed.

The work makes a table, which is fetched afterwards. One process of the server does it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import polars as pl
import psycopg

from alignc.verify.engines.postgres import fetched, load_table
from benchmarks.task import Prepared, Task
from benchmarks.works import WORKS

SCHEMA = "alignc_benchmark"


def runs(task: Task, query: str, before: Sequence[str] = ()) -> Prepared:
    """The work: statements such as those that make an index, and the table of a query."""
    if "ALIGNC_POSTGRES" not in os.environ:
        sys.exit("missing: ALIGNC_POSTGRES is not set")
    connection = psycopg.connect(os.environ["ALIGNC_POSTGRES"], autocommit=True)
    connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    connection.execute(f"CREATE SCHEMA {SCHEMA}")
    connection.execute(f"SET search_path = {SCHEMA}")
    connection.execute("SET max_parallel_workers_per_gather = 0")
    connection.execute("SET work_mem = '256MB'")
    # The query of a contestant that was ended would run on, and keep the schema.
    connection.execute("SET client_connection_check_interval = '1s'")
    for name in ("entities", *WORKS[task.work].tables):
        load_table(connection, name, pl.read_parquet(task.source(name)))
    connection.execute("ANALYZE")

    def work() -> None:
        for statement in before:
            connection.execute(statement.encode())
        connection.execute(b"CREATE TABLE result AS " + query.encode())

    def finish() -> None:
        fetched(connection, "SELECT * FROM result").write_parquet(task.output)
        connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
        connection.close()

    return Prepared(work, finish, connection.info.backend_pid)
