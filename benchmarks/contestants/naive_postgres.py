"""The SQL that is written first, in the words of PostgreSQL."""

from __future__ import annotations

import sqlglot

from benchmarks.contestants.naive_duckdb import QUERIES
from benchmarks.contestants.postgres_session import runs
from benchmarks.task import Prepared, Task


def prepare(task: Task) -> Prepared:
    (query,) = sqlglot.transpile(QUERIES[task.work](), read="duckdb", write="postgres")
    return runs(task, query)
