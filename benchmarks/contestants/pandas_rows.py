"""pandas: `merge_asof`, and rolling groups over events and questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pandas as pd

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
    return Prepared(lambda: WORKS[task.work](task).to_parquet(task.output, index=False))


def asof(task: Task) -> pd.DataFrame:
    rows = pd.read_parquet(task.source("entities")).sort_values("event_timestamp")
    for name, ttl in TTLS.items():
        history = pd.read_parquet(task.source(name)).rename(
            columns={column: f"{name}_{column}" for column in COLUMNS}
        )
        rows = latest(rows, history, [f"{name}_{column}" for column in COLUMNS], ttl).drop(
            columns="happened_at"
        )
    return rows.sort_values("id")


def latest(
    rows: pd.DataFrame, history: pd.DataFrame, columns: Sequence[str], ttl: int
) -> pd.DataFrame:
    """The last row of each key, of those with one time the greatest."""
    return pd.merge_asof(
        rows,
        history.sort_values(["happened_at", *columns], na_position="first"),
        left_on="event_timestamp",
        right_on="happened_at",
        by="key",
        tolerance=pd.Timedelta(seconds=ttl) - pd.Timedelta(microseconds=1),
    )


def late(task: Task) -> pd.DataFrame:
    """At each time the last row known, in the order in which one replaces the other."""
    rows = pd.read_parquet(task.source("entities")).sort_values("event_timestamp")
    ranked = pd.read_parquet(task.source("late")).sort_values(
        ["key", "happened_at", "written_at", *COLUMNS], na_position="first", ignore_index=True
    )
    known = ranked[["key"]].assign(
        place=ranked.index, known_at=ranked[["happened_at", "written_at"]].max(axis=1)
    )
    known = known.sort_values("known_at", kind="stable")
    known["place"] = known.groupby("key")["place"].cummax()
    found = pd.merge_asof(
        rows, known, left_on="event_timestamp", right_on="known_at", by="key"
    ).merge(ranked[["happened_at", *COLUMNS]], left_on="place", right_index=True, how="left")
    alive = found["happened_at"] > found["event_timestamp"] - pd.Timedelta(seconds=LATE_TTL)
    for column in COLUMNS:
        found[f"late_{column}"] = found[column].where(alive)
    taken = ["id", "key", "event_timestamp", *(f"late_{c}" for c in COLUMNS)]
    return found[taken].sort_values("id")


def pruning(task: Task) -> pd.DataFrame:
    rows = pd.read_parquet(task.source("entities")).sort_values("event_timestamp")
    readings = [f"r{number}" for number in range(1, READINGS + 1)]
    found = latest(rows, pd.read_parquet(task.source("wide")), readings, WIDE_TTL)
    for name, value in map(derived, used()):
        found[name] = found.eval(value)
    return found.drop(columns=["happened_at", *readings]).sort_values("id")


def windows(task: Task) -> pd.DataFrame:
    """Questions are rows among the events, after those of their time."""
    entities = pd.read_parquet(task.source("entities"))
    asks = entities.rename(columns={"event_timestamp": "happened_at"})
    line = pd.concat([pd.read_parquet(task.source("events")), asks], ignore_index=True)
    line = line.sort_values(["key", "happened_at", "id"], na_position="first", ignore_index=True)
    is_ask = line["id"].notna()
    for window, seconds in WINDOWS.items():
        groups = line.groupby("key").rolling(
            pd.Timedelta(seconds=seconds), on="happened_at", min_periods=1
        )
        for column in COLUMNS:
            for aggregate in AGGREGATES:
                found = getattr(groups[column], METHODS.get(aggregate, aggregate))()
                line[window_feature(column, aggregate, window)] = found.to_numpy()
    columns = [f for f in line.columns if f not in ("key", "happened_at", *COLUMNS)]
    counts = [name for name in columns if "_count_" in name]
    found = entities.merge(line.loc[is_ask, columns], on="id", how="left")
    found[counts] = found[counts].fillna(0)
    return found


METHODS: Final[Mapping[str, str]] = {"variance": "var"}
WORKS: Final[Mapping[str, Callable[[Task], pd.DataFrame]]] = {
    "asof": asof,
    "late": late,
    "windows": windows,
    "pruning": pruning,
}
