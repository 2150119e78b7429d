"""SQL as it is written first: a join on the range of times, then a group by entity row, window by window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from benchmarks.contestants.duckdb_session import runs
from benchmarks.task import Prepared, Task
from benchmarks.works import (
    AGGREGATES,
    COLUMNS,
    DERIVED,
    LATE_TTL,
    READINGS,
    TTLS,
    WIDE_TTL,
    WINDOWS,
    derived,
    used,
    window_feature,
)

EACH: Final = range(1, DERIVED + 1)
# What is computed is a float or a whole number on any engine.
FUNCTIONS: Final[Mapping[str, str]] = {
    "count": "count({})",
    "sum": "sum({})",
    "mean": "avg(CAST({} AS DOUBLE))",
    "variance": "var_samp(CAST({} AS DOUBLE))",
    "min": "min({})",
    "max": "max({})",
}
TYPES: Final[Mapping[str, str]] = {"amount": "DOUBLE", "quantity": "BIGINT"}


def prepare(task: Task) -> Prepared:
    return runs(task, QUERIES[task.work]())


def asof() -> str:
    """The latest row of each view by number, ties by the values."""
    return latest(TTLS)


def late() -> str:
    """The same of the rows that were written by then."""
    return latest({"late": LATE_TTL}, "written_at")


def latest(ttls: Mapping[str, int], written: str | None = None) -> str:
    joined, taken = [], []
    known = f"AND e.{written} <= q.event_timestamp " if written else ""
    deciding = [*([written] if written else []), *COLUMNS]
    for name, ttl in ttls.items():
        columns = ", ".join(f"e.{column}" for column in COLUMNS)
        order = ", ".join(f"e.{column} DESC NULLS LAST" for column in deciding)
        joined.append(
            f"LEFT JOIN (SELECT q.id, {columns}, row_number() OVER "
            f"(PARTITION BY q.id ORDER BY e.happened_at DESC, {order}) AS place "
            f"FROM entities AS q JOIN {name} AS e ON e.key = q.key AND e.happened_at <= q.event_timestamp "
            f"{known}AND e.happened_at > q.event_timestamp - INTERVAL {ttl} SECONDS) AS {name} "
            f"ON {name}.id = q.id AND {name}.place = 1"
        )
        taken += [f"{name}.{column} AS {name}_{column}" for column in COLUMNS]
    return f"SELECT q.*, {', '.join(taken)} FROM entities AS q {' '.join(joined)}"


def windows() -> str:
    """Each window is a left join and a group of its own."""
    joined, taken = [], []
    for window, seconds in WINDOWS.items():
        made = []
        for column in COLUMNS:
            for aggregate in AGGREGATES:
                feature = window_feature(column, aggregate, window)
                value = FUNCTIONS[aggregate].format(f"e.{column}")
                if aggregate == "sum":
                    value = f"CAST({value} AS {TYPES[column]})"
                made.append(f"{value} AS {feature}")
                taken.append(f"in_{window}.{feature}")
        joined.append(
            f"JOIN (SELECT q.id, {', '.join(made)} FROM entities AS q LEFT JOIN events AS e "
            f"ON e.key = q.key AND e.happened_at <= q.event_timestamp "
            f"AND e.happened_at > q.event_timestamp - INTERVAL {seconds} SECONDS "
            f"GROUP BY q.id) AS in_{window} ON in_{window}.id = q.id"
        )
    return f"SELECT q.*, {', '.join(taken)} FROM entities AS q {' '.join(joined)}"


def pruning() -> str:
    """All features in a table, of which those of the model are taken; ties by all readings."""
    features = ", ".join(f"{expression} AS {name}" for name, expression in map(derived, EACH))
    order = ", ".join(f"e.r{number} DESC NULLS LAST" for number in range(1, READINGS + 1))
    taken = ", ".join(f"latest.{derived(number)[0]}" for number in used())
    return (
        f"WITH features AS MATERIALIZED (SELECT *, {features} FROM wide) "
        f"SELECT q.*, {taken} FROM entities AS q LEFT JOIN (SELECT q.id, e.*, row_number() OVER "
        f"(PARTITION BY q.id ORDER BY e.happened_at DESC, {order}) AS place "
        "FROM entities AS q JOIN features AS e ON e.key = q.key AND e.happened_at <= q.event_timestamp "
        f"AND e.happened_at > q.event_timestamp - INTERVAL {WIDE_TTL} SECONDS) AS latest "
        "ON latest.id = q.id AND latest.place = 1"
    )


QUERIES: Final[Mapping[str, Callable[[], str]]] = {
    "asof": asof,
    "late": late,
    "windows": windows,
    "pruning": pruning,
}
