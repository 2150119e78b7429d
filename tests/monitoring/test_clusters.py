"""Metrics of stored clusters: equal on all engines, and to scikit-learn's."""

from __future__ import annotations

import contextlib
import io
import json
import math
import random
import runpy
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import promql_parser
import pytest
import yaml
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

from alignc.verify.engines.scripts import without_alignc
from tests.engines import run as engines
from tests.monitoring.metrics import queries_in, samples_of
from tests.validation.project import write_project

pytestmark = pytest.mark.usefixtures("spark")
TARGETS = ["polars", "pyspark"]
START = datetime(2026, 1, 1, tzinfo=UTC)

DEFINITIONS: Final = """
@feature_view(name="customers", source=FileSource.parquet_at("data/customers.parquet"))
class Customers:
    customer = Int64().as_entity()
    seen_at = EventTimestamp()
    age = Int64()
    income = Float()
    country = String()
    kind = Int64()

@feature_view(name="shops", source=FileSource.parquet_at("data/shops.parquet"))
class Shops:
    shop = String().as_entity()
    size = Float32()
    staff = Decimal(10, 2)
    name = String()

customer = Customers()
shops = Shops()

@model_contract(
    name="segments",
    input_features=[customer.age, customer.income, customer.country],
    output_source=FileSource.parquet_at("data/segments.parquet", mapping_keys={"group": "segment"}),
    subgroups=[customer.country, customer.age],
)
class Segments:
    customer = Int64().as_entity()
    made_at = EventTimestamp()
    version = String().as_model_version()
    segment = Int64().is_cluster()

@model_contract(name="sorts", input_features=[shops.size, shops.staff, shops.name])
class Sorts:
    shop = String().as_entity()
    sort = String().is_cluster(features=[shops.staff, shops.size])
"""

Frames = Mapping[str, pl.DataFrame]


def frames(seed: int) -> dict[str, pl.DataFrame]:
    draw = random.Random(seed)
    middles = {"a": (25, 2e4), "b": (45, 6e4), "c": (65, 3e4)}
    customers, kinds = [], []
    for number in range(130):
        kinds.append(draw.choice("abc"))
        age, income = middles[kinds[-1]]
        for day in (0, 20):
            customers.append(
                {
                    "customer": number,
                    "seen_at": START + timedelta(days=day),
                    "age": age + draw.randrange(-6, 7) if draw.random() > 0.04 else None,
                    "income": draw.choice([None, math.nan, math.inf])
                    if draw.random() < 0.06
                    else income + draw.gauss(0, 4e3),
                    "country": draw.choice(["NO", "SE", None]),
                    "kind": draw.randrange(3),
                }
            )
    segments = []
    for version in ["v1"] * 300 + ["v2"] * 300:
        number = draw.randrange(130)
        # The first version sees what customers are mostly, the second one sees nothing.
        is_right = version == "v1" and draw.random() > 0.2
        group = "abc".index(kinds[number]) if is_right else draw.randrange(4)
        segments.append(
            {
                "customer": number if draw.random() > 0.02 else None,
                # Some are put in a cluster before anything is known of them.
                "made_at": START + timedelta(days=draw.randrange(-1, 40), hours=draw.randrange(24)),
                "version": version,
                "group": group if draw.random() > 0.05 else None,
            }
        )
    shops = pl.DataFrame(
        {
            "shop": [f"s{n}" for n in range(60)],
            "size": [draw.uniform(1, 100) for _ in range(60)],
            "staff": [f"{draw.uniform(1, 9):.2f}" for _ in range(60)],
            "name": [draw.choice("xyz") for _ in range(60)],
        }
    )
    sorts = {"shop": [f"s{n}" for n in range(60)], "sort": [draw.choice("pq") for _ in range(60)]}
    return {
        "customers": pl.DataFrame(customers[: 2 * 120], schema_overrides={"age": pl.Int64}),
        "segments": pl.DataFrame(segments).sample(fraction=1, shuffle=True, seed=seed),
        "shops": shops.with_columns(
            pl.col("size").cast(pl.Float32), pl.col("staff").cast(pl.Decimal(10, 2))
        ),
        "predictions": pl.DataFrame(sorts),
    }


@pytest.fixture(scope="module")
def data() -> Frames:
    return frames(5)


@pytest.fixture(scope="module")
def project(data: Frames, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("clusters"), DEFINITIONS, data)


