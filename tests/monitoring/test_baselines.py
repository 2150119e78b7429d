"""Models beside other contracts: pairs are those of plain Python, on all engines; tests are SciPy's."""

from __future__ import annotations

import json
import math
import re
import runpy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from scipy import stats

from alignc.driver import compile_project
from alignc.settings import find_project
from tests.engines import run as engines
from tests.monitoring import baseline_models as models
from tests.monitoring.baseline_models import DEFINITIONS, Asked, asked, frames
from tests.monitoring.drift_same import same
from tests.monitoring.metrics import check_rules, names_read, queries_in, samples_of, value
from tests.monitoring.test_performance import close, label_of, run
from tests.monitoring.tools import tool
from tests.validation.project import write_project

TARGETS = ["polars", "pyspark"]
Frames = Mapping[str, pl.DataFrame]
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def data() -> Frames:
    return frames(11)


@pytest.fixture(scope="module")
def project(data: Frames, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("beside"), DEFINITIONS, data)


def rows_of(data: Frames) -> Rows:
    return {name: frame.to_dicts() for name, frame in data.items()}


def beside_thumb(rows: Rows) -> list[Asked]:
    truth = models.latest_order(rows["orders"], "was_returned", finals=True)
    said = {r["customer"]: r["says"] for r in rows["thumb"] if r["customer"] is not None}
    return list(asked(rows["returns"], "will_return", truth, lambda row: said.get(row["customer"])))


def beside_vendor(rows: Rows) -> list[Asked]:
    truth = models.latest_order(rows["orders"], "was_returned", finals=True)

    def likely(row: models.Row) -> bool | None:
        return None if row["YES"] is None else row["YES"] >= row["no"]

    def order(row: models.Row) -> tuple[Any, ...]:
        # A null is the smallest.
        chance = row["YES"]
        return row["release"], chance is not None, chance or 0.0

    other = models.latest_said(rows["vendor"], likely, "asked_at", order)
    return list(asked(rows["returns"], "will_return", truth, other))


def beside_usual(rows: Rows) -> list[Asked]:
    truth = models.latest_order(rows["orders"], "kind")
    other = models.latest_said(
        rows["usual"], lambda r: r["usual"], "written_at", lambda r: 0, at=None
    )
    return list(asked(rows["kinds"], "kind_to_come", truth, other))


def beside_last_year(name: str, there: str, column: str) -> Callable[[Rows], list[Asked]]:
    def made(rows: Rows) -> list[Asked]:
        orders = rows["orders"]
        is_window = column == "spent"
        truth = models.spent_ahead(orders) if is_window else models.latest_order(orders, column)

        def order(row: models.Row) -> tuple[Any, ...]:
            return row["version"], row[there] is not None, row[there] or 0.0

        other = models.latest_said(
            rows["last_year"], lambda r: r[there], "predicted_at", order, same_time=is_window
        )
        return list(asked(rows["predictions"], name, truth, other))

    return made


# Of each prediction and baseline: the model, and its pairs.
COMPARED: dict[tuple[str, str, str], Callable[[Rows], list[Asked]]] = {
    ("returns", "will_return", "thumb"): beside_thumb,
    ("returns", "will_return", "vendor-2024"): beside_vendor,
    ("kinds", "kind_to_come", "usual_kind"): beside_usual,
    ("amounts", "amount_to_come", "last_year"): beside_last_year(
        "amount_to_come", "amount", "amount"
    ),
    ("amounts", "items_to_come", "last_year"): beside_last_year("items_to_come", "items", "count"),
    ("amounts", "spent_in_3_days", "last_year"): beside_last_year(
        "spent_in_3_days", "three_days", "spent"
    ),
}
CLASSES = [key for key in COMPARED if key[0] != "amounts"]
NUMBERS = [key for key in COMPARED if key[0] == "amounts"]


def counts(own: Sequence[Asked]) -> dict[str, int]:
    """How many predictions are judged, paired, and right on either side."""
    pairs = [(a.predicted == a.truth, a.other == a.truth) for a in own if a.is_pair]
    return {
        "judged": sum(a.is_judged for a in own),
        "pairs": len(pairs),
        "both_right": pairs.count((True, True)),
        "only_model_right": pairs.count((True, False)),
        "only_baseline_right": pairs.count((False, True)),
        "both_wrong": pairs.count((False, False)),
    }


