"""`alignc verify`: reports, exit codes, samples, what it says when something is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import psycopg
import pytest

from alignc.ir.module import Module
from alignc.verify.check import Outcome, check
from alignc.verify.engines import opened
from alignc.verify.engines.duckdb import DuckDB
from alignc.verify.engines.scripts import Polars
from alignc.verify.programs import Program, programs_of
from alignc.verify.rows import Case, Habits, is_allowed, make_case
from tests.engines.everywhere import module_of

DEFINITIONS = """
@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float().lower_bound(0).upper_bound(50).is_required()
    items = Int32().bounded_between(1, 9)
    status = String().accepted_values(["paid", "open", "it's late"])
    code = String().min_length(2).max_length(4)

    is_large = amount > 20
    total = amount.aggregate().over(days=30).sum()

orders = Orders()

@model_contract(name="churn", input_features=[orders])
class Churn:
    pass
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "features").mkdir()
    (tmp_path / "alignc.yml").write_text("name: shop\ntargets: [duckdb, postgres, polars]\n")
    text = "from alignc import *\n" + DEFINITIONS
    (tmp_path / "features" / "shop.py").write_text(text, encoding="utf-8")
    return tmp_path


def verify(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "alignc.cli", "verify", "-C", str(project), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_engines_are_compared(project: Path, postgres_url: str) -> None:
    done = verify(project, "--rows", "40", "--postgres", postgres_url, "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["clean"]
    assert report["missing"] == {}
    cells = {(r["kind"], r["name"], r["engine"]): r["equal"] for r in report["results"]}
    for engine in ("duckdb", "postgres", "polars"):
        # Every row has the columns of the view; the dataset those of entity rows and inputs.
        assert cells["view", "orders", engine] == 40 * 8
        assert cells["dataset", "churn", engine] == 40 * 9


def test_an_engine_that_is_not_there_is_named(project: Path) -> None:
    done = verify(project, "--rows", "5")
    assert done.returncode == 0
    assert "postgres was not run: no server" in done.stdout
    assert "no difference (seed 1)" in done.stdout


def test_rows_obey_the_constraints(tmp_path: Path) -> None:
    from random import Random

    module = module_of(DEFINITIONS, tmp_path)
    case = make_case(module, Random(1), Habits(rows=300, entity_rows=5, never_empty=True))
    (frame,) = case.sources.values()
    view = module.view_by_name["orders"]
    for feature in view.raw:
        values = frame[feature.name].to_list()
        assert len(set(values)) > 2
        for constraint in feature.constraints:
            assert all(is_allowed(value, constraint) for value in values)
    assert frame["amount"].null_count() == 0
    assert frame["items"].null_count() > 0


def test_a_sample_takes_the_place_of_made_up_rows(project: Path) -> None:
    sample = project / "orders.csv"
    sample.write_text(
        "customer,at,amount,items,status,code\n"
        "1,2026-01-01T10:00:00Z,12.5,3,paid,ab\n"
        "1,2026-01-02T10:00:00Z,22.5,4,open,abc\n"
    )
    done = verify(project, "--sample", f"orders={sample}", "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(done.stdout)["results"]
    assert {r["equal"] for r in results if r["kind"] == "view"} == {2 * 8}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sample", "ordres=x.csv"], "ALN601"),
        (["--sample", "orders=nowhere.csv"], "ALN602"),
        (["--rows", "many"], "rows"),
    ],
)
def test_wrong_arguments_are_a_usage_error(
    project: Path, arguments: list[str], message: str
) -> None:
    done = verify(project, *arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_a_difference_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from random import Random

    module: Module = module_of(DEFINITIONS, tmp_path)
    case = make_case(module, Random(1), Habits(rows=30, entity_rows=5, never_empty=True))
    honest = DuckDB.run
    monkeypatch.setattr(
        DuckDB, "run", lambda self, p, text, e: honest(self, p, text.replace("> 20", "> 30"), e)
    )
    with opened(("duckdb",), tmp_path / "engines") as engines:
        outcome: Outcome = check(case, engines.values(), twins=False)
    assert {d.column for d in outcome.differences} == {"is_large"}
    assert outcome.different["view", "orders", "duckdb"] > 0


def test_nothing_is_left_on_the_server(project: Path, postgres_url: str) -> None:
    assert verify(project, "--rows", "5", "--postgres", postgres_url).returncode == 0
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname = 'alignc_verify'"
        ).fetchall()
    assert found == []


JOINED = """
@feature_view(name="people", source=FileSource.parquet_at("people.parquet"))
class People:
    id = Int64().as_entity()
    age = Int64()

@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    order = Int64().as_entity()
    id = Int64()

@feature_view(name="adults", source=Orders.join(People, on="id"))
class Adults:
    order = Int64().as_entity()
    age = Int64()
"""


class GivesNothing(Polars):
    """An engine that never looks at keys."""

    def run(self, program: Program, text: str, entities: pl.DataFrame | None) -> pl.DataFrame:
        return pl.DataFrame(schema={"order": pl.Int64, "age": pl.Int64})


@pytest.mark.parametrize(("orders", "found"), [([1], 1), ([], 0)])
def test_a_key_twice_is_overlooked_only_where_nothing_is_joined(
    orders: list[int], found: int, tmp_path: Path
) -> None:
    frames = {
        "people": pl.DataFrame({"id": [7, 7], "age": [1, 2]}),
        "orders": pl.DataFrame(
            {"order": orders, "id": [8] * len(orders)}, dict.fromkeys(("order", "id"), pl.Int64)
        ),
    }
    case = Case(module_of(JOINED, tmp_path), frames, {})
    programs = [p for p in programs_of(case.module, twins=False) if p.name == "adults"]
    outcome = check(case, [GivesNothing(tmp_path)], programs=programs)
    assert len(outcome.differences) == found


OF_TEXT = """
@feature_view(name="towns", source=FileSource.csv_at("towns.csv"))
class Towns:
    id = Int64().as_entity()
    mayor = String()

@feature_view(name="people", source=FileSource.csv_at("people.csv"))
class People:
    id = Int64().as_entity()
    age = Int64()
"""


def test_a_source_that_an_engine_cannot_read_is_its_failure(tmp_path: Path) -> None:
    module = module_of(OF_TEXT, tmp_path)
    towns = pl.DataFrame({"id": ["1"], "mayor": ["ann"]})
    good = Case(
        module, {"towns": towns, "people": pl.DataFrame({"id": ["1"], "age": ["5"]})}, {}, True
    )
    # Whoever reads the file finds no column `age`.
    bad = replace(good, sources={"towns": towns, "people": pl.DataFrame({"id": ["1"]})})
    with opened(("duckdb",), tmp_path) as engines:
        found = [check(case, engines.values()).differences for case in (good, bad, good)]
    assert [len(differences) for differences in found] == [0, 1, 0]
    assert str(found[1][0]).startswith("sources `test` on duckdb: BinderException: ")
