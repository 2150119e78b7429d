"""The SQL that is written first, in the words of Spark."""

from __future__ import annotations

import sqlglot

from benchmarks.contestants.naive_duckdb import QUERIES
from benchmarks.contestants.pyspark_session import opened, process_of, write
from benchmarks.task import Prepared, Task


def prepare(task: Task) -> Prepared:
    session = opened(task)
    (query,) = sqlglot.transpile(QUERIES[task.work](), read="duckdb", write="spark")
    return Prepared(
        lambda: write(session.sql(query), task.output), session.stop, process_of(session)
    )
