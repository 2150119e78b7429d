"""dbt projects for dbt-databricks: the models of Spark, which add to what is there, and names of three parts."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from alignc.backends.sql.dialect import DATABRICKS, POSTGRES, SPARK
from alignc.settings import Settings
from alignc.verify.programs import programs_of
from tests.engines.everywhere import module_of
from tests.test_dbt_spark import DEFINITIONS, ROWS, files

JOINED = """
@feature_view(name="people", source=PostgreSQLConfig("SHOP_URL").table("people"))
class People:
    person = Int64().as_entity()
    name = String().accepted_values(["it's {{ me }}", "${spark.app.name}"])
"""


def test_views_that_grow_add_to_what_is_there(tmp_path: Path) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    on_postgres, on_databricks = files(module, POSTGRES), files(module, DATABRICKS)
    assert on_databricks.keys() == on_postgres.keys()
    model = on_databricks["models/features/feat_orders.sql"]
    assert "incremental_strategy='alignc_since'" in model
    assert "at >= {{ alignc_since('at', '72 hours') }}" in " ".join(model.split())
    # What is not incremental is the same as on Spark.
    on_spark = files(module, SPARK)
    different = {p for p, text in on_spark.items() if text != on_databricks[p]}
    assert different == {
        ".sqlfluff",
        "models/features/feat_orders.sql",
        "models/staging/entities/_entities__sources.yml",
        "models/staging/shop/_shop__sources.yml",
    } | {p for p in different if p.endswith("__unit_tests.yml")}
    assert "dialect = databricks\n" in on_databricks[".sqlfluff"]


def test_what_is_replaced_is_one_statement_without_a_subquery(tmp_path: Path) -> None:
    """A temporary view is computed when it is read: after a DELETE it would be another one."""
    macros = files(module_of(DEFINITIONS, tmp_path), DATABRICKS)["macros/alignc_since.sql"]
    _, strategy = macros.split("macro get_incremental_alignc_since_sql")
    assert ";" not in strategy
    assert "delete" not in strategy
    statement = strategy[strategy.index("insert into") :]
    assert "alignc_since" not in statement
    assert "replace where" in statement
    assert "interval '" not in macros


def test_sources_are_in_a_catalog_that_a_variable_moves(tmp_path: Path) -> None:
    on_databricks = files(module_of(DEFINITIONS, tmp_path), DATABRICKS)
    for group in ("shop", "entities"):
        text = on_databricks[f"models/staging/{group}/_{group}__sources.yml"]
        (source,) = yaml.safe_load(text)["sources"]
        assert source["database"] == f"{{{{ var('{group}_catalog', target.database) }}}}"
        assert source["schema"] == f"{{{{ var('{group}_schema', target.schema) }}}}"
    on_spark = files(module_of(DEFINITIONS, tmp_path), SPARK)
    assert not any("_catalog" in text or "database:" in text for text in on_spark.values())


def test_hostile_words_are_in_texts_as_databricks_documents_them(tmp_path: Path) -> None:
    on_databricks = files(module_of(JOINED, tmp_path), DATABRICKS)
    tests = yaml.safe_load(on_databricks["models/features/feat_people.yml"])
    (column,) = (c for c in tests["models"][0]["columns"] if c["name"] == "name")
    (found,) = column["data_tests"]
    condition = found["alignc_holds"]["arguments"]["condition"]
    assert "'it' || chr(39) || 's {{" in condition.replace('{{ "{" }}{', "{{")
    assert r"'$\{spark.app.name}'" in condition
    assert "\\u0" not in condition


@pytest.mark.parametrize("target", ["spark", "databricks"])
def test_rows_of_definitions_are_refused(target: str, tmp_path: Path) -> None:
    (program,) = programs_of(module_of(ROWS, tmp_path), twins=False)
    (reason,) = program.reasons_against(target)
    assert reason.startswith(f"`kinds` reads the rows `kinds`: dbt-{target} reads tables")


def test_the_target_is_an_adapter_and_an_engine() -> None:
    settings = Settings(name="shop", targets=("dbt-databricks", "duckdb"))
    assert settings.adapters == ("databricks",)
    assert settings.engines == ("duckdb", "databricks")
    assert settings.programs == ("duckdb",)
