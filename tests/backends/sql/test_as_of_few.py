"""State of keys with few rows in SQL: which plan is taken, and that it is one join."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.artifacts.dataset import dataset_plan
from alignc.driver import emit, job_of, optimized
from alignc.ir.state_plans import FEW_ROWS
from tests.engines.everywhere import module_of

STOCK = """
@feature_view(name="stock", source=FileSource.parquet_at("stock.parquet"))
class Stock:
    k = Int64().as_entity()
    counted_at = EventTimestamp(ttl=timedelta(days=1))
    left = Int64()

@model_contract(name="m", input_features=[Stock().left])
class M:
    pass
"""
DIALECTS = ["duckdb", "postgres", "spark", "snowflake", "bigquery", "redshift"]


def query(dialect: str, folder: Path, rows_per_key: int | None) -> str:
    module = module_of(STOCK, folder)
    view = module.views[0].model_copy(update={"rows_per_key": rows_per_key})
    module = module.model_copy(update={"views": (view,)})
    contract = module.contract_by_name["m"]
    return emit(job_of(module, optimized(dataset_plan(module, contract)), contract, 1), dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_all_known_rows_of_a_key_with_few_are_joined(dialect: str, tmp_path: Path) -> None:
    text = query(dialect, tmp_path, FEW_ROWS)
    assert "stock_as_of_known" in text
    assert "All rows known to each question" in text
    assert "ASOF" not in text
    assert "RANGE" not in text


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("rows_per_key", [None, FEW_ROWS + 1])
def test_no_such_join_for_keys_with_more(
    dialect: str, tmp_path: Path, rows_per_key: int | None
) -> None:
    assert "All rows known to each question" not in query(dialect, tmp_path, rows_per_key)
