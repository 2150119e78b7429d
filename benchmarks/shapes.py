"""The data: events of keys in several shapes, and the rows that ask about them.

Events have nulls, ties and rows that are not where their time would put them. Those of the table `late` are in no order at
all, and each says when it was written: an hour after its time at most, one in five up to ten days after it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

import polars as pl

from benchmarks.works import DAY, READINGS, TTLS

START: Final = datetime(2024, 1, 1, tzinfo=UTC)
SPAN: Final = 90 * 86_400
TIME: Final = pl.Datetime("us", "UTC")

# Keys for N events, and how likely each is.
Keys = Callable[[int], list[float]]


def _zipf(events: int) -> list[float]:
    return [1 / rank**1.1 for rank in range(1, max(events // 100, 2) + 1)]


SHAPES: Final[Mapping[str, Keys]] = {
    "uniform": lambda events: [1.0] * max(events // 100, 2),
    "zipf": _zipf,
    "hot": lambda _: [1.0, 1.0],
    "sparse": lambda events: [1.0] * max(events // 4, 2),
}


def write_shape(folder: Path, shape: str, events: int, rows: int, seed: int = 1) -> None:
    """The tables of all works: N events, S entity rows, of which one in a hundred has an unknown key."""
    draw = Random(f"{shape} {seed}")
    weights = SHAPES[shape](events)
    keys = draw.choices(range(1, len(weights) + 1), weights, k=events)
    asked = draw.choices(range(1, len(weights) + 1), weights, k=rows)
    for place in range(0, rows, 100):
        asked[place] = -place - 1
    ordered = sorted(draw.randrange(SPAN) for _ in range(events))
    for place in range(1, events, 50):
        # A tie, and a row that comes late.
        ordered[place] = ordered[place - 1]
        late = draw.randrange(events)
        ordered[place], ordered[late] = ordered[late], ordered[place]
    frame = pl.DataFrame(
        {
            "key": keys,
            "happened_at": _times(ordered),
            "amount": [_given(draw, round(math.exp(draw.gauss(2, 1)), 2)) for _ in keys],
            "quantity": [_given(draw, draw.randrange(1, 7)) for _ in keys],
        },
        schema={"key": pl.Int64, "happened_at": TIME, "amount": pl.Float64, "quantity": pl.Int64},
    )
    write_tables(folder, frame, asked, _times([draw.randrange(SPAN) for _ in range(rows)]))


def write_trips(
    folder: Path, trips: Path, columns: Mapping[str, str], share: int, rows: int
) -> None:
    """The tables made from trips, of which the first one in `share` count; questions are at other trips.

    `columns` says what `key`, `at`, `amount` and `quantity` are called there.
    """
    frame = pl.read_parquet(trips, columns=list(columns.values())).rename(
        {there: here for here, there in columns.items()}
    )
    frame = frame.select(
        pl.col("key").cast(pl.Int64),
        pl.col("happened_at").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
        pl.col("amount").cast(pl.Float64),
        pl.col("quantity").cast(pl.Int64),
    ).drop_nulls(["key", "happened_at"])
    frame = frame.sort("happened_at").head(frame.height // share)
    asks = frame.sample(min(rows, frame.height), seed=1)
    write_tables(folder, frame, asks["key"].to_list(), asks["happened_at"])


def write_tables(folder: Path, frame: pl.DataFrame, keys: list[int], times: pl.Series) -> None:
    """Events, a third of them in each table of the work `asof`, wide ones, and ones written late."""
    folder.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(folder / "events.parquet")
    for number, name in enumerate(TTLS):
        frame.gather_every(len(TTLS), number).write_parquet(folder / f"{name}.parquet")
    readings = [
        frame["amount"].shuffle(seed=number).alias(f"r{number}")
        for number in range(1, READINGS + 1)
    ]
    frame.select("key", "happened_at").with_columns(readings).write_parquet(folder / "wide.parquet")
    _late(frame).write_parquet(folder / "late.parquet")
    entities = pl.DataFrame(
        {"id": range(len(keys)), "key": keys, "event_timestamp": times},
        schema={"id": pl.Int64, "key": pl.Int64, "event_timestamp": TIME},
    )
    entities.write_parquet(folder / "entities.parquet")


def _late(frame: pl.DataFrame) -> pl.DataFrame:
    """The events in any order, with the time at which each was written."""
    draw = Random("late")
    delays = [
        draw.randrange(10 * DAY if draw.random() < 0.2 else 3600) for _ in range(frame.height)
    ]
    after = pl.duration(seconds=pl.lit(pl.Series("after", delays, dtype=pl.Int64)))
    written = (pl.col("happened_at") + after).alias("written_at")
    return frame.with_columns(written).sample(fraction=1, shuffle=True, seed=2)


def _times(seconds: list[int]) -> pl.Series:
    since = pl.Series([s * 1_000_000 for s in seconds], dtype=pl.Int64)
    return (since + int(START.timestamp()) * 1_000_000).cast(TIME)


def _given(draw: Random, value: float) -> float | None:
    """The value, one in fifty times null."""
    return None if draw.random() < 0.02 else value