def run(project: Path, target: str, model: str, *arguments: str) -> tuple[int, str, dict[str, Any]]:
    """How a monitor ended, what it said, and what its report has of the clustering."""
    report = project / f"{target}_{model}.json"
    report.unlink(missing_ok=True)
    given = ["--report", str(report), *arguments]
    if model == "sorts":
        given += ["--predictions", str(project / "data" / "predictions.parquet")]
    out, path = io.StringIO(), project / f"generated/monitoring/{target}/{model}.py"
    with without_alignc(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = runpy.run_path(str(path))["main"](given)
    if not report.exists():
        return code, out.getvalue(), {}
    (label,) = json.loads(report.read_text(encoding="utf-8"))["labels"]
    return code, out.getvalue(), label


def points_of(data: Frames) -> list[dict[str, Any]]:
    """The points of `segments`, with what was known of a customer when they were made."""
    known = sorted(data["customers"].to_dicts(), key=lambda row: row["seen_at"])
    found = []
    for row in data["segments"].to_dicts():
        there = [
            c for c in known if c["customer"] == row["customer"] and c["seen_at"] <= row["made_at"]
        ]
        if there and row["group"] is not None:
            age, income = there[-1]["age"], there[-1]["income"]
            if age is not None and income is not None and math.isfinite(income):
                found.append({**row, **{n: there[-1][n] for n in ("age", "income", "country")}})
    return found


def scaled(rows: list[dict[str, Any]], names: list[str]) -> np.ndarray[Any, Any]:
    numbers = np.array([[float(row[name]) for name in names] for row in rows])
    return np.asarray((numbers - numbers.mean(axis=0)) / numbers.std(axis=0, ddof=1))


def close(there: object, expected: float) -> None:
    assert isinstance(there, float)
    assert math.isclose(there, expected, rel_tol=1e-9, abs_tol=1e-12), (there, expected)


def check_between(version: Mapping[str, Any], numbers: Any, clusters: list[str]) -> None:
    close(version["davies_bouldin"], float(davies_bouldin_score(numbers, clusters)))
    close(version["calinski_harabasz"], float(calinski_harabasz_score(numbers, clusters)))


@pytest.mark.parametrize("target", TARGETS)
def test_indices_are_those_of_scikit_learn(project: Path, data: Frames, target: str) -> None:
    points = points_of(data)
    numbers = scaled(points, ["age", "income"])
    _, said, label = run(project, target, "segments")
    stored = data["segments"].height
    # Rows of all kinds: without a cluster, without a number, and of nobody that is known.
    assert 300 < len(points) < stored - 50
    coverage = label["coverage"]
    assert (coverage["predictions"], coverage["matched"]) == (stored, len(points))
    assert coverage["waiting"] == stored - len(points)
    assert [v["model_version"] for v in label["versions"]] == ["v1", "v2"]
    for version in label["versions"]:
        own = [n for n, p in enumerate(points) if p["version"] == version["model_version"]]
        names = [str(points[n]["group"]) for n in own]
        check_between(version, numbers[own], names)
        assert version["cluster_count"] == len(set(names)) == len(version["clusters"])
        assert version["matched"] == len(own)
        distances, squares = {}, 0.0
        for cluster in version["clusters"]:
            mine = [n for n in own if str(points[n]["group"]) == cluster["cluster"]]
            away = np.linalg.norm(numbers[mine] - numbers[mine].mean(axis=0), axis=1)
            assert cluster["points"] == len(mine)
            close(cluster["share"], len(mine) / len(own))
            close(cluster["mean_distance"], float(away.mean()))
            close(cluster["means"]["income"], float(np.mean([points[n]["income"] for n in mine])))
            close(cluster["means"]["age"], float(np.mean([points[n]["age"] for n in mine])))
            distances[cluster["cluster"]] = numbers[mine].mean(axis=0)
            squares += float((away**2).sum())
        for cluster in version["clusters"]:
            here = distances.pop(cluster["cluster"])
            nearest = min(float(np.linalg.norm(here - other)) for other in distances.values())
            close(cluster["nearest_centroid"], nearest)
            distances[cluster["cluster"]] = here
        total = float(((numbers[own] - numbers[own].mean(axis=0)) ** 2).sum())
        close(version["explained_variance"], 1 - squares / total)
    assert said.startswith(
        "segments.segment  (clusters of age, income)\n"
        f"  {stored} predictions: {len(points)} points, "
        f"{stored - len(points)} without a cluster or without all numbers\n"
    )


@pytest.mark.parametrize("target", TARGETS)
def test_days_and_subgroups(project: Path, data: Frames, target: str) -> None:
    points = points_of(data)
    numbers = scaled(points, ["age", "income"])
    away: list[float] = []
    for point, number in zip(points, numbers, strict=True):
        mine = [
            n
            for n, other in enumerate(points)
            if (other["version"], other["group"]) == (point["version"], point["group"])
        ]
        away.append(float(np.linalg.norm(number - numbers[mine].mean(axis=0))))
    _, _, label = run(project, target, "segments", "--by", "week")
    for period in label["periods"]:
        own = [
            far
            for far, p in zip(away, points, strict=True)
            if p["version"] == period["model_version"]
            and str((p["made_at"] - timedelta(days=p["made_at"].weekday())).date())
            == period["from"]
        ]
        assert period["matched"] == len(own)
        if own:
            close(period["mean_distance"], math.fsum(own) / len(own))
        else:
            assert period["mean_distance"] is None
    parts = {(p["subgroup"], p["value"], p["model_version"]): p for p in label["subgroups"]}
    for country in ("NO", "SE", None):
        own = [
            far
            for far, p in zip(away, points, strict=True)
            if (p["country"], p["version"]) == (country, "v2")
        ]
        part = parts["country", country, "v2"]
        close(part["mean_distance"], math.fsum(own) / len(own))
    # What clusters are of can be a subgroup, too.
    ages = {p["age"] for p in points if p["version"] == "v1"}
    assert {v for s, v, m in parts if s == "age" and m == "v1"} >= {str(age) for age in ages}
    # Where centroids are is known of all days alone.
    _, _, label = run(project, target, "segments", "--since", "2026-01-05")
    assert all("davies_bouldin" not in version for version in label["versions"])


@pytest.mark.parametrize("target", TARGETS)
def test_some_of_the_inputs_without_a_time(project: Path, data: Frames, target: str) -> None:
    shops = {row["shop"]: row for row in data["shops"].to_dicts()}
    rows = [{**row, **shops[row["shop"]]} for row in data["predictions"].to_dicts()]
    _, _, label = run(project, target, "sorts")
    (version,) = label["versions"]
    check_between(version, scaled(rows, ["staff", "size"]), [row["sort"] for row in rows])
    assert label["features"] == ["staff", "size"]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_queries_have_what_programs_have(
    project: Path, data: Frames, tmp_path: Path, postgres_url: str, dialect: str
) -> None:
    seen = []
    for path in sorted((project / "generated" / "monitoring" / dialect).glob("*__*__*.sql")):
        model, _, kind = path.stem.split("__")
        query = path.read_text(encoding="utf-8")
        if dialect == "duckdb":
            rows = engines.on_duckdb(query, data, None, tmp_path)
        else:
            rows = engines.on_postgres(query, data, None, postgres_url)
        names = runpy.run_path(str(project / f"generated/monitoring/polars/{model}.py"))
        (there,) = names["LABELS"]
        expected = getattr(there, kind)({n: frame.lazy() for n, frame in data.items()}).collect()
        engines.assert_same(expected, rows, f"{path.name} on {dialect}", ordered=False)
        assert rows.height > 1
        seen.append((model, kind))
    assert sorted(seen) == [
        (m, k) for m in ("segments", "sorts") for k in ("centroids", "outcomes")
    ]


def told(folder: Path, sorts: list[tuple[float, float, str | None]]) -> tuple[int, str, Any]:
    """What the monitor of `sorts` says of shops with a size, a staff and a cluster."""
    shops = {
        "shop": [f"s{n}" for n in range(len(sorts))],
        "size": pl.Series([s for s, _, _ in sorts], dtype=pl.Float32),
        "staff": pl.Series([str(s) for _, s, _ in sorts], dtype=pl.String).cast(pl.Decimal(10, 2)),
        "name": ["x"] * len(sorts),
    }
    own = {"shop": shops["shop"], "sort": pl.Series([c for _, _, c in sorts], dtype=pl.String)}
    data = {**frames(1), "shops": pl.DataFrame(shops), "predictions": pl.DataFrame(own)}
    project = write_project(folder, DEFINITIONS, data)
    return run(project, "polars", "sorts", "--min-support", "1")


@pytest.mark.parametrize(
    ("sorts", "expected"),
    [
        # One cluster alone.
        ([(1, 2, "p"), (2, 3, "p"), (4, 4, "p")], {"cluster_count": 1, "explained_variance": 0.0}),
        # Two in one place.
        (
            [(1, 2, "p"), (3, 2, "p"), (1, 2, "q"), (3, 2, "q")],
            {"explained_variance": 0.0, "calinski_harabasz": 0.0},
        ),
        # An input that is the same everywhere says nothing: -1, 0 and 1.5 are what is left of sizes.
        (
            [(1, 7, "p"), (2, 7, "p"), (5, 7, "q"), (6, 7, "q")],
            {"davies_bouldin": 0.25, "calinski_harabasz": 32.0},
        ),
        # Each point a cluster of its own.
        ([(1, 2, "p"), (2, 5, "q")], {"davies_bouldin": 0.0, "mean_distance": 0.0}),
        # Nothing that is a point.
        ([(1, 2, None), (2, 3, None)], {"cluster_count": 0, "matched": 0, "mean_distance": None}),
    ],
)
def test_clusters_that_are_hardly_any(
    tmp_path: Path, sorts: list[tuple[float, float, str | None]], expected: dict[str, Any]
) -> None:
    code, said, label = told(tmp_path, sorts)
    (version,) = label["versions"]
    for name, value in expected.items():
        if isinstance(value, float):
            assert math.isclose(version[name], value, abs_tol=1e-12), name
        else:
            assert version[name] == value, name
    is_apart = expected.get("davies_bouldin") is not None
    assert (version.get("davies_bouldin") is not None) == is_apart
    assert (version.get("calinski_harabasz") is not None) == ("calinski_harabasz" in expected)
    is_one = version["cluster_count"] == 1
    assert [a["name"] for a in label["alerts"]] == (["one_cluster"] if is_one else [])
    assert code == (1 if is_one else 0)
    assert ("ALERT one_cluster: all points are in one cluster" in said) == is_one
    assert "nan" not in said.lower()


def test_a_version_whose_clusters_are_less_apart_is_an_alarm(project: Path) -> None:
    code, said, label = run(project, "polars", "segments")
    first, second = (version["davies_bouldin"] for version in label["versions"])
    assert second > 1.1 * first
    assert [a["name"] for a in label["alerts"]] == ["previous_version"]
    assert code == 1
    assert f"index of Davies and Bouldin {second:.4f}, v1 had {first:.4f}" in said
    assert run(project, "polars", "segments", "--min-support", "500")[0] == 0


def test_no_predictions_at_all(tmp_path: Path) -> None:
    empty = frames(1)
    empty["predictions"] = empty["predictions"].clear()
    project = write_project(tmp_path, DEFINITIONS, empty)
    code, said, label = run(project, "polars", "sorts")
    assert (code, label["versions"], label["coverage"]["predictions"]) == (0, [], 0)
    assert "0 predictions: 0 points" in said


def test_a_page_and_prometheus(project: Path, tmp_path: Path) -> None:
    page, metrics = tmp_path / "page.html", tmp_path / "model.prom"
    _, _, label = run(
        project, "polars", "segments", "--html", str(page), "--prometheus", str(metrics)
    )
    text = page.read_text(encoding="utf-8")
    assert "<h3>Clusters of version v2</h3>" in text
    assert "<th>nearest centroid</th><th>age</th><th>income</th>" in text
    there = samples_of(metrics.read_text(encoding="utf-8"))
    base = {"model": "segments", "label": "segment", "subgroup": "", "value": ""}
    for version in label["versions"]:
        own = {**base, "model_version": version["model_version"]}
        key = tuple(sorted(own.items()))
        assert there["alignc_model_cluster_davies_bouldin_index", key] == version["davies_bouldin"]
        assert there["alignc_model_cluster_mean_distance", key] == version["mean_distance"]
        for cluster in version["clusters"]:
            one = tuple(sorted({**own, "cluster": cluster["cluster"]}.items()))
            assert there["alignc_model_cluster_points_total", one] == cluster["points"]
    assert not any("ground_truth" in name for name, _ in there)


def test_rules_and_dashboard_ask_for_what_is_exported(project: Path, tmp_path: Path) -> None:
    metrics = tmp_path / "model.prom"
    run(project, "polars", "segments", "--prometheus", str(metrics))
    there = {name for name, _ in samples_of(metrics.read_text(encoding="utf-8"))}
    folder = project / "generated" / "monitoring"
    rules = yaml.safe_load((folder / "prometheus" / "segments.rules.yml").read_text("utf-8"))
    board = json.loads((folder / "grafana" / "segments.json").read_text(encoding="utf-8"))
    recorded = {r["record"] for g in rules["groups"] for r in g["rules"] if "record" in r}
    assert recorded == {
        "model_version:alignc_model_cluster_davies_bouldin_index:max",
        "model_version:alignc_model_cluster_mean_distance:max",
    }
    queries = [*queries_in(rules), *queries_in(board)]
    assert len(queries) >= 6
    for query in queries:
        promql_parser.parse(query)
    asked = {name for query in queries for name in there | recorded if name in query}
    assert asked >= recorded | {"alignc_model_cluster_points_total"}
