"""dbt projects for dbt-bigquery: what they have and what they leave out, as text."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2
import pytest
import sqlglot
from sqlglot import exp

from alignc.backends.sql.dialect import BIGQUERY, POSTGRES, Dialect
from alignc.dbt.project import Options, project_files
from alignc.driver import load, optimized
from alignc.ir.module import Module
from alignc.settings import Settings, find_project
from alignc.verify.programs import programs_of
from tests.engines.everywhere import module_of

ROOT = Path(__file__).resolve().parents[1]
DEFINITIONS = """
shop = PostgreSQLConfig("SHOP_URL")

@feature_view(name="orders", source=shop.table("orders"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp(ttl=timedelta(days=30))
    amount = Float().lower_bound(0).upper_bound(100.5)
    price = Decimal(10, 2).lower_bound(0)
    select = String().accepted_values(["it's", "{{ x }}"])
    day = Date()

    total = amount.aggregate().over(hours=36).sum()
    low = amount.aggregate().over(days=2).min()
    count = price.aggregate().over(days=2).count()
    final = select.aggregate().over(hours=3).last()
    half = amount.aggregate().over(hours=3).percentile(0.5)
    weekday = day.weekday()
    is_large = amount > 10

@feature_view(name="rates", source=shop.table("rates"))
class Rates:
    customer = Int64().as_entity()
    since = ValidFrom()
    until = ValidTo()
    rate = Float()

@feature_view(name="names", source=shop.table("names"))
class Names:
    customer = Int64().as_entity()
    name = String()

@model_contract(
    name="churn",
    input_features=[Orders().total, Orders().low, Orders().amount, Rates().rate, Names().name],
)
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


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return files(module_of(DEFINITIONS, tmp_path_factory.mktemp("shop")), BIGQUERY)


def test_the_target_is_one_of_dbt() -> None:
    settings = Settings.model_validate({"name": "x", "targets": ["dbt-bigquery"]})
    assert settings.adapters == ("bigquery",)
    assert settings.engines == ("bigquery",)
    assert settings.programs == ()


def test_the_files_are_those_of_the_other_adapters(shop: dict[str, str], tmp_path: Path) -> None:
    assert shop.keys() == files(module_of(DEFINITIONS, tmp_path), POSTGRES).keys()


def test_a_model_that_only_grows_is_merged(shop: dict[str, str]) -> None:
    model = shop["models/features/feat_orders.sql"]
    assert "materialized='incremental'" in model
    assert "incremental_strategy='merge'" in model
    assert "meta={'alignc_lookback': '72 hour'}" in model
    assert "alignc_since('`at`', '120 hour')" in model


def test_types_names_and_linters_are_those_of_bigquery(shop: dict[str, str]) -> None:
    properties = shop["models/features/feat_orders.yml"]
    for name in ("float64", "timestamp", "int64", "numeric", "string", "bool"):
        assert f"data_type: {name}\n" in properties
    staged = shop["models/staging/shop/stg_shop__orders.sql"]
    assert "`select`" in staged
    assert '"select"' not in staged
    assert "dialect = bigquery\n" in shop[".sqlfluff"]


def test_bounds_of_floats_know_nan(shop: dict[str, str]) -> None:
    properties = shop["models/features/feat_orders.yml"]
    assert "is_nan: is_nan(amount)" in properties
    # Decimals have no NaN.
    assert properties.count("alignc_in_range") > properties.count("is_nan:")


def test_rows_of_definitions_are_refused(tmp_path: Path) -> None:
    (program,) = programs_of(module_of(ROWS, tmp_path), twins=False)
    (reason,) = program.reasons_against("bigquery")
    assert reason.startswith("`kinds` reads the rows `kinds`: dbt-bigquery reads tables")


# -- the macros, as dbt-bigquery calls them


class Returned(Exception):
    """What `return` of dbt ends a macro with."""


class Named:
    def __init__(self, name: str) -> None:
        self.name = name


class Config(dict[str, object]):
    def require(self, key: str) -> object:
        return self[key]


def merged(macros: str, config: Mapping[str, object]) -> str:
    """The statement that dbt-bigquery would send for a model; raises Returned if it is dbt's own."""

    def returned(value: object) -> None:
        raise Returned(value)

    class Adapter:
        @staticmethod
        def quote(name: str) -> str:
            return f"`{name}`"

    class Dbt:
        @staticmethod
        def default__get_merge_sql(*args: object) -> tuple[object, ...]:
            return args

    def quoted(names: Sequence[str]) -> str:
        return ", ".join(f"`{name}`" for name in names)

    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"])
    environment.globals |= {
        "return": returned,
        "adapter": Adapter,
        "dbt": Dbt,
        "config": Config(config),
        "get_quoted_csv": quoted,
        "this": "`p`.`d`.`feat_orders`",
    }
    module = environment.from_string(macros).module
    columns = [Named("at"), Named("select")]
    call = module.__dict__["bigquery__get_merge_sql"]
    made: str = call("`p`.`d`.`feat_orders`", "(select 1)", None, columns, [])
    return made


def test_rows_are_replaced_by_one_merge(shop: dict[str, str]) -> None:
    config = {"meta": {"alignc_lookback": "72 hour"}, "event_time": "at"}
    script = merged(shop["macros/alignc_since.sql"], config)
    declared, _, statement = script.partition(";")
    words = " ".join(declared.split())
    assert words.startswith("declare alignc_from timestamp default ( select coalesce(")
    assert "safe.timestamp_sub(max(there.`at`), interval 72 hour)" in words
    assert "timestamp('0001-01-01 00:00:00+00')" in words
    tree = sqlglot.parse_one(statement.strip().removesuffix(";"), dialect="bigquery")
    assert isinstance(tree, exp.Merge)
    assert tree.args["on"] == exp.Boolean(this=False)
    deleted, inserted = tree.args["whens"].expressions
    assert deleted.args["source"] is True
    assert deleted.args["condition"].sql("bigquery") == (
        "(there.`at` >= alignc_from OR there.`at` IS NULL)"
    )
    assert not inserted.args.get("source")
    assert isinstance(inserted.args["then"], exp.Insert)
    assert statement.count("(`at`, `select`)") == 2


def test_models_of_others_are_merged_as_dbt_does(shop: dict[str, str]) -> None:
    with pytest.raises(Returned) as found:
        merged(shop["macros/alignc_since.sql"], {"meta": {"team": "x"}})
    (args,) = found.value.args
    assert args[0] == "`p`.`d`.`feat_orders`"


# -- what other programs say of the texts


def rendered(text: str, *, is_incremental: bool) -> str:
    """The statement of a model, as dbt makes it."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.globals |= {
        "config": lambda **_: "",
        "ref": lambda name: f"`p`.`d`.`{name}`",
        "source": lambda group, name: f"`p`.`{group}`.`{name}`",
        "is_incremental": lambda: is_incremental,
        "alignc_since": lambda column, _: f"(select max({column}) from `p`.`d`.`t`)",
    }
    return environment.from_string(text).render()


@pytest.mark.parametrize("is_incremental", [False, True])
def test_models_are_statements(shop: dict[str, str], is_incremental: bool) -> None:
    models = [text for path, text in shop.items() if re.fullmatch(r"models/.*\.sql", path)]
    assert len(models) > 6
    for text in models:
        statement = rendered(text, is_incremental=is_incremental)
        once = sqlglot.parse_one(statement, dialect="bigquery").sql("bigquery")
        assert sqlglot.parse_one(once, dialect="bigquery").sql("bigquery") == once


def linted(given: Mapping[str, str], folder: Path) -> dict[str, list[str]]:
    """What sqlfluff finds, with all of its rules but those about names."""
    for path, text in given.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sqlfluff", "lint", "--format", "json", "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        file["filepath"]: [f"{v['code']}: {v['description']}" for v in file["violations"]]
        for file in json.loads(done.stdout)
    }


@pytest.mark.slow
@pytest.mark.parametrize("example", ["taxi", "credit_scoring"])
def test_sqlfluff_has_nothing_against_an_example(example: str, tmp_path: Path) -> None:
    module = load(find_project(ROOT / "examples" / example)).module
    found = linted(files(module, BIGQUERY), tmp_path)
    assert len(found) > 7
    assert not any(found.values()), json.dumps(found, indent=2)


@pytest.mark.slow
def test_sqlfluff_has_nothing_against_what_the_examples_lack(
    shop: dict[str, str], tmp_path: Path
) -> None:
    bad = {"models/bad.sql": "SELECT  a from b\n"}
    found = linted(shop | bad, tmp_path)
    assert found.pop("models/bad.sql")
    assert len(found) > 10
    assert not any(found.values()), json.dumps(found, indent=2)
