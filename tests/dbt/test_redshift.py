"""Projects for dbt-redshift: their YAML by dbt's schemas, their SQL by sqlfluff's rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from jinja2 import Environment, Template

from alignc.backends.sql.dialect import REDSHIFT
from alignc.dbt.project import Options, project_files
from alignc.driver import optimized
from alignc.verify.programs import programs_of
from tests.dbt.emitted import rebuilt, write
from tests.dbt.test_schemas import mistakes
from tests.dbt.test_sqlfluff import linted
from tests.engines.everywhere import module_of
from tests.engines.redshift_text import in_duckdb, opened

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

@feature_view(name="goods", source=shop.table("goods"))
class Goods:
    code = String().as_entity()
    price = Decimal(10, 2)

@feature_view(name="sales", source=shop.table("sales").snapshot(
    unique_key=["till", "number"], updated_at="sold_at"))
class Sales:
    till = String().as_entity()
    number = Int64().as_entity()
    start = ValidFrom()
    end = ValidTo()
    code = String().referencing(Goods().code)

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


def test_models_that_only_grow_are_incremental(files: dict[str, str]) -> None:
    assert "incremental_strategy='alignc_since'" in files["models/features/feat_orders.sql"]
    assert "incremental" not in files["models/features/feat_goods.sql"]


@pytest.mark.parametrize(
    ("span", "time"),
    [
        ("36 hours", "dateadd(hours, -36, max(there.t))"),
        (
            "5400000001 microseconds",
            "dateadd(microseconds, -1, dateadd(seconds, -1800, dateadd(hours, -1, max(there.t))))",
        ),
        # Eighty years have more seconds than 32 bits hold.
        ("42075900 minutes", "dateadd(hours, -701265, max(there.t))"),
    ],
)
def test_a_time_before_the_latest_row_is_told_in_steps(
    files: dict[str, str], span: str, time: str
) -> None:
    environment = Environment(extensions=["jinja2.ext.do"])
    environment.globals |= {"this": "orders"}
    macros = environment.from_string(files["macros/alignc_since.sql"]).module
    assert time in macros.alignc_since("t", span)  # type: ignore[attr-defined]


def test_accepted_texts_are_told_from_those_with_spaces_behind_them(files: dict[str, str]) -> None:
    condition = """("order" || chr(1)) in (('a' || chr(1)), ('b' || chr(1)))"""
    assert condition in files["models/features/feat_orders.yml"]


def test_keys_are_tested_with_what_is_behind_them(files: dict[str, str]) -> None:
    goods, sales = (
        model_in(files[f"models/features/feat_{name}.yml"]) for name in ("goods", "sales")
    )
    assert goods["data_tests"][0]["alignc_unique_key"]["arguments"] == {
        "columns": ["code", "(code || chr(1))"]
    }
    key, reference = sales["data_tests"]
    assert key["alignc_unique_key"]["arguments"]["columns"] == [
        "till",
        "(till || chr(1))",
        "number",
        "start",
    ]
    # A test of a column would compare the column.
    assert reference["relationships"]["arguments"] == {
        "column_name": "(code || chr(1))",
        "to": "ref('feat_goods')",
        "field": "(code || chr(1))",
    }
    (code,) = (column for column in sales["columns"] if column["name"] == "code")
    assert "data_tests" not in code


def test_a_snapshot_tells_keys_apart(files: dict[str, str]) -> None:
    (kept,) = yaml.safe_load(files["snapshots/sales_snapshot.yml"])["snapshots"]
    assert kept["config"]["unique_key"] == ["(till || chr(1))", "number"]


@pytest.mark.parametrize(
    ("codes", "columns", "found"),
    [
        (["a", "a ", "", " ", None, None], None, []),
        (["a", "a ", "a ", "b"], None, [("a ", 2)]),
        # Without what is behind it, a key would be another one.
        (["a", "a "], ["code"], [("a", 2)]),
    ],
)
def test_keys_that_are_there_twice_are_found(
    files: dict[str, str],
    tmp_path: Path,
    codes: list[str | None],
    columns: list[str] | None,
    found: list[tuple[str, int]],
) -> None:
    (test, *_) = model_in(files["models/features/feat_goods.yml"])["data_tests"]
    given = columns or test["alignc_unique_key"]["arguments"]["columns"]
    body = files["tests/generic/alignc_unique_key.sql"].partition("columns) %}")[2]
    text = Template(body.removesuffix("{% endtest %}\n")).render(model="goods", columns=given)
    with opened(tmp_path) as engine:
        engine.load({"goods": pl.DataFrame({"code": codes}, schema={"code": pl.String})})
        rows = engine.connection.execute(in_duckdb(text)).fetchall()
    assert [(row[0].rstrip() if columns else row[0], row[-1]) for row in rows] == found


def model_in(text: str) -> dict[str, Any]:
    (model,) = yaml.safe_load(text)["models"]
    assert isinstance(model, dict)
    return model


def test_types_names_and_linters_are_those_of_redshift(files: dict[str, str]) -> None:
    properties = files["models/features/feat_orders.yml"]
    for name in ("double precision", "varchar(65535)", "timestamp", "bigint", "integer"):
        assert f"data_type: {name}\n" in properties
    (staged,) = (text for path, text in files.items() if path.endswith("__orders.sql"))
    assert 'cast("order" as varchar(65535)) as "order"' in staged
    assert "dialect = redshift\n" in files[".sqlfluff"]


# The third example has a function that its author has written for other targets, and names with capitals.
@pytest.mark.parametrize("example", ["taxi", "credit_scoring"])
def test_nothing_of_an_example_is_refused(example: str, tmp_path: Path) -> None:
    folder = rebuilt(example, "redshift", tmp_path / example)
    made = {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*.yml")}
    assert any(path.startswith("models/contracts/") for path in made)
    found = list(mistakes(made))
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("example", ["taxi", "credit_scoring"])
def test_an_example_is_clean(example: str, tmp_path: Path) -> None:
    found = linted(rebuilt(example, "redshift", tmp_path / example))
    assert any(path.startswith("models/contracts/") for path in found)
    assert not any(found.values()), json.dumps(found, indent=2)


@pytest.mark.slow
def test_a_project_is_clean_under_its_own_settings(files: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, {**files, "models/bad.sql": "SELECT  a from b\n"})
    found = linted(tmp_path)
    assert found.keys() == {path for path in files if path.endswith(".sql")} | {"models/bad.sql"}
    assert {line.partition(" ")[0] for line in found.pop("models/bad.sql")} >= {"CP01", "LT01"}
    assert not any(found.values()), json.dumps(found, indent=2)
