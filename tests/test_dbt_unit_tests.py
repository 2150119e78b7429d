"""Which tests of definitions become unit tests of dbt, and what is said of the others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from alignc.driver import compile_project
from alignc.settings import find_project

DEFINITIONS = """
import polars as pl
from alignc import *

shop = PostgreSQLConfig("SHOP_DATABASE_URL")


@feature_view(name="orders", source=shop.table("orders"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float()
    name = String()
    share = amount / 3
    title = name.transform_polars(
        pl.col("name").str.to_uppercase(), as_dtype=String(), duckdb="upper(name)"
    )
    is_mrs = title == "Mrs"
    most_1d = amount.aggregate().over(days=1).max()
    spent_1d = amount.aggregate().over(days=1).sum()


titled = Orders.filter("titled", where=lambda o: o.title == "Mrs")
large = Orders.filter("large", where=lambda o: o.amount > 1)


@model_contract(name="churn", input_features=[Orders().share, Orders().is_mrs, Orders().spent_1d])
class Churn:
    customer = Int64().as_entity()
"""


def test_floats_that_dbt_would_find_different_are_left_out(tmp_path: Path) -> None:
    """dbt compares to the last digit: what is handed on has it, of what is computed short ones have."""
    tests = """
view: orders
tests:
  - name: short
    given: [{customer: 1, at: 2026-01-01, amount: 0.75}]
    expect: [{amount: 0.75, share: 0.25, most_1d: 0.75, spent_1d: 0.75}]
  - name: long
    given: [{customer: 1, at: 2026-01-01, amount: 0.1}]
    expect: [{amount: 0.1, share: 0.03333333333, most_1d: 0.1, spent_1d: 0.1}]
  - name: near
    given: [{customer: 1, at: 2026-01-01, amount: 0.1000000000000001}]
    expect: [{customer: 1, amount: 0.1}]
  - name: wrong
    given: [{customer: 1, at: 2026-01-01, amount: 0.1}]
    expect: [{amount: 0.2}]
  - name: no number
    given: [{customer: 1, at: 2026-01-01, amount: .nan}]
    expect: [{customer: 1, amount: .nan}]
  - name: nothing left
    given: [{customer: 1, at: 2026-01-01, amount: 0.1}]
    expect: [{share: 0.03333333333}]
"""
    units, text = unit_tests(project(tmp_path, tests), "features/feat_orders")
    assert {
        unit["name"].removeprefix("feat_orders__"): unit["expect"]["rows"] for unit in units
    } == {
        "short": [{"amount": 0.75, "share": 0.25, "most_1d": 0.75, "spent_1d": 0.75}],
        "long": [{"amount": 0.1, "most_1d": 0.1}],
        "near": [{"customer": 1}],
        "wrong": [{"amount": 0.2}],
        "no_number": [{"customer": 1}],
    }
    digits = "dbt would compare floats to the last digit"
    assert units[0]["description"] == "short"
    assert units[2]["description"] == f"near; does not compare `amount`: {digits}"
    assert units[4]["description"] == "no number; does not compare `amount`: dbt fails to sort NaN"
    note = f"# `nothing left` is left out: does not compare `share`: {digits}\n"
    assert text.endswith(note)


def test_a_dataset_is_given_what_the_interpreter_says_of_its_views(tmp_path: Path) -> None:
    tests = """
model: churn
tests:
  - name: a day
    given: [{customer: 1, at: 2026-01-01, amount: 0.1}, {customer: 1, at: 2026-01-02, amount: 0.5}]
    entities: [{customer: 1, event_timestamp: 2026-01-02}]
    expect: [{share: 0.166666666667, is_mrs: null, spent_1d: 0.5}]
"""
    ((unit,), _) = unit_tests(project(tmp_path, tests), "contracts/ctr_churn")
    assert unit["versions"] == {"include": [1]}
    assert "overrides" not in unit
    given = {one["input"]: one["rows"] for one in unit["given"]}
    assert given["source('entities', 'churn_entities')"] == [
        {"customer": 1, "event_timestamp": "2026-01-02 00:00:00+00"}
    ]
    (view,) = given.keys() - {"source('entities', 'churn_entities')"}
    # Twelve digits, which any machine computes.
    assert [row["share"] for row in given[view]] == [0.0333333333333, 0.166666666667]
    assert unit["expect"]["rows"] == [{"share": 0.166666666667}]
    assert "`is_mrs`: a function of yours has a say in it" in unit["description"]
    assert "`spent_1d`: dbt would compare floats" in unit["description"]


def test_a_function_of_the_user_s_is_not_run(tmp_path: Path) -> None:
    """Rows that it decides about are not known, and the test is not there."""
    tests = """
view: orders
tests:
  - name: own
    given: [{customer: 1, at: 2026-01-01, name: mrs}]
    expect: [{name: mrs, customer: 1}]
---
view: titled
tests:
  - name: filtered
    given: [{customer: 1, at: 2026-01-01, name: mrs}]
    expect: []
---
view: large
tests:
  - name: of a view
    given: [{customer: 1, at: 2026-01-01, name: mrs, amount: 2}]
    expect: [{customer: 1}]
"""
    root = project(tmp_path, tests)
    ((own,), _) = unit_tests(root, "features/feat_orders")
    assert own["expect"]["rows"] == [{"name": "mrs", "customer": 1}]
    for view, name in (("titled", "filtered"), ("large", "of a view")):
        units, text = unit_tests(root, f"features/feat_{view}")
        assert units == []
        said = f"# `{name}` is left out: it reads what a function of yours gives\n"
        assert text.endswith(said)


def test_names_are_words_and_differ(tmp_path: Path) -> None:
    tests = """
view: orders
tests:
  - {name: "Ä - 1", given: [], expect: []}
  - {name: "1!", given: [], expect: []}
  - {name: "\U0001f600", given: [], expect: []}
  - {name: "a name that goes on for much longer than names of relations may", given: [], expect: []}
"""
    units, _ = unit_tests(project(tmp_path, tests), "features/feat_orders")
    assert [unit["name"] for unit in units] == [
        "feat_orders__1",
        "feat_orders__1_2",
        "feat_orders__example",
        "feat_orders__a_name_that_goes_on_for_much_longer_than_names_of",
    ]


@pytest.mark.slow
def test_a_changed_test_makes_the_project_stale(tmp_path: Path) -> None:
    tests = """
view: orders
tests:
  - {name: one, given: [{customer: 1, at: 2026-01-01}], expect: [{customer: 1}]}
"""
    root = project(tmp_path, tests)
    assert alignc(root, "build").returncode == 0
    assert alignc(root, "build").stdout == "nothing to do\n"
    assert alignc(root, "check").returncode == 0
    assert "G101" not in linted(root)
    file = root / "tests/shop.alignc.yml"
    file.write_text(tests.replace("expect: [{customer: 1}]", "expect: [{customer: 2}]"))
    checked = alignc(root, "check")
    assert checked.returncode == 1
    assert "feat_orders__unit_tests.yml" in checked.stdout
    assert "G101" in linted(root)
    assert "updated" in alignc(root, "build").stdout
    assert "G101" not in linted(root)
    # Another file, and none.
    (root / "tests/more.alignc.yml").write_text(tests.replace("one", "two"), encoding="utf-8")
    assert "updated" in alignc(root, "build").stdout
    for path in (root / "tests").iterdir():
        path.unlink()
    assert "updated" in alignc(root, "build").stdout
    assert "tests" not in json.loads((root / "generated/alignc.lock").read_text(encoding="utf-8"))


def test_a_mistake_in_a_test_stops_a_build_of_dbt_alone(tmp_path: Path) -> None:
    tests = "view: orders\ntests:\n  - {name: one, given: [{nobody: 1}], expect: []}\n"
    root = project(tmp_path, tests)
    done = alignc(root, "build")
    assert done.returncode == 2
    assert "tests/shop.alignc.yml:3:" in done.stderr
    assert "ALN804" in done.stderr
    (root / "alignc.yml").write_text("name: shop\ntargets: [duckdb]\n", encoding="utf-8")
    assert alignc(root, "build").returncode == 0


@pytest.mark.parametrize("adapter", ["duckdb", "postgres"])
def test_rows_without_sense_are_said(adapter: str, tmp_path: Path) -> None:
    """Two rows of one key in a view without times: only the engine that runs says which is right."""
    text = """
from alignc import *

@feature_view(name="people", source=PostgreSQLConfig("SHOP_DATABASE_URL").table("people"))
class People:
    id = Int64().as_entity()
    age = Int64()

@model_contract(name="m", input_features=[People().age])
class M:
    id = Int64().as_entity()
"""
    tests = """
model: m
tests:
  - {name: twice, given: [{id: 1}, {id: 1}], entities: [{id: 1}], expect: [{age: null}]}
"""
    root = project(tmp_path, tests, text, adapter)
    units, said = unit_tests(root, "contracts/ctr_m", adapter)
    assert units == []
    assert said.endswith("# `twice` is left out: people: several rows have the key 1\n")


def test_each_window_has_a_test_of_its_edges(tmp_path: Path) -> None:
    """Events at 1 µs before, at and after the beginning and the end; the sum says which are seen at q."""
    text = """
from datetime import timedelta
from alignc import *

@feature_view(name="v", source=PostgreSQLConfig("SHOP_DATABASE_URL").table("t"))
class V:
    id = Int64().as_entity()
    at = EventTimestamp()
    x = Int64()
    name = String()
    right = x.aggregate().over(hours=1).sum()
    count = x.aggregate().over(hours=1).count()
    left = x.aggregate().over(hours=1, closed="left").sum()
    both = x.aggregate().over(hours=1, closed="both").sum()
    none = x.aggregate().over(hours=1, closed="none").sum()
    before = x.aggregate().over(hours=1).offset(hours=1).sum()
    after = x.aggregate().over_next(hours=1).sum()
    ever = x.aggregate().sum()
    two = x.aggregate().over(rows=2).sum()
    quarters = x.aggregate().over(hours=1, resolution=timedelta(minutes=15)).sum()
    names = name.aggregate().over(hours=2).min()
    mean = x.aggregate().over(hours=3).mean()
"""
    outputs = {
        o.path: o.text for o in compile_project(find_project(project(tmp_path, "", text))).outputs
    }
    units = yaml.safe_load(outputs["dbt/duckdb/models/features/feat_v__unit_tests.yml"])[
        "unit_tests"
    ]
    at_q: dict[str, object] = {}
    for unit in units:
        (given,) = unit["given"]
        assert given["input"] == "ref('int_v__events')"
        times = [row["at"] for row in given["rows"]]
        assert [row["x"] for row in given["rows"]] == [2**n for n in range(len(times))]
        assert [row["at"] for row in unit["expect"]["rows"]] == times
        asked = {row["at"]: row for row in unit["expect"]["rows"]}
        at_q |= {n: v for n, v in asked["2024-07-01 00:00:00+00"].items() if n not in ("id", "at")}
    assert at_q == {
        "right": 4 + 8 + 16,
        "count": 3,
        "left": 2 + 4 + 8,
        "both": 2 + 4 + 8 + 16,
        "none": 4 + 8,
        "before": 4 + 8 + 16,
        "after": 4 + 8 + 16,
        "ever": 1 + 2,
        "two": 1 + 2,
        "quarters": 4 + 8 + 16,
    }
    (rows,) = [u["expect"]["rows"] for u in units if "quarters" in u["expect"]["rows"][0]]
    # Just before midnight it is 23:45 still, and just after it midnight.
    assert [row["quarters"] for row in rows[3:]] == [1 + 2 + 4, 4 + 8 + 16, 4 + 8 + 16]
    (rows,) = [u["expect"]["rows"] for u in units if "two" in u["expect"]["rows"][0]]
    assert [row["two"] for row in rows] == [1, 1 + 2, 2 + 4]


def test_windows_that_know_more_than_times_have_no_test(tmp_path: Path) -> None:
    text = """
from datetime import timedelta
from alignc import *

@feature_view(name="v", source=PostgreSQLConfig("SHOP_DATABASE_URL").table("t"))
class V:
    id = Int64().as_entity()
    at = EventTimestamp()
    written = Timestamp().as_created_at()
    x = Int64()
    spent = x.aggregate().over(hours=1).sum()
"""
    root = project(tmp_path, "", text)
    outputs = [output.path for output in compile_project(find_project(root)).outputs]
    assert not any("unit_tests" in path for path in outputs)


def project(root: Path, tests: str, text: str = DEFINITIONS, adapter: str = "duckdb") -> Path:
    """A project with a dbt target."""
    files = {
        "alignc.yml": f"name: shop\ntargets: [dbt-{adapter}]\n",
        "features/shop.py": text,
        "tests/shop.alignc.yml": tests,
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def unit_tests(root: Path, name: str, adapter: str = "duckdb") -> tuple[list[dict[str, Any]], str]:
    """The unit tests of a model, and the text of their file."""
    outputs = {o.path: o.text for o in compile_project(find_project(root)).outputs}
    text = outputs[f"dbt/{adapter}/models/{name}__unit_tests.yml"]
    units = yaml.safe_load(text)["unit_tests"]
    return [unit for unit in units if "__edges_of_" not in unit["name"]], text


def linted(root: Path) -> str:
    """What lint says of the generated files."""
    command = [sys.executable, "-m", "alignc.cli", "lint", "--select", "G", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def alignc(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "alignc.cli", *arguments, "-C", str(root)],
        capture_output=True,
        text=True,
        check=False,
    )
