"""dbt projects for dbt-spark: what they have and what they leave out, as text."""

from __future__ import annotations

from pathlib import Path

from alignc.backends.sql.dialect import POSTGRES, SPARK, Dialect
from alignc.dbt.project import Options, project_files
from alignc.driver import optimized
from alignc.ir.module import Module
from alignc.verify.programs import programs_of
from tests.engines.everywhere import module_of

DEFINITIONS = """
shop = PostgreSQLConfig("SHOP_URL")

@feature_view(name="orders", source=shop.table("orders"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float().lower_bound(0)
    select = String()

    total = amount.aggregate().over(hours=36).sum()

@model_contract(name="churn", input_features=[Orders().total])
class Churn:
    pass
"""
ROWS = """
@feature_view(name="kinds", source=InMemorySource.from_rows("kinds", [{"kind": 1, "size": 2}]))
class Kinds:
    kind = Int64().as_entity()
    size = Int64()
"""


def files(module: Module, dialect: Dialect) -> dict[str, str]:
    return {f.path: f.text for f in project_files(module, dialect, Options({}, {}), "2", optimized)}


def test_models_are_made_anew_because_rows_cannot_be_deleted(tmp_path: Path) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    on_postgres, on_spark = files(module, POSTGRES), files(module, SPARK)
    model = "models/features/feat_orders.sql"
    assert "alignc_since" in on_postgres[model]
    assert not any("incremental" in text or "alignc_since" in text for text in on_spark.values())
    assert on_postgres.keys() - on_spark.keys() == {"macros/alignc_since.sql"}
    assert on_spark.keys() <= on_postgres.keys()
    assert "features: {+materialized: table}" in on_spark["dbt_project.yml"]


def test_types_names_and_linters_are_those_of_spark(tmp_path: Path) -> None:
    on_spark = files(module_of(DEFINITIONS, tmp_path), SPARK)
    properties = on_spark["models/features/feat_orders.yml"]
    assert "data_type: double" in properties
    assert "data_type: timestamp\n" in properties
    staged = on_spark["models/staging/shop/stg_shop__orders.sql"]
    assert "`select`" in staged
    assert '"select"' not in staged
    assert "dialect = sparksql\n" in on_spark[".sqlfluff"]


def test_rows_of_definitions_are_refused(tmp_path: Path) -> None:
    (program,) = programs_of(module_of(ROWS, tmp_path), twins=False)
    assert not program.reasons_against("postgres")
    (reason,) = program.reasons_against("spark")
    assert reason.startswith("`kinds` reads the rows `kinds`: dbt-spark reads tables")