def errors(own: Sequence[Asked]) -> tuple[list[float], list[float]]:
    pairs = [a for a in own if a.is_pair]
    return [abs(a.predicted - a.truth) for a in pairs], [abs(a.other - a.truth) for a in pairs]


def binomial(model: int, baseline: int) -> float:
    both = model + baseline
    return float(stats.binomtest(model, both, 0.5).pvalue) if both else 1.0


def beside(project: Path, target: str, key: tuple[str, str, str], *more: str) -> dict[str, Any]:
    model, name, baseline = key
    _, _, report = run(project, target, model, *more)
    (found,) = (one for one in label_of(report, name)["baselines"] if one["contract"] == baseline)
    assert isinstance(found, dict)
    return found


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("key", CLASSES, ids="-".join)
def test_pairs_of_classes(
    project: Path, data: Frames, target: str, key: tuple[str, str, str]
) -> None:
    expected = COMPARED[key](rows_of(data))
    found = beside(project, target, key)
    whole = counts(expected)
    assert found["judged"] == whole["judged"]
    assert found["pairs"] == whole["pairs"] > 50
    assert found["coverage"] == whole["pairs"] / whole["judged"] < 1
    assert {v["model_version"] for v in found["versions"]} == {a.version for a in expected}
    for version in found["versions"]:
        own = [a for a in expected if a.version == version["model_version"]]
        wanted = counts(own)
        assert {name: version[name] for name in wanted} == wanted
        assert min(wanted["only_model_right"], wanted["only_baseline_right"]) > 0
        right = [sum(getattr(a, of) == a.truth for a in own if a.is_pair) for of in OF]
        close(version["accuracy"], right[0] / wanted["pairs"])
        close(version["baseline_accuracy"], right[1] / wanted["pairs"])
        close(
            version["p_value"], binomial(wanted["only_model_right"], wanted["only_baseline_right"])
        )


OF = ("predicted", "other")


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("key", NUMBERS, ids="-".join)
def test_pairs_of_numbers(
    project: Path, data: Frames, target: str, key: tuple[str, str, str]
) -> None:
    expected = COMPARED[key](rows_of(data))
    found = beside(project, target, key)
    assert found["pairs"] == sum(a.is_pair for a in expected) > 20
    assert len(found["versions"]) == 2
    for version in found["versions"]:
        own = [a for a in expected if a.version == version["model_version"]]
        model, other = errors(own)
        assert version["pairs"] == len(model)
        closer = sum(a < b for a, b in zip(model, other, strict=True))
        farther = sum(a > b for a, b in zip(model, other, strict=True))
        assert (version["closer"], version["farther"]) == (closer, farther)
        assert version["equal"] == len(model) - closer - farther
        for prefix, sizes in (("", model), ("baseline_", other)):
            squares = math.fsum(size**2 for size in sizes)
            close(version[f"{prefix}absolute_error_sum"], math.fsum(sizes))
            close(version[f"{prefix}squared_error_sum"], squares)
            close(version[f"{prefix}mean_absolute_error"], math.fsum(sizes) / len(sizes))
            close(version[f"{prefix}root_mean_squared_error"], math.sqrt(squares / len(sizes)))
        close(version["p_value"], binomial(closer, farther))


