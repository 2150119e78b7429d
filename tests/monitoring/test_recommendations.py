"""Metrics of stored lists of items: equal on all engines, to the definitions, and to scikit-learn."""

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
from sklearn.metrics import ndcg_score

from alignc.verify.engines.scripts import without_alignc
from tests.engines import run as engines
from tests.monitoring import selected
from tests.monitoring.recommendation_models import DEFINITIONS, START, TOP_K, frames
from tests.monitoring.selected import METRICS, Ranked
from tests.validation.project import write_project

pytestmark = pytest.mark.usefixtures("spark")
TARGETS = ["polars", "pyspark"]
MODELS = {"shop": ["score"], "shelf": ["place"], "mail": ["fit", "soon"], "clean": ["best"]}

Frames = Mapping[str, pl.DataFrame]


@pytest.fixture(scope="module")
def data() -> Frames:
    return frames(11)


@pytest.fixture(scope="module")
def project(data: Frames, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("lists"), DEFINITIONS, data)


def run(project: Path, target: str, model: str, *arguments: str) -> tuple[int, str, dict[str, Any]]:
    """How a monitor ended, what it said, and its report."""
    report = project / f"{target}_{model}.json"
    report.unlink(missing_ok=True)
    given = ["--report", str(report), *arguments]
    if model == "shelf":
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


def close(there: object, expected: float | None) -> None:
    if expected is None:
        assert there is None
        return
    assert isinstance(there, float)
    assert math.isclose(there, expected, rel_tol=1e-9, abs_tol=1e-12), (there, expected)


def check(result: Mapping[str, Any], lists: Sequence[Ranked], k: int) -> None:
    """The metrics of some lists are those of the definitions."""
    known = [one for one in lists if one.selected]
    assert result["predictions"] == len(lists)
    assert result["matched"] == len(known)
    for name, metric in METRICS.items():
        values = [metric(one, k) for one in known]
        close(result[name], math.fsum(values) / len(known) if known else None)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    ("model", "name", "lists_of"),
    [
        ("shop", "score", selected.shop),
        ("shelf", "place", selected.shelf),
        ("mail", "fit", selected.fit),
        ("mail", "soon", selected.soon),
        ("clean", "best", selected.clean),
    ],
)
def test_metrics_are_those_of_their_definitions(
    project: Path,
    data: Frames,
    target: str,
    model: str,
    name: str,
    lists_of: Callable[[Frames], tuple[list[Ranked], int]],
) -> None:
    lists, left_out = lists_of(data)
    _, _, report = run(project, target, model)
    label = label_of(report, name)
    known = [one for one in lists if one.selected]
    # Lists with and without selections, and with selections elsewhere.
    assert 0 < len(known) < len(lists)
    assert (model == "clean") != any(one.selected - set(one.items) for one in known)
    assert any(len(one.selected & set(one.items)) > 0 for one in known)
    assert label["top_k"] == TOP_K[name]
    coverage = label["coverage"]
    assert (coverage["predictions"], coverage["matched"]) == (len(lists), len(known))
    assert (coverage["waiting"], coverage["unranked"]) == (len(lists) - len(known), left_out)
    versions = {v["model_version"]: v for v in label["versions"]}
    assert versions.keys() == {one.version for one in lists}
    for version, result in versions.items():
        check(result, [one for one in lists if one.version == version], TOP_K[name])


@pytest.mark.parametrize("target", TARGETS)
def test_ndcg_is_that_of_scikit_learn(project: Path, data: Frames, target: str) -> None:
    lists, _ = selected.clean(data)
    _, _, report = run(project, target, "clean")
    k = TOP_K["best"]
    for version in label_of(report, "best")["versions"]:
        own = [x for x in lists if x.version == version["model_version"] and x.selected]
        # All items that can be selected are in each list, and no two have one score.
        assert all(x.selected <= set(x.items) for x in own)
        assert all(len(set(x.best.values())) == len(x.items) == 13 for x in own)
        truths = [[item in x.selected for item in x.items] for x in own]
        scores = [[-x.best[item] for item in x.items] for x in own]
        close(version["ndcg_at_k"], float(ndcg_score(truths, scores, k=k)))
        assert 0.2 < version["ndcg_at_k"] < 0.9


@pytest.mark.parametrize("target", TARGETS)
def test_the_most_popular_items_are_the_baseline(project: Path, data: Frames, target: str) -> None:
    lists = selected.popular_shop(data)
    _, _, report = run(project, target, "shop")
    for version in label_of(report, "score")["versions"]:
        own = [x for x in lists if x.version == version["model_version"] and x.selected]
        values = [one.ndcg(TOP_K["score"]) for one in own]
        close(version["popularity_ndcg_at_k"], math.fsum(values) / len(own))
        assert version["popularity_ndcg_at_k"] != version["ndcg_at_k"]
    # Where it is not known when items were selected, nobody knows what was popular.
    _, _, report = run(project, target, "shelf")
    assert all("popularity_ndcg_at_k" not in v for v in label_of(report, "place")["versions"])


