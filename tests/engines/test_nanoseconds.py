"""Columns in nanoseconds: rounded to microseconds, or an error that says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from alignc.artifacts.view import view_plan
from alignc.driver import job_of, optimized
from tests.engines.everywhere import Engines, module_of

DEFINITIONS = """
@feature_view(name="v", source=FileSource.parquet_at("s.parquet"))
class V:
    id = Int64().as_entity()
    t = Timestamp()
"""
# Nanoseconds since 1970, and the microseconds that they are.
TIMES = {
    1_767_268_800_123_456_499: 1_767_268_800_123_456,
    1_767_268_800_123_456_500: 1_767_268_800_123_457,
    499: 0,
    -499: 0,
    -500: -1,
    -1_500: -2,
}


def test_nanoseconds(engines: Engines, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    view = module.view_by_name["v"]
    job = job_of(module, optimized(view_plan(module, view)), view, 1)
    times = pl.Series("t", list(TIMES), pl.Int64).cast(pl.Datetime("ns"))
    local = pl.DataFrame([pl.Series("id", range(len(TIMES))), times])
    zoned = local.with_columns(pl.col("t").dt.replace_time_zone("UTC"))
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    expected = [epoch + timedelta(microseconds=us) for us in TIMES.values()]
    on_local = engines.runners(job, {"s": local}, None)
    on_zoned = engines.runners(job, {"s": zoned}, None)
    for runner in (on_local["polars"], on_zoned["polars"], on_local["duckdb"]):
        assert runner().sort("id")["t"].to_list() == expected
    with pytest.raises(duckdb.BinderException, match="TIMESTAMPTZ_NS"):
        on_zoned["duckdb"]()
    for runner in (on_local["pyspark"], on_zoned["pyspark"]):
        with pytest.raises(Exception, match="Illegal Parquet type"):
            runner()