def test_a_window_meets_what_was_said_at_its_beginning(data: Frames) -> None:
    """Those said before would be about another window, and there are some."""
    rows = rows_of(data)
    key = ("amounts", "spent_in_3_days", "last_year")
    last = models.latest_said(
        rows["last_year"], lambda r: r["three_days"], "predicted_at", lambda r: r["version"]
    )
    pairs = COMPARED[key](rows)
    assert sum(a.is_pair for a in pairs) < sum(
        a.is_judged and last(row) is not None
        for a, row in zip(pairs, rows["predictions"], strict=True)
    )


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
@pytest.mark.parametrize("key", list(COMPARED), ids="-".join)
def test_queries_count_the_same_pairs(
    project: Path,
    data: Frames,
    tmp_path: Path,
    postgres_url: str,
    dialect: str,
    key: tuple[str, str, str],
) -> None:
    model, label, baseline = key
    name = f"{model}__{label}__beside_{baseline}.sql"
    query = (project / "generated/monitoring" / dialect / name).read_text(encoding="utf-8")
    if dialect == "duckdb":
        rows = engines.on_duckdb(query, dict(data), None, tmp_path)
    else:
        rows = engines.on_postgres(query, dict(data), None, postgres_url)
    program = runpy.run_path(str(project / f"generated/monitoring/polars/{model}.py"))
    (there,) = (one for one in program["LABELS"] if one.name == label)
    (compute,) = (b.compute for b in there.baselines if b.contract == baseline)
    lazy = {source: frame.lazy() for source, frame in data.items()}
    engines.assert_same(compute(lazy).collect(), rows, f"{name} on {dialect}", ordered=False)
    expected = COMPARED[key](rows_of(data))
    groups = {(a.version, a.day) for a in expected}
    assert {(r["model_version"], r["day"]) for r in rows.to_dicts()} == groups
    for row in rows.to_dicts():
        own = [a for a in expected if (a.version, a.day) == (row["model_version"], row["day"])]
        if key in CLASSES:
            assert {n: row[n] for n in counts(own)} == counts(own)
        else:
            assert row["pairs"] == sum(a.is_pair for a in own)
            for column, sizes in zip(ERRORS, errors(own), strict=True):
                assert (row[column] or 0.0) == pytest.approx(math.fsum(sizes), rel=1e-9)


ERRORS = ("absolute_error_sum", "baseline_absolute_error_sum")


def test_neither_passes_nor_the_order_of_rows_change_anything(
    project: Path, data: Frames, tmp_path: Path
) -> None:
    shuffled = {
        name: frame.sample(fraction=1, shuffle=True, seed=5) for name, frame in data.items()
    }
    other = write_project(tmp_path, DEFINITIONS, shuffled)
    for output in compile_project(find_project(other), optimize=False).outputs:
        (other / "generated" / output.path).write_text(output.text, encoding="utf-8")
    text = "generated/monitoring/polars/returns.py"
    assert (other / text).read_text("utf-8") != (project / text).read_text("utf-8")
    for model, label, baseline in COMPARED:
        plain = beside(other, "polars", (model, label, baseline))
        same(plain, beside(project, "polars", (model, label, baseline)))
        name = f"generated/monitoring/duckdb/{model}__{label}__beside_{baseline}.sql"
        rows = [
            engines.on_duckdb((folder / name).read_text("utf-8"), dict(given), None, tmp_path)
            for folder, given in ((other, shuffled), (project, data))
        ]
        engines.assert_same(rows[0], rows[1], name, ordered=False)


def test_a_part_of_the_days(project: Path, data: Frames) -> None:
    since, until = "2024-05-02", "2024-05-04"
    key = ("returns", "will_return", "vendor-2024")
    found = beside(project, "polars", key, "--since", since, "--until", until)
    days = [a for a in COMPARED[key](rows_of(data)) if a.day and since <= str(a.day) < until]
    assert found["pairs"] == counts(days)["pairs"] > 20
    assert found["judged"] == counts(days)["judged"]


@pytest.fixture(scope="module")
def program(project: Path) -> dict[str, Any]:
    return runpy.run_path(str(project / "generated/monitoring/polars/returns.py"))


@pytest.mark.parametrize(
    ("model", "baseline"), [(0, 0), (1, 0), (5, 5), (3, 11), (17, 2), (400, 460), (500, 499)]
)
def test_few_pairs_are_tested_exactly(program: dict[str, Any], model: int, baseline: int) -> None:
    expected = binomial(model, baseline)
    assert program["mcnemar"](model, baseline) == pytest.approx(expected, rel=1e-12)
    assert program["mcnemar"](baseline, model) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("model", "baseline"), [(500, 500), (480, 520), (700, 900), (0, 1000), (40_000, 40_900)]
)
def test_many_pairs_are_tested_by_chi_square(
    program: dict[str, Any], model: int, baseline: int
) -> None:
    gap = max(abs(model - baseline) - 1, 0)
    expected = stats.chi2.sf(gap**2 / (model + baseline), 1)
    assert program["mcnemar"](model, baseline) == pytest.approx(float(expected), rel=1e-9)
    # It is close to the exact probability.
    assert program["mcnemar"](model, baseline) == pytest.approx(binomial(model, baseline), abs=2e-3)


