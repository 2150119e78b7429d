"""The SQL that alignc has written for PostgreSQL, on the server of ALIGNC_POSTGRES.

The work makes a table from tables that are loaded and analysed before; it is fetched afterwards.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import polars as pl
import psycopg

from alignc.verify.engines.postgres import fetched, load_table
from benchmarks.task import Prepared, Task
from benchmarks.works import WORKS

SCHEMA = "alignc_benchmark"


def prepare(task: Task) -> Prepared:
    if "ALIGNC_POSTGRES" not in os.environ:
        sys.exit("missing: ALIGNC_POSTGRES is not set")
    connection = psycopg.connect(os.environ["ALIGNC_POSTGRES"], autocommit=True)
    connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    connection.execute(f"CREATE SCHEMA {SCHEMA}")
    connection.execute(f"SET search_path = {SCHEMA}")
    connection.execute("SET max_parallel_workers_per_gather = 0")
    connection.execute("SET work_mem = '256MB'")
    for name in ("entities", *WORKS[task.work].tables):
        load_table(connection, name, pl.read_parquet(task.source(name)))
    connection.execute("ANALYZE")
    file = Path(task.programs) / "generated/sql/postgres/datasets/model.sql"
    query = file.read_text(encoding="utf-8").rstrip().removesuffix(";").encode()

    def work() -> None:
        connection.execute(b"CREATE TABLE result AS " + query)

    def finish() -> None:
        fetched(connection, "SELECT * FROM result").write_parquet(task.output)
        connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
        connection.close()

    return Prepared(work, finish)
