"""Metrics of stored predictions: equal on all engines, and equal to those of scikit-learn."""

from __future__ import annotations

import contextlib
import io
import json
import math
import runpy
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sklearn import metrics

from alignc.verify.engines.scripts import without_alignc
from tests.engines import run as engines
from tests.monitoring import truth
from tests.monitoring.models import DEFINITIONS, KINDS, frames
from tests.monitoring.truth import Pair
from tests.validation.project import write_project

pytestmark = pytest.mark.usefixtures("spark")
TARGETS = ["polars", "pyspark"]


@pytest.fixture(scope="module")
def data() -> Mapping[str, pl.DataFrame]:
    return frames(7)


@pytest.fixture(scope="module")
def project(data: Mapping[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("models"), DEFINITIONS, data)


def run(project: Path, target: str, model: str, *arguments: str) -> tuple[int, str, dict[str, Any]]:
    """How a monitor ended, what it said, and its report."""
    report = project / f"{target}_{model}.json"
    report.unlink(missing_ok=True)
    given = ["--report", str(report), *arguments]
    if model == "amounts":
        given += ["--predictions", str(project / "data" / "predictions.parquet")]
    out, path = io.StringIO(), project / f"generated/monitoring/{target}/{model}.py"
    with without_alignc(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = runpy.run_path(str(path))["main"](given)
    there = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    return code, out.getvalue(), there


def label_of(report: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (label for label in report["labels"] if label["name"] == name)
    assert isinstance(found, dict)
    return found


def known(pairs: Sequence[Pair], version: str | None = None) -> list[Pair]:
    return [
        p
        for p in pairs
        if p[1] is not None and p[2] is not None and version in (None, p[0]["version"])
    ]


def close(there: object, expected: float) -> None:
    assert isinstance(there, float)
    assert math.isclose(there, expected, rel_tol=1e-9, abs_tol=1e-12), (there, expected)


@pytest.mark.parametrize("target", TARGETS)
def test_a_binary_classification(
    project: Path, data: Mapping[str, pl.DataFrame], target: str
) -> None:
    pairs = truth.returns(data)
    _, _, report = run(project, target, "returns")
    label = label_of(report, "will_return")
    finals = data["orders"].filter("is_final").drop_nulls(["customer", "was_returned"])
    truths = set(finals["customer"])
    matched = sum(p[2] is not None for p in pairs)
    assert label["coverage"] == {
        "predictions": len(pairs),
        "matched": matched,
        "waiting": len(pairs) - matched,
        "rate": matched / len(pairs),
        "truths": len(truths),
        "orphaned": len(truths - set(data["returns"]["customer"])),
    }
    assert [v["model_version"] for v in label["versions"]] == ["v1", "v2"]
    for version in label["versions"]:
        own = known(pairs, version["model_version"])
        y, guess = [p[2] for p in own], [p[1] for p in own]
        assert version["matched"] == len(own)
        check_classes(version, list(map(text, y)), list(map(text, guess)))
        close(version["precision"], metrics.precision_score(y, guess))
        close(version["recall"], metrics.recall_score(y, guess))
        close(version["f1"], metrics.f1_score(y, guess))
        scored = [
            p for p in pairs if p[2] is not None and p[0]["version"] == version["model_version"]
        ]
        y, score = [p[2] for p in scored], [p[0]["P_yes"] for p in scored]
        close(version["roc_auc"], metrics.roc_auc_score(y, score))
        close(version["average_precision"], metrics.average_precision_score(y, score))
        close(version["log_loss"], metrics.log_loss(y, score, labels=[False, True]))
        close(version["brier_score"], metrics.brier_score_loss(y, score, pos_label=True))


def text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def check_classes(result: dict[str, Any], y: list[str], guess: list[str]) -> None:
    close(result["accuracy"], metrics.accuracy_score(y, guess))
    for average in ("macro", "weighted", "micro"):
        precision, recall, f1, _ = metrics.precision_recall_fscore_support(
            y, guess, average=average, zero_division=0
        )
        close(result[f"precision_{average}"], float(precision))
        close(result[f"recall_{average}"], float(recall))
        close(result[f"f1_{average}"], float(f1))
    counts = {(p["truth"], p["predicted"]): p["rows"] for p in result["confusion"]}
    assert counts == Counter(zip(y, guess, strict=True))
    names = sorted({*y, *guess})
    parts = metrics.precision_recall_fscore_support(y, guess, labels=names, zero_division=0)
    for number, name in enumerate(names):
        own = result["classes"][name]
        close(own["precision"], float(parts[0][number]))
        close(own["recall"], float(parts[1][number]))
        close(own["f1"], float(parts[2][number]))
        assert own["support"] == parts[3][number]
    assert result["majority_accuracy"] == max(Counter(y).values()) / len(y)


@pytest.mark.parametrize("target", TARGETS)
def test_several_classes(project: Path, data: Mapping[str, pl.DataFrame], target: str) -> None:
    pairs = truth.kinds(data)
    code, said, report = run(project, target, "kinds")
    label = label_of(report, "kind_to_come")
    assert code == 1
    assert "ALERT baseline" in said
    for version in label["versions"]:
        own = known(pairs, version["model_version"])
        check_classes(version, [p[2] for p in own], [p[1] for p in own])
        order = sorted(KINDS)
        columns = {"web": "is_web", "shop": "is_shop", "it's, odd": "is_odd"}
        chances = [[p[0][columns[k]] for k in order] for p in own]
        y = [p[2] for p in own]
        close(version["log_loss"], metrics.log_loss(y, chances, labels=order))
        squares = [
            sum((c - (k == t)) ** 2 for c, k in zip(row, order, strict=True))
            for row, t in zip(chances, y, strict=True)
        ]
        close(version["brier_score"], math.fsum(squares) / len(squares))
        assert "roc_auc" not in version
        assert "precision" not in version


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    ("name", "pairs_of"), [("amount_to_come", truth.amounts), ("spent_in_3_days", truth.spent)]
)
def test_a_regression(
    project: Path,
    data: Mapping[str, pl.DataFrame],
    target: str,
    name: str,
    pairs_of: Callable[[Mapping[str, pl.DataFrame]], list[Pair]],
) -> None:
    pairs = pairs_of(data)
    _, _, report = run(project, target, "amounts")
    label = label_of(report, name)
    assert label["coverage"]["matched"] == sum(p[2] is not None for p in pairs)
    assert label["coverage"]["waiting"] == sum(p[2] is None for p in pairs) > 0
    for version in label["versions"]:
        own = known(pairs, version["model_version"])
        y, guess = [p[2] for p in own], [p[1] for p in own]
        assert version["matched"] == len(own) > 20
        close(version["mean_absolute_error"], metrics.mean_absolute_error(y, guess))
        close(version["mean_squared_error"], metrics.mean_squared_error(y, guess))
        close(version["root_mean_squared_error"], metrics.root_mean_squared_error(y, guess))
        close(version["r2"], metrics.r2_score(y, guess))
        close(version["bias"], math.fsum(g - t for g, t in zip(guess, y, strict=True)) / len(y))
        pairs_above = [(t, g) for t, g in zip(y, guess, strict=True) if t != 0]
        expected = metrics.mean_absolute_percentage_error(*zip(*pairs_above, strict=True))
        close(version["mean_absolute_percentage_error"], float(expected))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("by", ["day", "week", "month"])
def test_periods_and_subgroups(
    project: Path, data: Mapping[str, pl.DataFrame], target: str, by: str
) -> None:
    pairs = truth.returns(data)
    _, _, report = run(project, target, "returns", "--by", by)
    label = label_of(report, "will_return")
    starts = Counter((start(p[0]["predicted_at"], by), p[0]["version"]) for p in known(pairs))
    found = {(p["from"], p["model_version"]): p["matched"] for p in label["periods"]}
    assert {key: count for key, count in found.items() if count} == starts
    customers = {r["customer"]: r for r in data["customers"].to_dicts()}
    parts: Counter[tuple[str, str | None, str]] = Counter()
    for prediction, _, _ in known(pairs):
        own = customers.get(prediction["customer"], {"country": None, "is_new": None})
        parts["country", own["country"], prediction["version"]] += 1
        is_new = own["is_new"]
        parts["new", None if is_new is None else text(is_new), prediction["version"]] += 1
    there = {
        (p["subgroup"], p["value"], p["model_version"]): p["matched"] for p in label["subgroups"]
    }
    assert {key: count for key, count in there.items() if count} == parts


def start(moment: Any, by: str) -> str:
    day = moment.date()
    if by == "week":
        day = day.fromisocalendar(*day.isocalendar()[:2], 1)
    return str(day.replace(day=1) if by == "month" else day)


@pytest.mark.parametrize("target", TARGETS)
def test_a_part_of_the_days(project: Path, data: Mapping[str, pl.DataFrame], target: str) -> None:
    since, until = "2024-05-03", "2024-05-06"
    _, _, report = run(project, target, "returns", "--since", since, "--until", until)
    pairs = [p for p in truth.returns(data) if since <= str(p[0]["predicted_at"].date()) < until]
    label = label_of(report, "will_return")
    assert label["coverage"]["predictions"] == len(pairs)
    assert sum(v["matched"] for v in label["versions"]) == len(known(pairs))
    # They are of all days.
    assert all("roc_auc" not in v for v in label["versions"])


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_queries_have_what_programs_have(
    project: Path, data: Mapping[str, pl.DataFrame], tmp_path: Path, postgres_url: str, dialect: str
) -> None:
    folder = project / "generated" / "monitoring" / dialect
    seen = 0
    for path in sorted(folder.glob("*__*__*.sql")):
        model, label, kind = path.stem.split("__")
        given = dict(data)
        query = path.read_text(encoding="utf-8")
        if dialect == "duckdb":
            rows = engines.on_duckdb(query, given, None, tmp_path)
        else:
            rows = engines.on_postgres(query, given, None, postgres_url)
        program = project / f"generated/monitoring/polars/{model}.py"
        names = runpy.run_path(str(program))
        (there,) = (one for one in names["LABELS"] if one.name == label)
        sources = {name: frame.lazy() for name, frame in given.items()}
        expected = getattr(there, kind)(sources).collect()
        engines.assert_same(expected, rows, f"{path.name} on {dialect}", ordered=False)
        assert rows.height > 0
        seen += 1
    assert seen == 8
