"""What monitors of lists of items say: alarms, a page, metrics for Prometheus, and what is wrong with rows."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from tests.monitoring.metrics import names_read, queries_in, samples_of, value
from tests.monitoring.recommendation_models import DEFINITIONS, TOP_K, frames
from tests.monitoring.test_recommendations import MODELS, label_of, run
from tests.validation.project import write_project

TARGETS = ["polars", "pyspark"]
SHOWN = datetime(2024, 5, 2, 12, tzinfo=UTC)
ITEMS = ["a", "b", "c", "d"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("reports"), DEFINITIONS, frames(12))


def lists(version: str, bought: Sequence[str], users: range, day: int) -> list[dict[str, Any]]:
    """A list for each user with the items in order, and those that are `bought` in front."""
    order = [*bought, *(item for item in ITEMS if item not in bought)]
    at = SHOWN + timedelta(days=day)
    return [
        {"user": u, "version": version, "shown_at": at, "thing": item, "best": -float(place)}
        for u in users
        for place, item in enumerate(order)
    ]


def purchases(item: str, users: range, day: float) -> list[dict[str, Any]]:
    at = SHOWN + timedelta(days=day)
    return [{"user": u, "thing": item, "at": at, "was_kept": True} for u in users]


def told(
    folder: Path, shown: list[dict[str, Any]], bought: list[dict[str, Any]], *more: str
) -> Any:
    """What the monitor of `clean` says of such rows."""
    own = {"clean": pl.DataFrame(shown), "bought": pl.DataFrame(bought)}
    project = write_project(folder, DEFINITIONS, {**frames(12), **own})
    return run(project, "polars", "clean", *more)


def test_a_version_that_is_worse_than_the_one_before_is_an_alarm(tmp_path: Path) -> None:
    users = range(60)
    # Everybody buys b, later. The first version has it in front, the second one at the end.
    shown = lists("v1", ["b"], users, 0) + lists("v2", ["a", "c", "d"], users, 1)
    code, said, report = told(tmp_path, shown, purchases("b", users, 2))
    label = label_of(report, "best")
    first, second = label["versions"]
    assert (first["ndcg_at_k"], first["ndcg_interval"]) == (1.0, [1.0, 1.0])
    assert math.isclose(second["ndcg_at_k"], 1 / math.log2(5), rel_tol=1e-9)
    (alert,) = (a for a in label["alerts"] if a["name"] == "previous_version")
    assert alert["model_version"] == "v2"
    assert alert["says"] == "NDCG 0.4307, v1 had 1.0000"
    assert code == 1
    assert "  ALERT previous_version: NDCG 0.4307, v1 had 1.0000" in said
    assert (
        "clean.best  (selected: bought, k: 10)\n"
        "  120 lists: of 120 an item was selected, of 0 none; 0 who selected items have no list\n"
    ) in said
    # With too few lists nobody knows.
    code, _, report = told(tmp_path, shown, purchases("b", users, 2), "--min-support", "61")
    assert (code, label_of(report, "best")["alerts"]) == (0, [])


@pytest.mark.parametrize(
    ("front", "alerts"),
    [
        (["b"], []),
        (["c", "b"], []),
        (["a", "c", "b"], ["NDCG 0.5000, always the most popular items 0.5000"]),
        (["a", "c", "d"], ["NDCG 0.4307, always the most popular items 0.5000"]),
    ],
)
def test_lists_that_are_no_better_than_popular_items_are_an_alarm(
    tmp_path: Path, front: list[str], alerts: list[str]
) -> None:
    users = range(60)
    # Before, many have bought c, and fewer a; then everybody buys b. By popularity b is third.
    bought = purchases("c", users, -1) + purchases("a", range(20), -1) + purchases("b", users, 1)
    _, _, report = told(tmp_path, lists("v1", front, users, 0), bought)
    label = label_of(report, "best")
    (version,) = label["versions"]
    assert math.isclose(version["popularity_ndcg_at_k"], 1 / 2, rel_tol=1e-9)
    place = front.index("b") if "b" in front else 3
    assert math.isclose(version["ndcg_at_k"], 1 / math.log2(place + 2), rel_tol=1e-9)
    assert [a["says"] for a in label["alerts"]] == alerts
    assert {a["name"] for a in label["alerts"]} <= {"baseline"}


def test_a_list_that_nobody_can_judge_yet(tmp_path: Path) -> None:
    # All that was bought was bought before.
    code, said, report = told(
        tmp_path, lists("v1", ["a"], range(3), 0), purchases("a", range(3), -1)
    )
    label = label_of(report, "best")
    assert label["coverage"]["rate"] == 0.0
    (version,) = label["versions"]
    assert version["predictions"] == 3
    for name in (
        "precision_at_k",
        "ndcg_at_k",
        "ndcg_interval",
        "hit_rate",
        "popularity_ndcg_at_k",
    ):
        assert version[name] is None
    assert code == 0
    assert "  3 lists: of 0 an item was selected, of 3 none" in said


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.usefixtures("spark")
def test_without_rows_there_are_no_metrics(project: Path, tmp_path: Path, target: str) -> None:
    data = {name: frame.clear() for name, frame in frames(12).items()}
    chosen: list[str] = []
    for name in ("bought", "clean"):
        data[name].write_parquet(tmp_path / f"{name}.parquet")
        chosen += ["--source", f"{name}={tmp_path / name}.parquet"]
    code, said, report = run(project, target, "clean", *chosen)
    label = label_of(report, "best")
    assert (code, label["versions"], label["alerts"]) == (0, [], [])
    assert label["coverage"]["predictions"] == label["coverage"]["unranked"] == 0
    assert "NaN" not in said + json.dumps(report)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.usefixtures("spark")
def test_rows_that_are_not_as_they_should_be(project: Path, tmp_path: Path, target: str) -> None:
    rows = frames(12)["clean"]
    path = tmp_path / "clean.parquet"
    # Without scores there is no list, whatever was bought.
    rows.with_columns(best=pl.lit(None, pl.Float64)).write_parquet(path)
    code, said, report = run(project, target, "clean", "--source", f"clean={path}")
    coverage = label_of(report, "best")["coverage"]
    assert (code, coverage["predictions"], coverage["unranked"]) == (0, 0, rows.height)
    assert f"{rows.height:,} rows without a place in a list" in said
    assert "NaN" not in said + json.dumps(report)
    for column in ("best", "thing", "shown_at"):
        rows.drop(column).write_parquet(path)
        code, said, _ = run(project, target, "clean", "--source", f"clean={path}")
        assert code == 2
        assert said.startswith(f'error: ALN504 source `clean`: there is no column "{column}"')
        assert said.count("\n") == 1
    # A text is no score.
    rows.with_columns(best=pl.lit("high")).write_parquet(path)
    code, _, report = run(project, target, "clean", "--source", f"clean={path}")
    coverage = label_of(report, "best")["coverage"]
    assert (code, coverage["predictions"], coverage["unranked"]) == (0, 0, rows.height)


def test_a_page(project: Path) -> None:
    page = project / "shop.html"
    _, _, report = run(project, "polars", "shop", "--html", str(page))
    text = page.read_text(encoding="utf-8")
    coverage = label_of(report, "score")["coverage"]
    assert (
        f"{coverage['predictions']:,} lists: of {coverage['matched']:,} an item was selected"
        in text
    )
    assert f"(selected: bought, k: {TOP_K['score']})." in text
    for word in ("precision at k", "popularity ndcg at k", "map at k", "ndcg at k by time"):
        assert word in text
    assert "<h3>Subgroups</h3>" in text


def test_what_prometheus_is_told(project: Path) -> None:
    file = project / "shop.prom"
    _, _, report = run(project, "polars", "shop", "--prometheus", str(file))
    samples = samples_of(file.read_text(encoding="utf-8"))
    label = label_of(report, "score")
    own = {"model": "shop", "label": "score"}
    assert value(samples, "alignc_unmatched_truth_total", **own) == label["coverage"]["orphaned"]
    for part in (*label["versions"], *label["subgroups"]):
        of_part = {"subgroup": part.get("subgroup", ""), "value": part.get("value", "") or ""}
        base = {**own, "model_version": part["model_version"], **of_part}

        def total(name: str, base: Mapping[str, str] = base) -> float:
            return value(samples, f"alignc_{name}_total", **base)

        lists_judged = total("ground_truth")
        assert (total("predictions"), lists_judged) == (part["predictions"], part["matched"])
        if lists_judged:
            hits, places = total("model_list_hits"), total("model_list_places")
            assert hits / places == pytest.approx(part["precision_at_k"], rel=1e-9)
            rate = total("model_lists_with_hit") / lists_judged
            assert rate == pytest.approx(part["hit_rate"], rel=1e-9)
            for name, metric in (
                ("recall", "recall_at_k"),
                ("ndcg", "ndcg_at_k"),
                ("reciprocal_rank", "mean_reciprocal_rank"),
                ("average_precision", "map_at_k"),
            ):
                mean = total(f"model_list_{name}") / lists_judged
                assert mean == pytest.approx(part[metric], rel=1e-9)
        if "popularity_ndcg_at_k" in part:
            mean = total("model_list_popularity_ndcg") / lists_judged
            assert mean == pytest.approx(part["popularity_ndcg_at_k"], rel=1e-9)
    unranked = (total for (name, _), total in samples.items() if name.startswith("alignc_unranked"))
    assert sum(unranked) >= label["coverage"]["unranked"] > 0


@pytest.mark.parametrize("model", MODELS)
def test_rules_and_panels_read_what_is_exported(project: Path, model: str) -> None:
    folder, file = project / "generated/monitoring", project / f"{model}.all"
    run(project, "polars", model, "--prometheus", str(file))
    exported = {name for name, _ in samples_of(file.read_text(encoding="utf-8"))}
    rules = yaml.safe_load((folder / f"prometheus/{model}.rules.yml").read_text(encoding="utf-8"))
    board = json.loads((folder / f"grafana/{model}.json").read_text(encoding="utf-8"))
    found = [rule for group in rules["groups"] for rule in group["rules"]]
    recorded = {rule["record"] for rule in found if "record" in rule}
    # What panels have of drift is exported by another program.
    own = [panel for panel in board["panels"] if ":" in panel["title"]]
    for query in (*queries_in(rules), *queries_in(own)):
        for name in names_read(query):
            assert name in exported | recorded, (name, query)
    alerts = [rule["alert"] for rule in found if "alert" in rule]
    timed = {"shop", "clean"}
    worse = "NotBetterThanBaseline" if model in timed else "RankingGetsWorse"
    assert alerts.count(f"AligncModel{worse}") == len(MODELS[model])
    titles = [panel["title"] for panel in board["panels"]]
    for name in MODELS[model]:
        k = TOP_K[name]
        for title in (f"NDCG at {k}", f"MAP at {k}", f"precision at {k}", f"hit rate at {k}"):
            assert f"{name}: {title} in a day" in titles
    test = yaml.safe_load((folder / f"prometheus/{model}.test.yml").read_text(encoding="utf-8"))
    tested = {
        t["expr"].split("{")[0] for one in test["tests"] for t in one.get("promql_expr_test", ())
    }
    assert {name for name in recorded if "list_ndcg" in name} <= tested <= recorded
