"""The package `aligned`: `features_for` over files, as its documentation has it.

Without a time to live: with one it ends in an error, see docs/benchmarks.md.
"""

from __future__ import annotations

import asyncio

import polars as pl
from aligned import ContractStore, EventTimestamp, FileSource, Float, Int64, feature_view

from benchmarks.task import Prepared, Task
from benchmarks.works import COLUMNS, TTLS


def prepare(task: Task) -> Prepared:
    store = ContractStore.empty()
    for name in TTLS:

        @feature_view(name=name, source=FileSource.parquet_at(task.source(name)))
        class View:
            key = Int64().as_entity()
            happened_at = EventTimestamp()
            amount = Float()
            quantity = Int64()

        store.add_feature_view(View)

    def work() -> None:
        rows = pl.read_parquet(task.source("entities"))
        for name in TTLS:
            job = store.features_for(
                rows.select("id", "key", "event_timestamp"),
                features=[f"{name}:{column}" for column in COLUMNS],
                event_timestamp_column="event_timestamp",
            )
            found = asyncio.run(job.to_polars())
            taken = found.select("id", *(pl.col(c).alias(f"{name}_{c}") for c in COLUMNS))
            rows = rows.join(taken, on="id", how="left")
        rows.write_parquet(task.output)

    return Prepared(work)