BY_COUNTS = """
@feature_view(name="facts", source=FileSource.parquet_at("data/facts.parquet"))
class Facts:
    key = Int64().as_entity()
    is_so = Bool()
    size = Float()
    other = Float()

fact = Facts()

@model_contract(name="old", input_features=[fact.other],
    output_source=FileSource.parquet_at("data/old.parquet"))
class Old:
    key = Int64().as_entity()
    old_is_so = fact.is_so.as_classification_label()
    old_size = fact.size.as_regression_label()

@model_contract(name="new", input_features=[fact.other], baselines=[Old],
    output_source=FileSource.parquet_at("data/new.parquet"))
class New:
    key = Int64().as_entity()
    version = Int64().as_model_version()
    new_is_so = fact.is_so.as_classification_label()
    new_size = fact.size.as_regression_label()
"""


def by_counts(right: Sequence[bool], old_right: Sequence[bool]) -> dict[str, pl.DataFrame]:
    """Predictions that are right or wrong; a number that is right is 1 away, else 2."""
    keys = list(range(len(right)))
    so = [k % 2 == 0 for k in keys]

    def said(is_right: Sequence[bool], prefix: str) -> dict[str, Any]:
        return {
            f"{prefix}_is_so": [s == r for s, r in zip(so, is_right, strict=True)],
            f"{prefix}_size": [10.0 + (1 if r else 2) for r in is_right],
        }

    return {
        "facts": pl.DataFrame({"key": keys, "is_so": so, "size": 10.0, "other": 0.0}),
        "old": pl.DataFrame({"key": keys, **said(old_right, "old")}),
        "new": pl.DataFrame({"key": keys, "version": 7, **said(right, "new")}),
    }


@pytest.mark.parametrize(
    ("only_model", "only_baseline", "is_alert"),
    [(10, 9, False), (10, 10, True), (9, 10, True), (0, 0, True)],
)
def test_a_model_that_does_not_beat_a_baseline_is_an_alert(
    tmp_path: Path, only_model: int, only_baseline: int, is_alert: bool
) -> None:
    both = 100 - only_model - only_baseline
    right = [True] * (both + only_model) + [False] * only_baseline
    old_right = [True] * both + [False] * only_model + [True] * only_baseline
    write_project(tmp_path, BY_COUNTS, by_counts(right, old_right))
    code, said, report = run(tmp_path, "polars", "new")
    for name in ("new_is_so", "new_size"):
        found = [a for a in label_of(report, name)["alerts"] if a["name"] == "baseline_contract"]
        assert [a["model_version"] for a in found] == ["7"] * is_alert
    # The numbers are all alike, so that the mean is always right.
    assert code == 1
    assert ("ALERT baseline_contract: accuracy" in said) == is_alert
    if is_alert:
        share = (both + only_model) / 100
        old_share = (both + only_baseline) / 100
        assert f"accuracy {share:.6g} in 100 pairs, that of old {old_share:.6g}" in said
    _, _, report = run(tmp_path, "polars", "new", "--min-support", "101")
    alerts = [a["name"] for label in report["labels"] for a in label["alerts"]]
    assert "baseline_contract" not in alerts


def test_a_baseline_without_times_has_each_key_once(tmp_path: Path, postgres_url: str) -> None:
    made = by_counts([True] * 60, [True] * 60)
    twice = {**made, "old": pl.concat([made["old"], made["old"].head(1)])}
    write_project(tmp_path, BY_COUNTS, twice)
    code, said, _ = run(tmp_path, "polars", "new")
    assert code == 2
    assert "ALN506" in said
    assert "old" in said
    text = {
        dialect: (
            tmp_path / f"generated/monitoring/{dialect}/new__new_is_so__beside_old.sql"
        ).read_text(encoding="utf-8")
        for dialect in ("duckdb", "postgres")
    }
    with pytest.raises(Exception, match="old: several rows have the key 0"):
        engines.on_duckdb(text["duckdb"], dict(twice), None, tmp_path)
    with pytest.raises(Exception, match="old: several rows have the key 0"):
        engines.on_postgres(text["postgres"], dict(twice), None, postgres_url)


def test_predictions_without_a_baseline_have_no_pairs(tmp_path: Path) -> None:
    made = by_counts([True] * 60, [True] * 60)
    write_project(tmp_path, BY_COUNTS, {**made, "old": made["old"].clear()})
    _, said, report = run(tmp_path, "polars", "new")
    (found,) = label_of(report, "new_is_so")["baselines"]
    assert (found["judged"], found["pairs"], found["coverage"]) == (60, 0, 0.0)
    (version,) = found["versions"]
    assert version["accuracy"] is version["p_value"] is None
    assert "beside old.old_is_so: 0 of 60 judged predictions have a partner" in said
    assert "baseline_contract" not in said


