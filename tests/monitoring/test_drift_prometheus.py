"""What Prometheus is told of drift: the report as gauges, rules that it can read, panels."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from alignc.driver import drift_files_of, load, monitor_files_of
from alignc.settings import find_project
from alignc.trace.file import traced_file
from tests.monitoring.drift_project import Said, compare, generated, names_in, run, write_project
from tests.monitoring.drift_rows import odd_rows, rows
from tests.monitoring.metrics import (
    Samples,
    check_rules,
    fetched,
    names_read,
    queries_in,
    samples_of,
    served,
    value,
)

TARGETS = ["polars", "pyspark"]
SETTINGS = """
monitoring:
  drift:
    thresholds:
      things.size: {wasserstein: 0.2, ks: 0.9}
      model.guess: {psi: 100}
"""
# What a report calls the tests whose statistic is a measure.
MEASURES = {"kolmogorov_smirnov": "ks"}
NUMBERS = {
    *("psi", "jensen_shannon", "total_variation", "l_infinity", "chi_square"),
    *("ks", "ks_binned", "wasserstein", "unseen_share"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("project"), settings=SETTINGS)


def exported(said: Said, file: Path) -> Samples:
    """The samples that are written, which are those of the report and no others."""
    samples = samples_of(file.read_text(encoding="utf-8"))
    expected = dict(told(said.report))
    found = {k: v for k, v in samples.items() if "timestamp" not in k[0]}
    assert found.keys() == expected.keys()
    for key, there in found.items():
        assert math.isfinite(there)
        assert there == expected[key], key
    return samples


def told(report: dict[str, Any]) -> Any:
    """What a report says, by the names of gauges."""

    def sample(name: str, number: float, **labels: str) -> Any:
        return (name, tuple(sorted({"model": "model", **labels}.items()))), float(number)

    thresholds = {"size": {"wasserstein": 0.2, "ks": 0.9}, "guess": {"psi": 100.0}}
    yield sample("alignc_drift_alpha", report["alpha"])
    yield sample("alignc_dataset_drifted", report["dataset_drift"])
    yield sample("alignc_dataset_drifted_columns_ratio", report["drifted_share"])
    for side in ("reference", "current"):
        yield sample("alignc_dataset_rows", report["columns"][0][side]["rows"], dataset=side)
    for column in report["columns"]:
        view = "things" if column["role"] == "input" else ""
        own = {"view": view, "feature": column["name"]}
        for side in ("reference", "current"):
            rate = column[side]["missing_rate"]
            yield sample("alignc_feature_missing_ratio", rate, **own, dataset=side)
        for name, number in column["measures"].items():
            if name in NUMBERS and isinstance(number, int | float):
                yield sample("alignc_feature_drift_score", number, **own, method=name)
        drifted: dict[str, bool] = {}
        for test in column["tests"]:
            method = MEASURES.get(test["name"], test["name"])
            drifted[method] = test["alarm"]
            tail = test["adjusted_p_value"]
            yield sample("alignc_feature_drift_p_value", tail, **own, method=method)
            if method == "missing":
                gap = test["statistic"]
                yield sample("alignc_feature_drift_score", gap, **own, method=method)
        for method, threshold in thresholds.get(column["name"], {}).items():
            reached = method in column["thresholds_reached"]
            drifted[method] = drifted.get(method, False) or reached
            yield sample("alignc_feature_drift_threshold", threshold, **own, method=method)
        for method, is_drifted in drifted.items():
            yield sample("alignc_feature_drifted", is_drifted, **own, method=method)
        assert any(drifted.values()) == column["alarm"]


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("target", TARGETS)
def test_gauges_are_what_the_report_says(project: Path, tmp_path: Path, target: str) -> None:
    file, start = tmp_path / "drift.prom", time.time()
    before, now = rows(1, 300), rows(2, 200, 0.4, missing=0.3)
    said = compare(names_in(project, target), tmp_path, before, now, "--prometheus", str(file))
    samples = exported(said, file)
    size = {"model": "model", "view": "things", "feature": "size"}
    measures = said.column("size")["measures"]
    # By its threshold, and below one; by tests of values and of missing ones.
    for method, drifted in (("wasserstein", 1), ("ks", 1), ("missing", 1)):
        assert value(samples, "alignc_feature_drifted", **size, method=method) == drifted
    assert measures["ks"] < value(samples, "alignc_feature_drift_threshold", **size, method="ks")
    guess = {"model": "model", "view": "", "feature": "guess", "method": "psi"}
    assert value(samples, "alignc_feature_drifted", **guess) == 0
    assert value(samples, "alignc_dataset_drifted", model="model") == said.report["dataset_drift"]
    moment = value(samples, "alignc_drift_compared_timestamp_seconds", model="model")
    assert start <= moment <= time.time()


def test_what_is_no_number_is_left_out(project: Path, tmp_path: Path) -> None:
    file = tmp_path / "drift.prom"
    before, now = odd_rows(1, 80), odd_rows(2, 90)
    said = compare(names_in(project), tmp_path, before, now, "--prometheus", str(file))
    samples = exported(said, file)
    assert said.column("size")["measures"]["wasserstein"] is None
    scores = {
        dict(labels)["method"]
        for name, labels in samples
        if name == "alignc_feature_drift_score" and dict(labels)["feature"] == "size"
    }
    assert "ks" in scores
    assert "wasserstein" not in scores


def test_categories_make_no_series(project: Path, tmp_path: Path) -> None:
    def count(kinds: int) -> int:
        file = tmp_path / "drift.prom"
        before, now = rows(1, 400), rows(2, 400)
        names = [f"kind {n % kinds}" for n in range(400)]
        before, now = (f.with_columns(kind=pl.Series(names)) for f in (before, now))
        compare(names_in(project), tmp_path, before, now, "--prometheus", str(file))
        return len(samples_of(file.read_text(encoding="utf-8")))

    assert count(2) == count(300)


def test_a_profile_as_a_reference(project: Path, tmp_path: Path) -> None:
    rows(1, 300).write_parquet(tmp_path / "before.parquet")
    rows(2, 200, 0.4).write_parquet(tmp_path / "now.parquet")
    main, profile, file = names_in(project)["main"], tmp_path / "p.json", tmp_path / "drift.prom"
    before = f"{tmp_path}/before.parquet"
    run(main, tmp_path, "profile", "--reference", before, "--output", str(profile))
    files = ("--profile", str(profile), "--current", f"{tmp_path}/now.parquet")
    samples = exported(run(main, tmp_path, *files, "--prometheus", str(file)), file)
    size = {"model": "model", "view": "things", "feature": "size"}
    assert value(samples, "alignc_feature_drift_score", **size, method="ks_binned") > 0


def test_a_profile_has_no_metrics(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = ("--reference", "before.parquet", "--output", "profile.json")
    for asked in (("--prometheus", "drift.prom"), ("--serve", ":0")):
        with pytest.raises(SystemExit) as ended:
            names_in(project)["main"](["profile", *files, *asked])
        assert ended.value.code == 2
        assert "profile takes --reference and --output alone" in capsys.readouterr().err


def test_metrics_are_served_and_computed_anew(project: Path, tmp_path: Path) -> None:
    before, now = tmp_path / "before.parquet", tmp_path / "now.parquet"
    rows(1, 300).write_parquet(before)
    rows(2, 200).write_parquet(now)
    files = ("--reference", str(before), "--current", str(now))
    labels = {"model": "model", "dataset": "current"}
    with served(generated(project, "polars"), *files, model="model") as address:
        first = samples_of(fetched(address))
        rows(2, 150).write_parquet(now)
        second = samples_of(fetched(address))
    assert value(first, "alignc_dataset_rows", **labels) == 200
    assert value(second, "alignc_dataset_rows", **labels) == 150


def test_a_program_without_the_package_says_so(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = names_in(project)
    monkeypatch.setitem(names["main"].__globals__, "find_spec", lambda name: None)
    said = compare(
        names, tmp_path, rows(1, 60), rows(2, 50), "--prometheus", str(tmp_path / "drift.prom")
    )
    assert (said.code, said.text) == (
        2,
        "error: ALN509 metrics need the package prometheus-client\n",
    )


def test_queries_are_promql_over_what_is_exported(project: Path, tmp_path: Path) -> None:
    file = tmp_path / "drift.prom"
    compare(names_in(project), tmp_path, rows(1, 60), rows(2, 50), "--prometheus", str(file))
    known = {name for name, _ in samples_of(file.read_text(encoding="utf-8"))}
    folder = project / "generated/monitoring"
    rules = yaml.safe_load((folder / "prometheus/model__drift.rules.yml").read_text())
    board = json.loads((folder / "grafana/model.json").read_text(encoding="utf-8"))
    panels = [panel for panel in board["panels"] if ":" not in panel["title"]]
    queries = [*queries_in(rules), *queries_in(panels)]
    assert len(queries) == 4 + 6
    assert {name for query in queries for name in names_read(query)} <= known
    (table,) = (panel for panel in panels if panel["type"] == "table")
    assert [target["format"] for target in table["targets"]] == ["table"] * 4


def test_rules_do_what_their_own_test_says(project: Path) -> None:
    folder = project / "generated/monitoring/prometheus"
    rules = yaml.safe_load((folder / "model__drift.rules.yml").read_text(encoding="utf-8"))
    alerts = rules["groups"][0]["rules"]
    assert [rule["alert"] for rule in alerts] == [
        "AligncFeatureDrifted",
        "AligncDatasetDrifted",
        "AligncDriftOutdated",
        "AligncDriftAbsent",
    ]
    assert all(rule["for"] == "30m" for rule in alerts)
    test = yaml.safe_load((folder / "model__drift.test.yml").read_text(encoding="utf-8"))
    assert test["rule_files"] == ["model__drift.rules.yml"]
    tested = {
        c["alertname"] for t in test["tests"] for c in t["alert_rule_test"] if c["exp_alerts"]
    }
    assert tested == {rule["alert"] for rule in alerts}
    check_rules(folder, "model__drift")


def test_rules_and_the_dashboard_are_traced_and_listed(project: Path) -> None:
    found = find_project(project)
    module = load(found).module
    contract = module.contract_by_name["model"]
    paths = [
        "monitoring/prometheus/model__drift.rules.yml",
        "monitoring/prometheus/model__drift.test.yml",
        "monitoring/grafana/model.json",
    ]
    listed = [
        *drift_files_of(contract, module, found.settings.programs),
        *monitor_files_of(contract, module, found.settings.programs),
    ]
    for path in paths:
        text = (project / "generated" / path).read_text(encoding="utf-8")
        traced = traced_file(found, module, path, text)
        assert traced is not None
        assert traced.text == text
        assert path in listed
    assert not {*paths} & {*drift_files_of(contract, module, ("duckdb",))}
    assert not {*paths} & {*monitor_files_of(contract, module, ("duckdb",))}


def test_a_model_without_labels_has_a_dashboard_of_its_drift(tmp_path: Path) -> None:
    write_project(
        tmp_path,
        """
from alignc import *

@feature_view(name="things", source=FileSource.parquet_at("things.parquet"))
class Things:
    id = Int64().as_entity()
    size = Float()

@model_contract(name="model", input_features=[Things().size])
class Model:
    id = Int64().as_entity()
""",
    )
    folder = tmp_path / "generated/monitoring"
    board = json.loads((folder / "grafana/model.json").read_text(encoding="utf-8"))
    assert [panel["id"] for panel in board["panels"]] == [1, 2, 3]
    assert not (folder / "prometheus/model.rules.yml").exists()
    assert (folder / "prometheus/model__drift.rules.yml").exists()
