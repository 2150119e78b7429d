"""Feast: `get_historical_features` over files, as its documentation has it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pandas as pd
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.types import Float64, Int64

from benchmarks.task import Prepared, Task
from benchmarks.works import COLUMNS, LATE_TTL, TTLS

TYPES: Final = {"amount": Float64, "quantity": Int64}


# By work the tables with the seconds that a row lives, and the column with the time of writing.
VIEWS: Final = {"asof": (TTLS, ""), "late": ({"late": LATE_TTL}, "written_at")}


def prepare(task: Task) -> Prepared:
    store = FeatureStore(
        config=RepoConfig(
            project="benchmark",
            provider="local",
            registry=f"{task.scratch}/registry.db",
            online_store=None,
            entity_key_serialization_version=3,
        )
    )
    ttls, written = VIEWS[task.work]
    key = Entity(name="key", join_keys=["key"], value_type=ValueType.INT64)
    views = [
        FeatureView(
            name=name,
            entities=[key],
            ttl=timedelta(seconds=ttl),
            schema=[Field(name=column, dtype=TYPES[column]) for column in COLUMNS],
            source=FileSource(
                path=task.source(name),
                timestamp_field="happened_at",
                created_timestamp_column=written,
            ),
            online=False,
        )
        for name, ttl in ttls.items()
    ]
    store.apply([key, *views])

    def work() -> None:
        rows = store.get_historical_features(
            entity_df=pd.read_parquet(task.source("entities")),
            features=[f"{name}:{column}" for name in ttls for column in COLUMNS],
            full_feature_names=True,
            filter_by_created_timestamp=bool(written),
        ).to_df()
        rows.columns = rows.columns.str.replace("__", "_", regex=False)
        rows.to_parquet(task.output, index=False)

    return Prepared(work)
