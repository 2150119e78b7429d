"""What somebody who knows Spark well writes: the greatest row so far of a union, and joins by buckets of time.

Lookups sort events and questions once and take the greatest row so far. A window of some length touches two
buckets of that length, so that a join by key and bucket finds few rows that it has to leave out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Final

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from benchmarks.contestants.pyspark_session import opened, process_of, write
from benchmarks.task import Prepared, Task
from benchmarks.works import (
    AGGREGATES,
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
    session = opened(task)
    return Prepared(
        lambda: write(WORKS[task.work](session), task.output), session.stop, process_of(session)
    )


def asof(session: SparkSession) -> DataFrame:
    rows = session.table("entities")
    for name, ttl in TTLS.items():
        found = latest(session, rows, name, ttl, tuple(COLUMNS))
        features = [F.col(f"row.{c}").alias(f"{name}_{c}") for c in COLUMNS]
        rows = found.select(*rows.columns, *features)
    return rows


def late(session: SparkSession) -> DataFrame:
    rows = session.table("entities")
    found = latest(session, rows, "late", LATE_TTL, ("written_at", *COLUMNS))
    return found.select("id", *(F.col(f"row.{c}").alias(f"late_{c}") for c in COLUMNS))


def pruning(session: SparkSession) -> DataFrame:
    rows = session.table("entities")
    readings = tuple(f"r{number}" for number in range(1, READINGS + 1))
    found = latest(session, rows, "wide", WIDE_TTL, readings).select(*rows.columns, "row.*")
    features = [F.expr(value).alias(name) for name, value in map(derived, used())]
    return found.select("id", *features)


def latest(
    session: SparkSession, rows: DataFrame, name: str, ttl: int, columns: Sequence[str]
) -> DataFrame:
    """The rows with `row`, the greatest one of their key that is known and lives."""
    times = ["happened_at", *(c for c in columns if c == "written_at")]
    known = F.greatest(*times) if len(times) > 1 else F.col("happened_at")
    events = session.table(name).select(
        "key", known.alias("at"), F.struct("happened_at", *columns).alias("row")
    )
    asks = rows.select("key", F.col("event_timestamp").alias("at"), F.struct("*").alias("ask"))
    so_far = Window.partitionBy("key").orderBy("at")
    line = events.unionByName(asks, allowMissingColumns=True)
    found = line.withColumn("row", F.max("row").over(so_far)).where("ask IS NOT NULL")
    alive = F.expr(f"row.happened_at > at - INTERVAL {ttl} SECONDS")
    return found.select("ask.*", F.when(alive, F.col("row")).alias("row"))


def windows(session: SparkSession) -> DataFrame:
    rows = session.table("entities")
    return reduce(
        lambda all_rows, window: all_rows.join(in_window(session, window), "id", "left"),
        WINDOWS,
        rows,
    ).fillna(0, [window_feature(c, "count", w) for c in COLUMNS for w in WINDOWS])


def in_window(session: SparkSession, window: str) -> DataFrame:
    """The features of a window, of the questions that have events in it."""
    seconds = WINDOWS[window]
    bucket = F.floor(F.unix_seconds("happened_at") / seconds)
    events = session.table("events").withColumn("bucket", bucket)
    last = F.floor(F.unix_seconds("event_timestamp") / seconds)
    asks = session.table("entities").withColumn("bucket", F.explode(F.array(last - 1, last)))
    is_seen = F.expr(
        "happened_at <= event_timestamp "
        f"AND happened_at > event_timestamp - INTERVAL {seconds} SECONDS"
    )
    made = [
        FUNCTIONS[aggregate](F.col(column)).alias(window_feature(column, aggregate, window))
        for column in COLUMNS
        for aggregate in AGGREGATES
    ]
    return asks.join(events, ["key", "bucket"]).where(is_seen).groupBy("id").agg(*made)


FUNCTIONS: Final[Mapping[str, Callable[[Column], Column]]] = {
    "count": F.count,
    "sum": F.sum,
    "mean": F.avg,
    "variance": F.var_samp,
    "min": F.min,
    "max": F.max,
}
WORKS: Final[Mapping[str, Callable[[SparkSession], DataFrame]]] = {
    "asof": asof,
    "late": late,
    "windows": windows,
    "pruning": pruning,
}
