"""What Prometheus is told: sums as text and at an address, rules that it can read, a dashboard."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.monitoring.models import DEFINITIONS, frames
from tests.monitoring.test_performance import label_of, run
from tests.validation.project import write_project

MODELS = ("returns", "kinds", "amounts")
Samples = Mapping[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("metrics"), DEFINITIONS, frames(8))


def samples_of(text: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, tuple(sorted(labels.items()))]


def test_a_classification(project: Path) -> None:
    file = project / "returns.prom"
    _, _, report = run(project, "polars", "returns", "--prometheus", str(file))
    samples = samples_of(file.read_text(encoding="utf-8"))
    label = label_of(report, "will_return")
    own = {"model": "returns", "label": "will_return"}
    orphaned = value(samples, "alignc_unmatched_truth_total", **own)
    assert orphaned == label["coverage"]["orphaned"]
    for version in label["versions"]:
        base = {**own, "model_version": version["model_version"], "subgroup": "", "value": ""}
        assert value(samples, "alignc_predictions_total", **base) == version["predictions"]
        assert value(samples, "alignc_ground_truth_total", **base) == version["matched"]
        for pair in version["confusion"]:
            both = {"actual": pair["truth"], "predicted": pair["predicted"]}
            assert value(samples, "alignc_model_confusion_total", **base, **both) == pair["rows"]
        for name, about in version["classes"].items():
            counts = {
                outcome: value(
                    samples,
                    "alignc_model_outcomes_total",
                    **base,
                    **{"class": name, "outcome": outcome},
                )
                for outcome in ("tp", "fp", "fn", "tn")
            }
            assert sum(counts.values()) == version["matched"]
            assert counts["tp"] + counts["fn"] == about["support"]
            assert counts["tp"] + counts["fp"] == about["predicted"]
    assert value(samples, "alignc_build_info", model="returns") == 1
    names = {name for name, _ in samples}
    assert all(n.endswith("_total") or n == "alignc_build_info" for n in names)


def test_a_regression(project: Path) -> None:
    file = project / "amounts.prom"
    _, _, report = run(project, "polars", "amounts", "--prometheus", str(file))
    samples = samples_of(file.read_text(encoding="utf-8"))
    for label in report["labels"]:
        for version in label["versions"]:
            base = {
                "model": "amounts",
                "label": label["name"],
                "model_version": version["model_version"],
                "subgroup": "",
                "value": "",
            }
            over, under, size, squares = (
                value(samples, f"alignc_model_{name}_error_total", **base)
                for name in ("over", "under", "absolute", "squared")
            )
            matched = version["matched"]
            assert size / matched == pytest.approx(version["mean_absolute_error"])
            assert squares / matched == pytest.approx(version["mean_squared_error"])
            assert (over - under) / matched == pytest.approx(version["bias"])
            assert over + under == pytest.approx(size)


def test_metrics_are_served_and_computed_anew(project: Path) -> None:
    program = project / "generated/monitoring/polars/kinds.py"
    with subprocess.Popen(
        [sys.executable, str(program), "--serve", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said.startswith("serving metrics of kinds at 127.0.0.1:")
            address = f"http://{said.split()[-1]}/metrics"
            before = samples_of(fetched(address))
            path = project / "data/kinds.parquet"
            rows = pl.read_parquet(path)
            pl.concat([rows, rows]).write_parquet(path)
            after = samples_of(fetched(address))
            rows.write_parquet(path)
        finally:
            process.terminate()
    counted = {k: v for k, v in before.items() if k[0] == "alignc_predictions_total"}
    assert counted
    assert {k: after[k] for k in counted} == {k: 2 * v for k, v in counted.items()}


def fetched(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize("place", ["nowhere", "127.0.0.1:x"])
def test_a_place_that_cannot_be_served(project: Path, place: str) -> None:
    code, said, _ = run(project, "polars", "kinds", "--serve", place)
    assert (code, said) == (2, f"error: ALN509 --serve {place}: use [HOST]:PORT\n")


def queries_in(content: object) -> Iterator[str]:
    """Everything that is a query in rules and dashboards."""
    if isinstance(content, dict):
        for key, part in content.items():
            if key == "expr" and isinstance(part, str):
                yield part
            else:
                yield from queries_in(part)
    elif isinstance(content, list):
        for part in content:
            yield from queries_in(part)


@pytest.mark.parametrize("model", MODELS)
def test_queries_are_promql_over_what_is_exported(project: Path, model: str) -> None:
    folder = project / "generated/monitoring"
    file = project / f"{model}.all"
    run(project, "polars", model, "--prometheus", str(file))
    exported = {name for name, _ in samples_of(file.read_text(encoding="utf-8"))}
    rules: dict[str, Any] = yaml.safe_load((folder / f"prometheus/{model}.rules.yml").read_text())
    board = json.loads((folder / f"grafana/{model}.json").read_text(encoding="utf-8"))
    recorded = {
        rule["record"] for group in rules["groups"] for rule in group["rules"] if "record" in rule
    }
    queries = [*queries_in(rules), *queries_in(board)]
    assert len(queries) > 8
    for query in queries:
        for name in selected(promql_parser.parse(query)):
            assert name in exported | recorded, (name, query)


def selected(node: Any) -> Iterator[str]:
    """The names of the metrics that a query reads."""
    match type(node).__name__:
        case "VectorSelector":
            yield node.name
        case "MatrixSelector":
            yield from selected(node.vector_selector)
        case "BinaryExpr":
            yield from selected(node.lhs)
            yield from selected(node.rhs)
        case "Call":
            for argument in node.args:
                yield from selected(argument)
        case "AggregateExpr" | "ParenExpr" | "UnaryExpr":
            yield from selected(node.expr)
        case "NumberLiteral" | "StringLiteral":
            return
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize("model", MODELS)
def test_rules_do_what_their_own_test_says(project: Path, model: str) -> None:
    folder = project / "generated/monitoring/prometheus"
    test = yaml.safe_load((folder / f"{model}.test.yml").read_text(encoding="utf-8"))
    assert test["rule_files"] == [f"{model}.rules.yml"]
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    checked = subprocess.run(
        [promtool, "check", "rules", f"{model}.rules.yml"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    tested = subprocess.run(
        [promtool, "test", "rules", f"{model}.test.yml"], cwd=folder, capture_output=True, text=True
    )
    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_a_dashboard_has_a_panel_for_each_metric(project: Path) -> None:
    board = json.loads(
        (project / "generated/monitoring/grafana/amounts.json").read_text(encoding="utf-8")
    )
    titles = [panel["title"] for panel in board["panels"]]
    assert titles == [
        f"{label}: {what}"
        for label in ("amount_to_come", "spent_in_3_days")
        for what in (
            "mean absolute error in a day",
            "root mean squared error in a day",
            "bias in a day",
            "predictions and truths in a day",
        )
    ]
    places = [tuple(panel["gridPos"].values()) for panel in board["panels"]]
    assert len(set(places)) == len(places)
    assert [panel["id"] for panel in board["panels"]] == list(range(1, 9))
