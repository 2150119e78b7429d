"""What nobody can do without: read events and questions, sort them once, write as much as is asked for."""

from __future__ import annotations

from benchmarks.contestants.duckdb_session import opened, write
from benchmarks.task import Prepared, Task
from benchmarks.works import COLUMNS, WORKS


def prepare(task: Task) -> Prepared:
    connection = opened(task)
    work = WORKS[task.work]
    columns = {"pruning": ["r1", "r7"]}.get(task.work, list(COLUMNS))
    read = ", ".join(columns)
    events = " UNION ALL ".join(
        f"SELECT key, happened_at, {read} FROM {name}" for name in work.tables
    )
    nulls = ", ".join("NULL" for _ in columns)
    values = ", ".join(
        f"{columns[place % len(columns)]} AS {name}" for place, name in enumerate(work.features)
    )

    def floor() -> None:
        connection.execute(
            f"CREATE TEMP TABLE sorted AS {events} "
            f"UNION ALL SELECT key, event_timestamp, {nulls} FROM entities ORDER BY 1, 2"
        )
        rows = "(SELECT count(*) FROM entities)"
        write(
            connection, f"SELECT key, happened_at, {values} FROM sorted LIMIT {rows}", task.output
        )

    return Prepared(floor)
