"""Feast: `get_historical_features` over files, as its documentation has it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pandas as pd
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.types import Float64, Int64

from benchmarks.task import Prepared, Task
from benchmarks.works import COLUMNS, TTLS

TYPES: Final = {"amount": Float64, "quantity": Int64}


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
    key = Entity(name="key", join_keys=["key"], value_type=ValueType.INT64)
    views = [
        FeatureView(
            name=name,
            entities=[key],
            ttl=timedelta(seconds=ttl),
            schema=[Field(name=column, dtype=TYPES[column]) for column in COLUMNS],
            source=FileSource(path=task.source(name), timestamp_field="happened_at"),
            online=False,
        )
        for name, ttl in TTLS.items()
    ]
    store.apply([key, *views])

    def work() -> None:
        rows = store.get_historical_features(
            entity_df=pd.read_parquet(task.source("entities")),
            features=[f"{name}:{column}" for name in TTLS for column in COLUMNS],
            full_feature_names=True,
        ).to_df()
        rows.columns = rows.columns.str.replace("__", "_", regex=False)
        rows.to_parquet(task.output, index=False)

    return Prepared(work)