def test_prometheus_has_the_sums(project: Path) -> None:
    for model in ("returns", "amounts"):
        file = project / f"{model}.prom"
        _, _, report = run(project, "polars", model, "--prometheus", str(file))
        samples = samples_of(file.read_text(encoding="utf-8"))
        for label in report["labels"]:
            for baseline in label["baselines"]:
                for version in baseline["versions"]:
                    own = {
                        "model": model,
                        "label": label["name"],
                        "model_version": version["model_version"],
                        "baseline": baseline["contract"],
                    }
                    check_sums(samples, own, version, label["problem"])


def check_sums(samples: Any, own: dict[str, str], version: dict[str, Any], problem: str) -> None:
    outcomes = [
        (dict(labels)["outcome"], count)
        for (name, labels), count in samples.items()
        if name == "alignc_model_paired_predictions_total" and own.items() <= dict(labels).items()
    ]
    assert sum(count for _, count in outcomes) == version["pairs"]
    assert all(version[outcome] == count for outcome, count in outcomes)
    assert len(outcomes) == (4 if problem == "classification" else 3)
    if problem == "regression":
        for size in ("absolute_error", "squared_error"):
            name = f"alignc_model_paired_{size}_total"
            assert value(samples, name, **own, of="model") == version[f"{size}_sum"]
            assert value(samples, name, **own, of="baseline") == version[f"baseline_{size}_sum"]


@pytest.mark.parametrize("model", ["returns", "kinds", "amounts"])
def test_queries_are_promql_over_what_is_exported(project: Path, model: str) -> None:
    file, folder = project / f"{model}.all", project / "generated/monitoring"
    run(project, "polars", model, "--prometheus", str(file))
    known = {name for name, _ in samples_of(file.read_text(encoding="utf-8"))}
    rules = yaml.safe_load((folder / f"prometheus/{model}.rules.yml").read_text("utf-8"))
    board = json.loads((folder / f"grafana/{model}.json").read_text(encoding="utf-8"))
    alerts = [
        rule
        for group in rules["groups"]
        for rule in group["rules"]
        if rule.get("alert") == "AligncModelNotBetterThanContract"
    ]
    panels = [panel for panel in board["panels"] if " beside " in panel["title"]]
    asked = [key for key in COMPARED if key[0] == model]
    assert len(alerts) == len(panels) == len(asked)
    for _, label, baseline in asked:
        titles = [panel["title"] for panel in panels]
        assert any(t.startswith(f"{label}: ") and f"beside {baseline} in" in t for t in titles)
    queries = [*queries_in(alerts), *queries_in(panels)]
    assert {name for query in queries for name in names_read(query)} <= known


@pytest.mark.parametrize("model", ["returns", "kinds", "amounts"])
def test_rules_do_what_their_own_test_says(project: Path, model: str) -> None:
    check_rules(project / "generated/monitoring/prometheus", model)


def test_the_page_says_what_is_compared_and_how(project: Path) -> None:
    page = project / "page.html"
    _, _, report = run(project, "polars", "returns", "--html", str(page))
    text = page.read_text(encoding="utf-8")
    label = label_of(report, "will_return")
    assert re.findall("<h3>(Beside [^<]*)", text) == ["Beside thumb", "Beside vendor-2024"]
    assert text.count("(McNemar)") == 2
    for baseline in label["baselines"]:
        assert f"{baseline['pairs']:,} of {baseline['judged']:,} judged predictions" in text
        assert "2 P(X" in baseline["test"]


@pytest.mark.slow
def test_emitted_programs_are_clean(project: Path, tmp_path: Path) -> None:
    for target in TARGETS:
        for model in ("returns", "amounts"):
            text = (project / f"generated/monitoring/{target}/{model}.py").read_text("utf-8")
            (tmp_path / f"{target}_{model}.py").write_text(text, encoding="utf-8")
    tool("ruff", "check", "--isolated", ".", cwd=tmp_path)
    tool("mypy", "--strict", "--config-file=", ".", cwd=tmp_path)
