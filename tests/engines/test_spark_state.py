"""The latest row on PySpark where a busy key is cut into tiles of time; the interpreter is right."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from pyspark.sql import SparkSession

from alignc.backends.pyspark.files import emit
from alignc.driver import job_of
from alignc.ir.state_plans import MANY_ROWS
from tests.engines import run
from tests.engines.everywhere import module_of
from tests.engines.spark import Spark, plan_of
from tests.engines.times import MICRO, TIME

FACTS = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp({ttl})
    {more}
    x = Int64()
    s = String()
    tags = List(Int64())

events = Events()

@model_contract(name="m", input_features=[events.x, events.s, events.tags])
class M:
    pass
"""
PLAIN = {"ttl": "ttl=timedelta(hours=6)", "more": ""}
LATE = PLAIN | {"more": "written = Timestamp().as_created_at()"}
DELAYED = PLAIN | {"ttl": "ttl=timedelta(hours=6), availability_delay=timedelta(hours=3)"}
ENDLESS = PLAIN | {"ttl": ""}
LATE_AND_ENDLESS = LATE | {"ttl": ""}
VALID = ENDLESS | {"more": "until = Timestamp().as_valid_to()"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUARTER = timedelta(hours=6)


@pytest.fixture
def on_spark(spark: SparkSession, tmp_path: Path) -> Spark:
    return Spark(spark, tmp_path)


def rows_on_edges(seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows and questions at quarters of days or a microsecond beside them; nearly all of one key, with ties."""
    draw = random.Random(seed)

    def moment() -> datetime:
        beside = draw.choice([-1, 0, 0, 0, 1]) * MICRO
        half = draw.choice([0, 0, 1]) * QUARTER / 2
        return EPOCH + draw.randint(-9, 9) * QUARTER + half + beside

    def row() -> tuple[object, ...]:
        t = None if draw.random() < 0.03 else moment()
        written = None if draw.random() < 0.05 else (t or EPOCH) + draw.choice([0, 1, 3]) * QUARTER
        until = draw.choice([None, t]) and (t or EPOCH) + draw.choice([1, 2, 9]) * QUARTER
        tags = draw.choice([None, [], [1], [1, None], [2, 1]])
        values = (draw.choice([None, 1, 2]), draw.choice([None, "", "a"]), tags)
        return (draw.choice([1] * 9 + [2, None]), t, written, until, *values)

    asked = [(draw.choice([1] * 9 + [2, 3, None]), moment()) for _ in range(80)]
    schema = {
        "k": pl.Int64(),
        "t": TIME,
        "written": TIME,
        "until": TIME,
        "x": pl.Int64(),
        "s": pl.String(),
        "tags": pl.List(pl.Int64()),
    }
    return (
        pl.DataFrame([row() for _ in range(90)], schema=schema, orient="row"),
        pl.DataFrame(asked, schema={"k": pl.Int64(), "event_timestamp": TIME}, orient="row"),
    )


@pytest.mark.parametrize(
    "view",
    [PLAIN, LATE, DELAYED, ENDLESS, LATE_AND_ENDLESS, VALID],
    ids=["plain", "late", "delayed", "endless", "late_and_endless", "valid"],
)
def test_the_edges_of_tiles(on_spark: Spark, view: dict[str, str]) -> None:
    text = FACTS.format(**view)
    results = []
    for seed, count in ((1, 1), (1, 5), (2, 3)):
        with on_spark.partitions(count):
            found = on_spark.check(text, *rows_on_edges(seed), rows_per_key=MANY_ROWS)
        results.append(found)
        assert 9 < sum(row["x"] is not None for row in found) < 75
    run.assert_same(results[0], pl.DataFrame(results[1]), "5 tasks", ordered=True)


@pytest.mark.parametrize(
    ("view", "rows", "is_cut"),
    [
        (PLAIN, MANY_ROWS, True),
        (PLAIN, MANY_ROWS - 1, False),
        (PLAIN, None, False),
        (ENDLESS, MANY_ROWS, True),
        (VALID, MANY_ROWS, True),
    ],
)
def test_which_keys_are_cut(
    tmp_path: Path, view: dict[str, str], rows: int | None, is_cut: bool
) -> None:
    module = module_of(FACTS.format(**view), tmp_path)
    plan = plan_of(module, rows)
    text = emit(job_of(module, plan, module.contract_by_name["m"], 1))
    assert ('Window.partitionBy("k", "__tile")' in text) is is_cut
    assert ("def tile_of(" in text) is is_cut
