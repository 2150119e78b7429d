"""Projects for dbt-redshift: their YAML by dbt's schemas, their SQL by sqlfluff's rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alignc.backends.sql.dialect import REDSHIFT
from alignc.dbt.project import Options, project_files
from alignc.driver import optimized
from alignc.verify.programs import programs_of
from tests.dbt.emitted import write
from tests.dbt.test_schemas import mistakes
from tests.dbt.test_sqlfluff import linted
from tests.engines.everywhere import module_of

DEFINITIONS = """
shop = PostgreSQLConfig("SHOP_URL", "sales")

@feature_view(name="orders", source=shop.table("orders"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float().lower_bound(0)
    order = String().accepted_values(["a", "b"])
    number = Int32()

    total = amount.aggregate().over(hours=36).sum()
    most = amount.aggregate().over(hours=36).max()
    numbers = number.aggregate().over(days=1).sum()
    week = at.truncate("week")
    is_large = amount > 10
    name = order.append("'s").lower()

@model_contract(name="churn", input_features=[Orders().total, Orders().is_large])
class Churn:
    pass
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    module = module_of(DEFINITIONS, tmp_path_factory.mktemp("redshift"))
    assert not any(p.reasons_against("redshift") for p in programs_of(module, twins=False))
    made = project_files(module, REDSHIFT, Options({}, {}), "../../..", optimized)
    return {file.path: file.text for file in made}


def test_the_yaml_has_no_mistake(files: dict[str, str]) -> None:
    assert "dbt_project.yml" in files
    found = list(mistakes(files))
    assert not found, "\n".join(found)


def test_models_are_made_anew(files: dict[str, str]) -> None:
    """Nothing says that the statements of a macro are one transaction there."""
    assert "macros/alignc_since.sql" not in files
    assert "incremental" not in files["models/features/feat_orders.sql"]


def test_accepted_texts_are_told_from_those_with_spaces_behind_them(files: dict[str, str]) -> None:
    condition = """("order" || chr(1)) in (('a' || chr(1)), ('b' || chr(1)))"""
    assert condition in files["models/features/feat_orders.yml"]


def test_types_names_and_linters_are_those_of_redshift(files: dict[str, str]) -> None:
    properties = files["models/features/feat_orders.yml"]
    for name in ("double precision", "varchar(65535)", "timestamp", "bigint", "integer"):
        assert f"data_type: {name}\n" in properties
    (staged,) = (t for p, t in files.items() if "/stg_" in p and p.endswith(".sql"))
    assert 'cast("order" as varchar(65535)) as "order"' in staged
    assert "dialect = redshift\n" in files[".sqlfluff"]


@pytest.mark.slow
def test_a_project_is_clean_under_its_own_settings(files: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, {**files, "models/bad.sql": "SELECT  a from b\n"})
    found = linted(tmp_path)
    assert found.keys() == {path for path in files if path.endswith(".sql")} | {"models/bad.sql"}
    assert {line.partition(" ")[0] for line in found.pop("models/bad.sql")} >= {"CP01", "LT01"}
    assert not any(found.values()), json.dumps(found, indent=2)
