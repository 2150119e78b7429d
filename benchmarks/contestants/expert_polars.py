"""What somebody who knows Polars well writes: as-of joins, and rolling groups over events and questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Final

import polars as pl

from benchmarks.task import Prepared, Task
from benchmarks.works import (
    COLUMNS,
    LATE_TTL,
    READINGS,
    TTLS,
    WIDE_TTL,
    WINDOWS,
    derived,
    used,
    window_feature,
)


def prepare(task: Task) -> Prepared:
    return Prepared(lambda: WORKS[task.work](task).write_parquet(task.output))


def asof(task: Task) -> pl.DataFrame:
    rows = pl.scan_parquet(task.source("entities")).sort("event_timestamp")
    for name, ttl in TTLS.items():
        found = latest(rows, task, name, COLUMNS, ttl).drop("happened_at")
        rows = found.rename({column: f"{name}_{column}" for column in COLUMNS})
    return rows.sort("id").collect()


def late(task: Task) -> pl.DataFrame:
    """Rows in the order in which one replaces the other; at each time the last one known is looked up."""
    order = ["key", "happened_at", "written_at", *COLUMNS]
    ranked = pl.scan_parquet(task.source("late")).sort(order).with_row_index("place")
    known = (
        ranked.select("key", "place", known_at=pl.max_horizontal("happened_at", "written_at"))
        .sort("known_at")
        .with_columns(pl.col("place").cum_max().over("key"))
    )
    rows = pl.scan_parquet(task.source("entities")).sort("event_timestamp")
    found = rows.join_asof(
        known,
        left_on="event_timestamp",
        right_on="known_at",
        by="key",
        check_sortedness=False,
    ).join(ranked.select("place", "happened_at", *COLUMNS), on="place", how="left")
    alive = pl.col("happened_at") > pl.col("event_timestamp") - timedelta(seconds=LATE_TTL)
    features = [pl.when(alive).then(c).alias(f"late_{c}") for c in COLUMNS]
    return found.select("id", "key", "event_timestamp", *features).sort("id").collect()


def latest(
    rows: pl.LazyFrame, task: Task, name: str, columns: Iterable[str], ttl: int
) -> pl.LazyFrame:
    """The last row of each key, of those with one time the greatest."""
    history = pl.scan_parquet(task.source(name)).sort("happened_at", *columns)
    alive = timedelta(seconds=ttl) - timedelta(microseconds=1)
    return rows.join_asof(
        history,
        left_on="event_timestamp",
        right_on="happened_at",
        by="key",
        tolerance=alive,
        check_sortedness=False,
    )


def pruning(task: Task) -> pl.DataFrame:
    rows = pl.scan_parquet(task.source("entities")).sort("event_timestamp")
    readings = [f"r{number}" for number in range(1, READINGS + 1)]
    found = latest(rows, task, "wide", readings, WIDE_TTL)
    features = [pl.sql_expr(value).alias(name) for name, value in map(derived, used())]
    return found.select("id", "key", "event_timestamp", *features).sort("id").collect()


def windows(task: Task) -> pl.DataFrame:
    """Questions are rows among the events, so that a rolling group ends at each of them."""
    entities = pl.read_parquet(task.source("entities"))
    asks = entities.rename({"event_timestamp": "happened_at"})
    line = pl.concat([pl.read_parquet(task.source("events")), asks], how="diagonal")
    line = line.sort("key", "happened_at")
    for window, seconds in WINDOWS.items():
        made = [
            AGGREGATES[aggregate](pl.col(column)).alias(window_feature(column, aggregate, window))
            for column in COLUMNS
            for aggregate in AGGREGATES
        ]
        rolled = line.rolling("happened_at", period=timedelta(seconds=seconds), group_by="key").agg(
            made
        )
        # Rolling groups are in the order of the rows.
        found = rolled.with_columns(line["id"]).drop("key", "happened_at").drop_nulls("id")
        entities = entities.join(found, on="id", how="left")
    return entities


AGGREGATES: Final[Mapping[str, Callable[[pl.Expr], pl.Expr]]] = {
    "count": lambda x: x.count().cast(pl.Int64),
    "sum": lambda x: pl.when(x.count() > 0).then(x.sum()),
    "mean": lambda x: x.mean(),
    "variance": lambda x: x.var(),
    "min": lambda x: x.min(),
    "max": lambda x: x.max(),
}
WORKS: Final[Mapping[str, Callable[[Task], pl.DataFrame]]] = {
    "asof": asof,
    "late": late,
    "windows": windows,
    "pruning": pruning,
}
