"""What somebody who knows PostgreSQL well writes: an index by key and time, and a subquery for each question.

The index is made as part of the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from benchmarks.contestants.postgres_session import runs
from benchmarks.task import Prepared, Task
from benchmarks.works import (
    AGGREGATES,
    COLUMNS,
    LATE_TTL,
    READINGS,
    TTLS,
    WIDE_TTL,
    WINDOWS,
    WORKS,
    derived,
    used,
    window_feature,
)


def prepare(task: Task) -> Prepared:
    before = [
        statement
        for table in WORKS[task.work].tables
        for statement in (f"CREATE INDEX ON {table} (key, happened_at)", f"ANALYZE {table}")
    ]
    return runs(task, QUERIES[task.work](), before)


def asof() -> str:
    joined = " ".join(latest(name, ttl, COLUMNS) for name, ttl in TTLS.items())
    taken = ", ".join(f"{name}.{c} AS {name}_{c}" for name in TTLS for c in COLUMNS)
    return f"SELECT q.*, {taken} FROM entities AS q {joined}"


def late() -> str:
    joined = latest("late", LATE_TTL, COLUMNS, "written_at")
    taken = ", ".join(f"late.{c} AS late_{c}" for c in COLUMNS)
    return f"SELECT q.*, {taken} FROM entities AS q {joined}"


def latest(name: str, ttl: int, columns: Iterable[str], written: str | None = None) -> str:
    """The last row that lives; the index goes back from the question's time until it has one."""
    known = f"AND {written} <= q.event_timestamp " if written else ""
    deciding = ["happened_at DESC", *([f"{written} DESC"] if written else [])]
    order = ", ".join([*deciding, *(f"{c} DESC NULLS LAST" for c in columns)])
    return (
        f"LEFT JOIN LATERAL (SELECT * FROM {name} AS e WHERE e.key = q.key "
        f"AND e.happened_at <= q.event_timestamp {known}"
        f"AND e.happened_at > q.event_timestamp - INTERVAL '{ttl} seconds' "
        f"ORDER BY {order} LIMIT 1) AS {name} ON TRUE"
    )


def pruning() -> str:
    joined = latest("wide", WIDE_TTL, [f"r{number}" for number in range(1, READINGS + 1)])
    taken = ", ".join(f"{value} AS {name}" for name, value in map(derived, used()))
    return f"SELECT q.*, {taken} FROM entities AS q {joined}"


def windows() -> str:
    joined = " ".join(
        f"CROSS JOIN LATERAL (SELECT {', '.join(made(window))} FROM events AS e "
        "WHERE e.key = q.key AND e.happened_at <= q.event_timestamp "
        f"AND e.happened_at > q.event_timestamp - INTERVAL '{seconds} seconds') AS in_{window}"
        for window, seconds in WINDOWS.items()
    )
    taken = ", ".join(f"in_{window}.*" for window in WINDOWS)
    return f"SELECT q.*, {taken} FROM entities AS q {joined}"


def made(window: str) -> Iterator[str]:
    for column in COLUMNS:
        for aggregate in AGGREGATES:
            value = FUNCTIONS[aggregate].format(f"e.{column}")
            if aggregate == "sum" and column == "quantity":
                value += "::bigint"
            yield f"{value} AS {window_feature(column, aggregate, window)}"


FUNCTIONS: Final[Mapping[str, str]] = {
    "count": "count({})",
    "sum": "sum({})",
    "mean": "avg({}::float8)",
    "variance": "var_samp({}::float8)",
    "min": "min({})",
    "max": "max({})",
}
QUERIES: Final[Mapping[str, Callable[[], str]]] = {
    "asof": asof,
    "late": late,
    "windows": windows,
    "pruning": pruning,
}
