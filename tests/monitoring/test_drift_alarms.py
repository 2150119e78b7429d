"""What is an alarm: tests, thresholds, the whole dataset, and how often chance makes one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from alignc.driver import compile_project
from alignc.errors import DefinitionError
from alignc.settings import find_project
from tests.monitoring.drift_project import compare, generated, names_in, run, write_project
from tests.monitoring.drift_rows import rows


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return names_in(write_project(tmp_path_factory.mktemp("project")))


def test_the_same_rows_are_no_alarm(program: dict[str, Any], tmp_path: Path) -> None:
    said = compare(program, tmp_path, rows(1, 300), rows(1, 300))
    assert (said.code, said.report["alarm"], said.report["drifted_share"]) == (0, False, 0)
    for column in said.report["columns"]:
        assert column["measures"]["psi"] == 0
        assert column["measures"]["total_variation"] == 0
        assert all(test["p_value"] == 1 for test in column["tests"])


def test_what_has_changed_is_an_alarm(program: dict[str, Any], tmp_path: Path) -> None:
    before = rows(2, 500)
    now = rows(3, 500).with_columns(
        pl.col("size") + 1,
        pl.lit("c").alias("kind"),
        pl.when(pl.col("took").dt.total_microseconds() % 2 == 0).then("took").alias("took"),
    )
    said = compare(program, tmp_path, before, now)
    drifted = {c["name"] for c in said.report["columns"] if c["alarm"]}
    assert drifted == {"size", "kind", "took"}
    assert (said.code, said.report["dataset_drift"]) == (1, False)
    assert said.column("size")["psi_level"] == "act"
    assert said.column("price")["psi_level"] == "stable"
    failed = {t["name"]: t["alarm"] for t in said.column("took")["tests"]}
    assert failed == {"kolmogorov_smirnov": False, "missing": True}
    assert "ALARM  size" in said.text
    assert "3 of 10 columns have drifted, no drift of the dataset" in said.text


def test_half_of_the_columns_are_the_dataset(program: dict[str, Any], tmp_path: Path) -> None:
    before = rows(4, 400, missing=0.0)
    empty = dict.fromkeys(["size", "count", "price", "kind", "is_new"])
    now = rows(5, 400, missing=0.0).with_columns(
        pl.lit(None, before.schema[name]).alias(name) for name in empty
    )
    said = compare(program, tmp_path, before, now)
    assert (said.report["drifted_share"], said.report["dataset_drift"]) == (0.5, True)
    # Nothing can be said of values that are not there.
    assert said.column("size")["measures"]["psi"] is None
    assert said.column("size")["measures"]["psi_limit"] is None
    assert [t["name"] for t in said.column("size")["tests"]] == ["missing"]
    assert said.column("kind")["alarm"]


def test_a_large_index_of_few_rows_is_no_alarm(program: dict[str, Any], tmp_path: Path) -> None:
    """Ten bins of sixty rows are far apart by chance: the usual words wait for more than that."""
    found = [
        compare(program, tmp_path, rows(seed, 60), rows(seed + 50, 60)).column("size")
        for seed in range(20)
    ]
    assert sum(column["measures"]["psi"] > 0.1 for column in found) > 15
    assert sum(column["psi_level"] != "stable" for column in found) < 3


def test_level_and_correction_are_arguments(program: dict[str, Any], tmp_path: Path) -> None:
    before, now = rows(6, 200), rows(7, 200, 0.35)
    free = compare(program, tmp_path, before, now, "--correction", "none", "--alpha", "0.5")
    strict = compare(
        program, tmp_path, before, now, "--correction", "bonferroni", "--alpha", "1e-9"
    )
    assert (free.code, strict.code) == (1, 0)
    tests = [t for c in strict.report["columns"] for t in c["tests"]]
    assert all(t["adjusted_p_value"] == min(1, t["p_value"] * len(tests)) for t in tests)


def test_thresholds_are_in_the_settings(tmp_path: Path) -> None:
    settings = (
        "monitoring:\n  drift:\n    alpha: 0.01\n    correction: bonferroni\n    share: 0.1\n"
        "    thresholds:\n      things.size: {wasserstein: 0.2, psi: 5}\n      model.guess: {ks: 0.9}\n"
    )
    names = names_in(write_project(tmp_path, settings=settings))
    said = compare(names, tmp_path, rows(8, 100), rows(9, 100, 0.4), "--alpha", "1e-12")
    assert said.column("size")["thresholds_reached"] == {"wasserstein": 0.2}
    assert said.column("guess")["thresholds_reached"] == {}
    assert {c["name"] for c in said.report["columns"] if c["alarm"]} == {"size"}
    assert (said.code, said.report["correction"]) == (1, "bonferroni")
    assert said.report["dataset_drift"]
    assert "0.01 / 20" in generated(tmp_path, "duckdb").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("thresholds: {things.sise: {psi: 1}}", "ALN211"),
        ("thresholds: {things.seen: {psi: 1}}", "ALN211"),
        ("thresholds: {things.size: {pis: 1}}", "ALN003"),
        ("thresholds: {things.size: {psi: 0}}", "ALN003"),
        ("alpha: 1", "ALN003"),
        ("correction: holm", "ALN003"),
        ("alhpa: 0.1", "ALN003"),
    ],
)
def test_settings_that_cannot_be(tmp_path: Path, rules: str, message: str) -> None:
    write_project(tmp_path)
    file = tmp_path / "alignc.yml"
    text = f"name: shop\ndefinitions: definitions.py\nmonitoring:\n  drift:\n    {rules}\n"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as error:
        compile_project(find_project(tmp_path))
    (found,) = error.value.diagnostics
    assert found.code == message
    assert found.span is not None
    assert found.span.line >= 4


def test_a_dataset_that_cannot_be_compared(program: dict[str, Any], tmp_path: Path) -> None:
    frame = rows(10, 20)
    said = compare(program, tmp_path, frame, frame.clear())
    assert (said.code, said.report) == (2, {})
    assert "ALN520 the current dataset: there are no rows" in said.text
    said = compare(program, tmp_path, frame.drop("size"), frame)
    assert (said.code, 'ALN504 source `rows`: there is no column "size"' in said.text) == (2, True)
    said = compare(program, tmp_path, frame, frame.with_columns(size=pl.lit("much")))
    assert said.column("size")["current"]["missing_rate"] == 1
    said = run(program["main"], tmp_path, "--reference", "nowhere.csv", "--current", "x.csv")
    assert (said.code, "ALN501" in said.text) == (2, True)


def test_predictions_may_be_absent(program: dict[str, Any], tmp_path: Path) -> None:
    before, now = rows(11, 80), rows(12, 80)
    both = ["guess", "guessed_grade"]
    said = compare(program, tmp_path, before.drop(both), now)
    assert "guess" not in {c["name"] for c in said.report["columns"]}
    assert [b["prediction"] for b in said.report["prediction_bias"]] == both
    said = compare(program, tmp_path, before, now.drop(*both, "truth"))
    assert len(said.report["columns"]) == 8
    assert said.report["prediction_bias"] == []


def test_predictions_beside_the_truth(program: dict[str, Any], tmp_path: Path) -> None:
    now = rows(13, 200, 1.0)
    said = compare(program, tmp_path, rows(14, 50), now)
    (size, grade) = said.report["prediction_bias"]
    known = now.drop_nulls("truth")
    assert (size["prediction"], size["truth"], size["rows"]) == ("guess", "truth", known.height)
    assert size["measures"]["mean_of_truth"] == pytest.approx(known["truth"].mean())
    assert size["measures"]["mean_of_predictions"] == pytest.approx(known["guess"].mean())
    graded = now.drop_nulls("grade")
    counts = {p["label"]: (p["in_reference"], p["in_current"]) for p in grade["parts"]}
    assert counts == {
        kind: ((graded["grade"] == kind).sum(), (graded["guessed_grade"] == kind).sum())
        for kind in "ABC"
    }


NAMES = [f"x{number}" for number in range(4)]
CALM = f"""
from alignc import *

