"""What Prometheus is told: sums as text and at an address, rules that it can read, a dashboard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from tests.monitoring.metrics import (
    check_rules,
    fetched,
    names_read,
    queries_in,
    samples_of,
    served,
    value,
)
from tests.monitoring.models import DEFINITIONS, frames
from tests.monitoring.test_performance import label_of, run
from tests.validation.project import write_project

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = [
    path
    for project in ("examples/*", "tests/examples/vocabulary")
    for path in sorted(ROOT.glob(f"{project}/generated/monitoring/prometheus/*.rules.yml"))
]
MODELS = ("returns", "kinds", "amounts")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("metrics"), DEFINITIONS, frames(8))


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
    path = project / "data/kinds.parquet"
    rows = pl.read_parquet(path)
    with served(program, model="kinds") as address:
        before = samples_of(fetched(address))
        pl.concat([rows, rows]).write_parquet(path)
        after = samples_of(fetched(address))
    rows.write_parquet(path)
    counted = {k: v for k, v in before.items() if k[0] == "alignc_predictions_total"}
    assert counted
    assert {k: after[k] for k in counted} == {k: 2 * v for k, v in counted.items()}


@pytest.mark.parametrize("place", ["nowhere", "127.0.0.1:x"])
def test_a_place_that_cannot_be_served(project: Path, place: str) -> None:
    code, said, _ = run(project, "polars", "kinds", "--serve", place)
    assert (code, said) == (2, f"error: ALN509 --serve {place}: use [HOST]:PORT\n")


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
    # What panels have of drift is exported by another program.
    own = [panel for panel in board["panels"] if panel["title"].partition(":")[1]]
    queries = [*queries_in(rules), *queries_in(own)]
    assert len(queries) > 8
    for query in queries:
        assert set(names_read(query)) <= exported | recorded, query


@pytest.mark.parametrize("model", MODELS)
def test_rules_do_what_their_own_test_says(project: Path, model: str) -> None:
    folder = project / "generated/monitoring/prometheus"
    test = yaml.safe_load((folder / f"{model}.test.yml").read_text(encoding="utf-8"))
    assert test["rule_files"] == [f"{model}.rules.yml"]
    check_rules(folder, model)


@pytest.mark.parametrize("rules", COMMITTED, ids=lambda path: path.stem)
def test_rules_of_the_examples_do_what_their_own_tests_say(rules: Path) -> None:
    check_rules(rules.parent, rules.name.removesuffix(".rules.yml"))


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
    ] + ["Columns that have drifted", "Share of missing values", "Drift of each column"]
    places = [tuple(panel["gridPos"].values()) for panel in board["panels"]]
    assert len(set(places)) == len(places)
    assert [panel["id"] for panel in board["panels"]] == list(range(1, 12))