@pytest.mark.parametrize("target", TARGETS)
def test_days_and_subgroups(project: Path, data: Frames, target: str) -> None:
    lists, _ = selected.shop(data)
    _, _, report = run(project, target, "shop")
    label = label_of(report, "score")
    seen: Counter[tuple[str, str]] = Counter()
    for period in label["periods"]:
        key = period["from"], period["model_version"]
        own = [x for x in lists if (str(x.key[2].date()), x.version) == key]
        check(period, own, TOP_K["score"])
        seen[key] += 1
    assert len(seen) > 10
    countries = {u["user"]: u["country"] for u in data["users"].to_dicts()}
    parts = {(p["value"], p["model_version"]): p for p in label["subgroups"]}
    # A subgroup of items would take lists apart.
    assert {p["subgroup"] for p in label["subgroups"]} == {"country"}
    for (country, version), part in parts.items():
        own = [x for x in lists if (countries.get(x.key[0]), x.version) == (country, version)]
        check(part, own, TOP_K["score"])
    assert {country for country, _ in parts} == {"NO", "SE", None}


@pytest.mark.parametrize("target", TARGETS)
def test_a_part_of_the_days(project: Path, data: Frames, target: str) -> None:
    since, until = "2024-05-03", "2024-05-06"
    _, _, report = run(project, target, "shop", "--since", since, "--until", until)
    lists = [x for x in selected.shop(data)[0] if since <= str(x.key[2].date()) < until]
    popular = [x for x in selected.popular_shop(data) if since <= str(x.key[2].date()) < until]
    for version in label_of(report, "score")["versions"]:
        own = [x for x in lists if x.version == version["model_version"]]
        check(version, own, TOP_K["score"])
        known = [x for x in popular if x.version == version["model_version"] and x.selected]
        values = [one.ndcg(TOP_K["score"]) for one in known]
        close(version["popularity_ndcg_at_k"], math.fsum(values) / len(known))


@pytest.mark.parametrize("target", TARGETS)
def test_who_selected_items_and_has_no_list(project: Path, data: Frames, target: str) -> None:
    _, _, report = run(project, target, "shop")
    bought = data["bought"].drop_nulls(["user", "thing", "at"])["user"].unique()
    asked = data["shop"]["user"].drop_nulls().unique()
    coverage = label_of(report, "score")["coverage"]
    assert coverage["truths"] == len(bought)
    assert coverage["orphaned"] == len(set(bought) - set(asked))
    _, _, report = run(project, target, "mail")
    likes = [u["liked"] for u in data["users"].to_dicts()]
    there = sum(liked is not None and any(x is not None for x in liked) for liked in likes)
    assert label_of(report, "fit")["coverage"]["truths"] == there
    # Of a window after a prediction there is no truth without one.
    assert label_of(report, "soon")["coverage"]["truths"] is None


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_queries_have_what_programs_have(
    project: Path, data: Frames, tmp_path: Path, postgres_url: str, dialect: str
) -> None:
    seen = []
    for path in sorted((project / "generated" / "monitoring" / dialect).glob("*__*__*.sql")):
        model, label, kind = path.stem.split("__")
        query = path.read_text(encoding="utf-8")
        if dialect == "duckdb":
            rows = engines.on_duckdb(query, data, None, tmp_path)
        else:
            rows = engines.on_postgres(query, data, None, postgres_url)
        names = runpy.run_path(str(project / f"generated/monitoring/polars/{model}.py"))
        (there,) = (one for one in names["LABELS"] if one.name == label)
        expected = getattr(there, kind)({n: frame.lazy() for n, frame in data.items()}).collect()
        engines.assert_same(expected, rows, f"{path.name} on {dialect}", ordered=False)
        assert rows.height > 0
        seen.append((label, kind))
    every = [("best", k) for k in ("orphans", "outcomes", "popularity")]
    every += [("fit", "orphans"), ("fit", "outcomes"), ("soon", "outcomes")]
    every += [("place", "orphans"), ("place", "outcomes")]
    every += [("score", k) for k in ("orphans", "outcomes", "popularity")]
    assert sorted(seen) == sorted(every)


def test_places_of_equal_scores_are_those_of_the_items(tmp_path: Path) -> None:
    """By hand: a list whose scores are equal in pairs, and what each metric of it is."""
    shown = START
    listed = [("d", 0.9), ("b", 0.5), ("a", 0.5), ("c", 0.1), ("e", None)]
    rows = [
        {"user": 1, "thing": t, "shown_at": shown, "version": "v", "best": s} for t, s in listed
    ]
    # Before, at, and after the list; of `a` both before and after, and one that was not in it.
    hours = [("d", -1), ("b", 0), ("a", -2), ("a", 5), ("c", 1), ("x", 2)]
    bought = [
        {"user": 1, "thing": t, "at": shown.replace(hour=12 + h), "was_kept": None}
        for t, h in hours
    ]
    rows = [{**row, "shown_at": shown.replace(hour=12)} for row in rows]
    data = {
        **frames(1),
        "clean": pl.DataFrame(rows),
        "bought": pl.DataFrame(bought, schema_overrides={"was_kept": pl.Boolean}),
    }
    definitions = DEFINITIONS.replace("item_id=thing)", "item_id=thing, top_k=3)")
    _, _, report = run(write_project(tmp_path, definitions, data), "polars", "clean")
    (version,) = label_of(report, "best")["versions"]
    # The order is d, a, b, c; a, c and x were selected, and the first three places are judged.
    assert version["precision_at_k"] == 1 / 3
    assert version["recall_at_k"] == 1 / 3
    close(version["ndcg_at_k"], (1 / math.log2(3)) / (1 + 1 / math.log2(3) + 1 / 2))
    assert version["mean_reciprocal_rank"] == 1 / 2
    close(version["map_at_k"], (1 / 2) / 3)
    assert version["hit_rate"] == 1.0
    assert label_of(report, "best")["coverage"]["unranked"] == 1
