"""Great Expectations over a pandas frame."""

from __future__ import annotations

from pathlib import Path

import great_expectations as gx
import pandas as pd


def main(folder: str) -> list[int]:
    frame = pd.read_parquet(Path(folder) / "events.parquet")
    context = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_pandas("events")
    batch = source.add_dataframe_asset("events").add_batch_definition_whole_dataframe("all")
    e = gx.expectations
    required = ["id", "first", "second", "lat", "lon", "size", "kind", "country", "email"]
    suite = gx.ExpectationSuite(
        "events",
        expectations=[
            *(e.ExpectColumnValuesToNotBeNull(column=name) for name in required),
            e.ExpectColumnValuesToBeBetween(column="first", min_value=0),
            e.ExpectColumnValuesToBeBetween(column="second", max_value=100),
            e.ExpectColumnValuesToBeBetween(column="lat", min_value=-90),
            e.ExpectColumnValuesToBeBetween(column="lat", max_value=90),
            e.ExpectColumnValuesToBeBetween(column="lon", min_value=-180),
            e.ExpectColumnValuesToBeInSet(column="kind", value_set=["a", "b", "c", "d"]),
            e.ExpectColumnValuesToBeInSet(column="country", value_set=["NO", "SE", "DK"]),
            e.ExpectColumnValuesToMatchRegex(column="email", regex=r"^[0-9]+@example\.com$"),
            e.ExpectColumnValuesToMatchRegex(column="code", regex="^AB[0-9]{4}$"),
            e.ExpectColumnValuesToBeUnique(column="id"),
        ],
    )
    result = batch.get_batch({"dataframe": frame}).validate(suite, result_format="SUMMARY")
    return [one.result["unexpected_count"] for one in result.results]