@feature_view(name="things", source=FileSource.parquet_at("things.parquet"))
class Things:
    id = Int64().as_entity()
    {"; ".join(f"{name} = Float()" for name in NAMES)}
    kind = String()
    few = Int64()

@model_contract(name="model", input_features=[getattr(Things(), n) for n in {[*NAMES, "kind", "few"]}])
class Model:
    id = Int64().as_entity()
"""


@pytest.mark.slow
@pytest.mark.parametrize(("count", "runs"), [(200, 300), (2000, 150), (100_000, 20)])
def test_chance_alarms_about_as_often_as_it_should(tmp_path: Path, count: int, runs: int) -> None:
    """Of datasets of one distribution one in twenty is an alarm at most, and psi is above its limit so often."""
    names = names_in(write_project(tmp_path, CALM))
    draw = np.random.default_rng(count)

    def dataset() -> pl.DataFrame:
        numbers = {name: draw.normal(0, 1, count) for name in NAMES}
        kinds = draw.choice(["a", "b", "c", "d", "e"], count, p=[0.4, 0.3, 0.15, 0.1, 0.05])
        lost = draw.random(count) < 0.05
        frame = pl.DataFrame({**numbers, "kind": kinds, "few": draw.integers(0, 9, count)})
        return frame.with_columns(pl.when(~pl.lit(pl.Series(lost))).then("x0").alias("x0"))

    alarms = above = single = tested = 0
    for _ in range(runs):
        report = compare(names, tmp_path, dataset(), dataset()).report
        alarms += report["alarm"]
        for column in report["columns"]:
            above += column["measures"]["psi"] > column["measures"]["psi_limit"]
            single += sum(test["p_value"] <= 0.05 for test in column["tests"])
            tested += len(column["tests"])
    columns = len(NAMES) + 2
    # Four standard errors above the level.
    assert alarms / runs <= 0.05 + 4 * (0.05 * 0.95 / runs) ** 0.5
    assert 0.01 < single / tested <= 0.05 + 4 * (0.05 * 0.95 / tested) ** 0.5
    assert above / (runs * columns) <= 0.05 + 4 * (0.05 * 0.95 / (runs * columns)) ** 0.5
    print(
        f"{count}: {alarms}/{runs} alarms, {single}/{tested} tests, {above} psi of {runs * columns}"
    )
