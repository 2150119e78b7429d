"""Models in a dbt project of the user's: built with theirs, and nothing of theirs is touched."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.dbt.conftest import MakeProject
from tests.dbt.emitted import write

DEFINITIONS = """
from alignc import *

shop = PostgreSQLConfig("SHOP_DATABASE_URL")
orders = DbtRef("stg_orders", {"ordered_at": "at"})
people = shop.table("people").snapshot(unique_key="person", updated_at="changed_at")


@feature_view(name="spending", source=orders, contacts=[Contact("Shop", email="shop@example.com")])
class Spending:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float().lower_bound(0)
    spent_7d = amount.aggregate().over(days=7).sum()


@feature_view(name="homes", source=people)
class Homes:
    person = Int64().as_entity()
    valid_from = ValidFrom()
    valid_to = Timestamp().as_valid_to()
    city = String()


spending = Spending()
home = Homes().city


@model_contract(name="churn", input_features=[spending.spent_7d], version=3)
class Churn:
    customer = Int64().as_entity()
    at = EventTimestamp()
"""
SETTINGS = "name: shop\ntargets: [dbt-{adapter}]\ndbt: {{entities: {{churn: asked}}}}\n"
PROJECT = {
    "dbt_project.yml": "name: warehouse\nversion: 1.0.0\nconfig-version: 2\nprofile: warehouse\n",
    "models/stg_orders.sql": """select 1 as customer, timestamp '2026-01-01 10:00:00' as ordered_at, 5.0 as amount
union all
select 1, timestamp '2026-01-03 10:00:00', 7.5
""",
    "models/asked.sql": "select 1 as customer, timestamp '2026-01-04 10:00:00' as event_timestamp\n",
    "models/mine.sql": "select spent_7d from {{ ref('feat_spending') }}\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("adapter", ["duckdb", "postgres"])
def test_the_user_s_models_and_ours_are_built_together(
    adapter: str, make_project: MakeProject, tmp_path: Path
) -> None:
    root, warehouse = written(tmp_path, adapter)
    done = alignc(root, "build", "--dbt-into", str(warehouse))
    assert done.returncode == 0, done.stderr
    assert {name: (warehouse / name).read_text(encoding="utf-8") for name in PROJECT} == PROJECT
    ours = {p.relative_to(warehouse).as_posix() for p in warehouse.rglob("*") if p.is_file()}
    assert {path.split("/")[1] for path in ours - PROJECT.keys()} == {"alignc"}
    assert not (root / "generated/dbt").exists()
    project = make_project(warehouse, adapter)
    project.load({"people": person("Oslo", 1)})
    project.run("build")
    assert project.rows("ctr_churn_v3")["spent_7d"].to_list() == [12.5]
    # Somebody has moved: the snapshot has both homes, one of them until then.
    project.load({"people": person("Bergen", 9)})
    project.run("build")
    homes = project.rows("feat_homes").sort("valid_from")
    assert homes["city"].to_list() == ["Oslo", "Bergen"]
    assert homes["valid_to"].to_list() == [datetime(2026, 1, 9, tzinfo=UTC), None]


def test_files_are_found_from_where_the_user_s_project_is(
    make_project: MakeProject, tmp_path: Path
) -> None:
    root, warehouse = tmp_path / "it's a shop", tmp_path / "warehouse"
    definitions = """
from alignc import *

@feature_view(name="towns", source=FileSource.csv_at("data/towns.csv"))
class Towns:
    town = Int64().as_entity()
    people = Int64()
"""
    settings = "name: towns\ntargets: [dbt-duckdb]\n"
    given = {"features/towns.py": definitions, "data/towns.csv": "town,people\n1,50\n"}
    write(root, {**given, "alignc.yml": settings})
    hook = "on-run-start: ['{{ alignc_sources() }}']\n"
    write(warehouse, {"dbt_project.yml": PROJECT["dbt_project.yml"] + hook})
    done = alignc(root, "build", "--dbt-into", str(warehouse))
    assert done.returncode == 0, done.stderr
    project = make_project(warehouse, "duckdb")
    project.run("build")
    assert project.rows("feat_towns")["people"].to_list() == [50]


def test_a_check_looks_at_both_folders(tmp_path: Path) -> None:
    root, warehouse = written(tmp_path, "duckdb")
    into = ("--dbt-into", str(warehouse))
    assert alignc(root, "build", *into).returncode == 0
    assert alignc(root, "check", *into).stdout.endswith("files are up to date\n")
    edited = warehouse / "models/alignc/features/feat_spending.sql"
    edited.write_text(edited.read_text(encoding="utf-8") + "-- mine\n", encoding="utf-8")
    done = alignc(root, "check", *into)
    assert done.returncode == 1
    assert "feat_spending.sql: edited by hand" in done.stdout
    done = alignc(root, "build", *into)
    assert done.returncode == 1
    assert edited.read_text(encoding="utf-8").endswith("-- mine\n")


def test_the_folder_may_be_a_setting(tmp_path: Path) -> None:
    root, warehouse = written(tmp_path, "duckdb")
    settings = root / "alignc.yml"
    text = settings.read_text(encoding="utf-8").replace("dbt: {", "dbt: {into: ../warehouse, ")
    settings.write_text(text, encoding="utf-8")
    assert alignc(root, "build").returncode == 0
    assert (warehouse / "models/alignc/alignc.lock").exists()
    assert alignc(root, "check").returncode == 0


def test_what_cannot_be_is_said(tmp_path: Path) -> None:
    root, warehouse = written(tmp_path, "duckdb")
    done = alignc(root, "build", "--dbt-into", str(root))
    assert (done.returncode, done.stdout) == (2, "")
    assert "ALN010 there is no dbt project in shop: it has no dbt_project.yml" in done.stderr
    text = SETTINGS.format(adapter="duckdb").replace("[dbt", "[dbt-postgres, dbt")
    (root / "alignc.yml").write_text(text, encoding="utf-8")
    done = alignc(root, "build", "--dbt-into", str(warehouse))
    assert done.returncode == 2
    assert "ALN011 a dbt project has one adapter, `targets` has dbt-postgres and" in done.stderr
    assert not (warehouse / "models/alignc").exists()


def written(folder: Path, adapter: str) -> tuple[Path, Path]:
    """Definitions, and a dbt project beside them."""
    root, warehouse = folder / "shop", folder / "warehouse"
    settings = SETTINGS.format(adapter=adapter)
    write(root, {"features/shop.py": DEFINITIONS, "alignc.yml": settings})
    write(warehouse, PROJECT)
    return root, warehouse


def person(city: str, day: int) -> pl.DataFrame:
    # dbt's own times have no zone, and it wants no others.
    changed = datetime(2026, 1, day)
    return pl.DataFrame({"person": [1], "city": [city], "changed_at": [changed]})


def alignc(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "alignc.cli", *arguments, "-C", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
