"""The profile of a reference: all that is kept of it, and a report from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.monitoring.drift_project import compare, names_in, run, write_project
from tests.monitoring.drift_rows import odd_rows, rows
from tests.monitoring.drift_same import same

TARGETS = ["polars", "pyspark"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("project"))


def profile(names: dict[str, Any], folder: Path, frame: pl.DataFrame) -> Path:
    frame.write_parquet(folder / "before.parquet")
    path = folder / "profile.json"
    files = ("--reference", f"{folder}/before.parquet", "--output", str(path))
    said = run(names["main"], folder, "profile", *files)
    assert (said.code, said.text) == (0, "")
    return path


def beside(names: dict[str, Any], folder: Path, kept: Path, now: pl.DataFrame) -> Any:
    now.write_parquet(folder / "now.parquet")
    return run(names["main"], folder, "--profile", str(kept), "--current", f"{folder}/now.parquet")


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("target", TARGETS)
def test_a_profile_says_what_its_reference_does(project: Path, tmp_path: Path, target: str) -> None:
    names = names_in(project, target)
    before, now = rows(1, 120), rows(2, 90, 0.4)
    whole = compare(names, tmp_path, before, now)
    said = beside(names, tmp_path, profile(names, tmp_path, before), now)
    for column in whole.report["columns"]:
        other = said.column(column["name"])
        assert other["current"] == column["current"]
        assert other["reference"] == pytest.approx(column["reference"], rel=1e-10)
        measures, kept = column["measures"], other["measures"]
        if column["kind"] == "number":
            # The distance at the edges is no larger than the one at all values.
            assert 0 < kept.pop("ks_binned") <= measures.pop("ks")
            measures.pop("wasserstein")
        assert kept == pytest.approx(measures, rel=1e-9, abs=1e-12)
        counts = [(p["label"], p["in_reference"], p["in_current"]) for p in other["parts"]]
        expected = [(p["label"], p["in_reference"], p["in_current"]) for p in column["parts"]]
        assert sorted(counts) == sorted(expected)
    tests = {test["name"] for test in said.column("size")["tests"]}
    assert tests == {"chi_square", "missing"}


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("made", [rows, odd_rows])
def test_a_profile_has_the_same_bytes_each_time(
    project: Path, tmp_path: Path, target: str, made: Any
) -> None:
    names = names_in(project, target)
    frame = made(3, 150)
    first = profile(names, tmp_path, frame).read_bytes()
    shuffled = frame.sample(fraction=1, shuffle=True, seed=8)
    assert profile(names, tmp_path, shuffled).read_bytes() == first
    text = first.decode()
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    other = profile(names_in(project), tmp_path, frame).read_text(encoding="utf-8")
    same(json.loads(other), json.loads(text))


def test_a_profile_has_no_rows_and_few_categories(project: Path, tmp_path: Path) -> None:
    names = names_in(project)
    kinds = [f"kind {number:03}" for number in range(80) for _ in range(1 + (number < 60))]
    frame = rows(4, len(kinds)).with_columns(pl.Series("kind", kinds))
    kept = json.loads(profile(names, tmp_path, frame).read_text(encoding="utf-8"))["columns"][
        "kind"
    ]
    assert len(kept["categories"]) == 50
    assert set(kept["categories"].values()) == {2}
    assert kept["others"] == len(kinds) - 100
    # Whether `new` is among the others nobody can tell any more.
    now = frame.with_columns(pl.lit("new").alias("kind"))
    said = beside(names, tmp_path, tmp_path / "profile.json", now).column("kind")
    assert said["measures"]["unseen_values"] is said["measures"]["unseen_rows"] is None
    assert said["parts"][-1] == {
        "place": 50,
        "label": None,
        "in_reference": len(kinds) - 100,
        "in_current": len(kinds),
    }


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("target", TARGETS)
def test_categories_that_a_reference_does_not_have(
    project: Path, tmp_path: Path, target: str
) -> None:
    names = names_in(project, target)
    before = rows(5, 40, missing=0.0)
    now = before.with_columns(pl.Series("kind", ["new", "newer"] * 5 + ["a"] * 30))
    whole = compare(names, tmp_path, before, now).column("kind")["measures"]
    kept = profile(names, tmp_path, before)
    said = beside(names, tmp_path, kept, now).column("kind")["measures"]
    for measures in (whole, said):
        assert (measures["unseen_values"], measures["unseen_rows"]) == (2, 10)
        assert measures["unseen_share"] == 0.25


def test_what_is_no_profile_is_told(project: Path, tmp_path: Path) -> None:
    names = names_in(project)
    now = rows(6, 20)
    kept = profile(names, tmp_path, now)
    text = json.loads(kept.read_text(encoding="utf-8"))
    other = tmp_path / "other.json"

    def said(content: str) -> str:
        other.write_text(content, encoding="utf-8")
        found = beside(names, tmp_path, other, now)
        assert (found.code, found.report) == (2, {})
        assert found.text.count("\n") == 1
        return str(found.text)

    assert "ALN521" in said("{")
    assert "ALN521" in said("[]")
    assert "ALN521" in said('{"columns": 3}')
    assert "is no profile of model" in said(json.dumps(text | {"contract": "another"}))
    assert "is no profile of model" in said(json.dumps(text | {"format_version": 2}))
    columns = dict(text["columns"])
    size = columns.pop("size")
    assert "no column size" in said(json.dumps(text | {"columns": columns}))
    short = columns | {"size": size | {"edges": size["edges"][1:]}}
    assert "there are 9 edges" in said(json.dumps(text | {"columns": short}))
    found = beside(names, tmp_path, tmp_path / "nowhere.json", now)
    assert (found.code, "ALN501" in found.text) == (2, True)
