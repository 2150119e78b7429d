"""State with an end in SQL: which rows a busy key's questions are joined with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from alignc.artifacts.dataset import dataset_plan
from alignc.driver import emit, job_of, optimized
from tests.engines.everywhere import module_of

PLANS = """
@feature_view(name="plans", source=FileSource.parquet_at("plans.parquet"))
class Plans:
    k = Int64().as_entity()
    since = ValidFrom()
    until = Timestamp().as_valid_to()
    plan = Int64()

@model_contract(name="m", input_features=[Plans().plan])
class M:
    pass
"""
T0 = datetime(2026, 1, 1, tzinfo=UTC)
ROWS, ASKS = 400, 300


def plans(overlapping: int) -> pl.DataFrame:
    """Plans of one key that follow each other, but for the first ones, which go on for all time."""
    since = [T0 + timedelta(hours=hour) for hour in range(ROWS)]
    # Between 40 and 60 minutes of an hour no plan holds.
    until = [
        None if row < overlapping else at + timedelta(minutes=40) for row, at in enumerate(since)
    ]
    return pl.DataFrame(
        {"k": [1] * ROWS, "since": since, "until": until, "plan": range(ROWS)},
        schema_overrides={"until": pl.Datetime("us", "UTC")},
    )


@pytest.mark.parametrize("overlapping", [0, 3])
def test_a_question_is_joined_with_rows_that_outlive_a_later_one(
    overlapping: int, tmp_path: Path
) -> None:
    module = module_of(PLANS, tmp_path)
    contract = module.contract_by_name["m"]
    text = emit(job_of(module, optimized(dataset_plan(module, contract)), contract, 1), "duckdb")
    asked = [T0 + timedelta(minutes=7 + 31 * n) for n in range(ASKS)]
    entities = pl.DataFrame({"k": [1] * ASKS, "event_timestamp": asked})
    connection = duckdb.connect()
    connection.register("entities", entities)
    connection.register("plans", plans(overlapping))
    found = connection.execute(f'SELECT "plan" FROM ({text}) ORDER BY "event_timestamp"')
    answers = [plan for (plan,) in found.fetchall()]
    ctes = text[: text.rindex("\n\nSELECT")]
    counted = f'{ctes}\n\nSELECT COUNT(*) FROM "plans_as_of_earlier"'
    joined = connection.execute(counted).fetchall()

    def answer(minute: int) -> int | None:
        hour, rest = divmod(minute, 60)
        if rest < 40 or hour < overlapping:
            return hour
        return overlapping - 1 if overlapping else None

    minutes = [7 + 31 * n for n in range(ASKS)]
    assert answers == [answer(minute) for minute in minutes]
    ended = sum(minute % 60 >= 40 and minute // 60 >= overlapping for minute in minutes)
    assert ended > ASKS / 4
    assert joined == [(ended * overlapping,)]
