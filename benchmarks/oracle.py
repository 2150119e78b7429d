"""Whether a contestant is right: a sample of its rows against the row interpreter.

The interpreter looks at each event for each feature, so the sample is of rows that see few events.
It gets the events of the row's key in the time that can matter, of a day before, and of an hour after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import polars as pl

from alignc.interpreter import Row, interpret_dataset
from alignc.ir.module import Module
from alignc.verify.compare import same
from benchmarks.works import WIDE_TTL, Work

SAMPLE = 20
MOST_EVENTS = 100
LONGEST = timedelta(seconds=WIDE_TTL)
MARGIN = timedelta(days=1)
AFTER = timedelta(hours=1)


class Verdict(NamedTuple):
    """Cells that are right, of those looked at."""

    right: int
    cells: int


NOTHING = Verdict(0, 0)


def sampled_answers(work: Work, module: Module, data: Path) -> list[Row]:
    """What the interpreter says of some of the entity rows."""
    entities = pl.read_parquet(data / "entities.parquet")
    tables = {name: pl.read_parquet(data / f"{name}.parquet") for name in work.tables}
    cheap = entities.filter(_events_seen(entities, list(tables.values())) <= MOST_EVENTS)
    answers: list[Row] = []
    for row in cheap.sample(min(SAMPLE, cheap.height), seed=7).iter_rows(named=True):
        sources = {name: _seen(table, row) for name, table in tables.items()}
        answers += interpret_dataset(module, "model", sources, [row])
    return answers


def _events_seen(entities: pl.DataFrame, tables: Sequence[pl.DataFrame]) -> pl.Series:
    """How many events of its key a row has before it, in the time that can matter."""

    def until(age: timedelta, table: pl.DataFrame) -> pl.Series:
        number = (pl.int_range(pl.len(), dtype=pl.Int64) + 1).over("key").alias("seen")
        events = table.select("key", "happened_at").sort("happened_at").with_columns(number)
        asked = entities.select("id", "key", pl.col("event_timestamp") - age)
        found = asked.sort("event_timestamp").join_asof(
            events,
            left_on="event_timestamp",
            right_on="happened_at",
            by="key",
            check_sortedness=False,
        )
        return found.sort("id")["seen"].fill_null(0)

    seen = pl.repeat(0, entities.height, dtype=pl.Int64, eager=True)
    for table in tables:
        seen += until(timedelta(0), table) - until(LONGEST + MARGIN, table)
    return seen


def _seen(table: pl.DataFrame, row: Mapping[str, object]) -> list[Row]:
    at = pl.lit(row["event_timestamp"])
    matters = pl.col("happened_at").is_between(at - LONGEST - MARGIN, at + AFTER)
    return table.filter((pl.col("key") == row["key"]) & matters).to_dicts()


def judged(work: Work, output: Path, answers: Sequence[Row]) -> Verdict:
    """How many cells of the sample are as they should be; rows that are not there once are wrong."""
    wanted = {row["id"]: row for row in answers}
    # Spark writes folders.
    files = output / "*.parquet" if output.is_dir() else output
    given = pl.read_parquet(files, columns=["id", *work.features])
    right = 0
    for (number,), rows in given.filter(pl.col("id").is_in(list(wanted))).group_by(["id"]):
        if rows.height == 1:
            row, answer = rows.row(0, named=True), wanted[number]
            right += sum(same(_plain(row[f]), _plain(answer[f])) for f in work.features)
    return Verdict(right, len(wanted) * len(work.features))


def _plain(value: object) -> object:
    """Rivals have whole numbers as floats, and NaN for null; no work has a NaN of its own."""
    if isinstance(value, float) and value != value:
        return None
    return float(value) if isinstance(value, int) else value
