"""A model's dataset and its stored predictions, on all engines: how many rows fail what, and which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.engines import run as engines
from tests.validation import model
from tests.validation.project import program, query, run, write_project

NOW = "2024-05-02T03:00:00"
FRAMES = {"dataset": model.DATASET, "plans": model.PLANS, "said": model.SAID}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    frames = {"users": model.USERS, "plans": model.PLANS, "said": model.SAID}
    folder = write_project(tmp_path_factory.mktemp("model"), model.DEFINITIONS, frames)
    model.DATASET.write_parquet(folder / "dataset.parquet")
    return folder


def counted(failures: Sequence[set[str]]) -> dict[str, int]:
    return dict(Counter(name for fails in failures for name in fails))


def result(dialect: str, text: str, folder: Path, url: str) -> pl.DataFrame:
    if dialect == "duckdb":
        return engines.on_duckdb(text, FRAMES, None, folder)
    return engines.on_postgres(text, FRAMES, None, url)


def moment(row: Mapping[str, object], name: str) -> str | None:
    at = row[name]
    return at.isoformat() if isinstance(at, datetime) else None


def listed(
    rows: Sequence[Mapping[str, object]],
    failures: Sequence[set[str]],
    time: str,
    order: Sequence[str],
) -> Counter[tuple[object, str | None, str]]:
    return Counter(
        (row["user"], moment(row, time), ", ".join(sorted(fails, key=order.index)))
        for row, fails in zip(rows, failures, strict=True)
        if fails
    )


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_query_validates_a_dataset(
    project: Path, tmp_path: Path, postgres_url: str, dialect: str
) -> None:
    text = query(project, dialect, "users", "datasets")
    rows = result(dialect, text, tmp_path, postgres_url).to_dicts()
    found = {row["rule"]: row for row in rows}
    assert set(found) == {*model.ORDER, *model.TYPES}
    assert {n: r["failed"] for n, r in found.items() if r["failed"]} == counted(model.FAILURES)
    assert {r["rows"] for r in rows} == {len(model.ROWS)}
    assert {n for n, r in found.items() if r["severity"] == "warn"} == model.WARNINGS
    failing = {n for n, r in found.items() if not r["passed"]}
    assert failing == set(counted(model.FAILURES)) - model.ALLOWED


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_query_lists_the_rows_of_a_dataset_that_fail(
    project: Path, tmp_path: Path, postgres_url: str, dialect: str
) -> None:
    text = query(project, dialect, "users.failures", "datasets")
    rows = result(dialect, text, tmp_path, postgres_url)
    assert rows.columns == ["user", "event_timestamp", "violations"]
    assert Counter(
        (r["user"], moment(r, "event_timestamp"), r["violations"]) for r in rows.to_dicts()
    ) == listed(model.ROWS, model.FAILURES, "event_timestamp", model.ORDER)


@pytest.mark.parametrize("target", ["polars", "pyspark"])
@pytest.mark.usefixtures("spark")
def test_a_program_validates_a_dataset(project: Path, target: str) -> None:
    dataset = str(project / "dataset.parquet")
    said = run(project, target, "users", "--dataset", dataset, kind="datasets")
    assert said.code == 1
    report = said.report
    assert report["about"] == {"kind": "dataset", "name": "users"}
    assert said.failed() == counted(model.FAILURES)
    assert {r["name"] for r in report["rules"]} == {*model.ORDER, *model.TYPES}
    failing = {r["name"] for r in report["rules"] if not r["passed"]}
    assert failing == set(counted(model.FAILURES)) - model.ALLOWED
    assert report["expectations"] == []
    assert "the dataset of users: 20 rows, failed" in said.text
    for rule in report["rules"]:
        known = [
            {"user": r["user"], "event_timestamp": moment(r, "event_timestamp")}
            for r, fails in zip(model.ROWS, model.FAILURES, strict=True)
            if rule["name"] in fails
        ]
        assert len(rule["samples"]) == min(5, len(known))
        assert all(sample in known for sample in rule["samples"])


@pytest.mark.parametrize("target", ["polars", "pyspark"])
@pytest.mark.usefixtures("spark")
def test_rows_of_a_dataset_are_parted(project: Path, tmp_path: Path, target: str) -> None:
    bad, good = tmp_path / "bad.parquet", tmp_path / "good.parquet"
    odd = model.DATASET.with_columns(pl.lit("mine").alias("violations"))
    odd.write_parquet(tmp_path / "dataset.parquet")
    arguments = ["--dataset", str(tmp_path / "dataset.parquet")]
    arguments += ["--quarantine", str(bad), "--output", str(good)]
    assert run(project, target, "users", *arguments, kind="datasets").code == 1
    pattern = "/*.parquet" if target == "pyspark" else ""
    rejected, kept = pl.read_parquet(f"{bad}{pattern}"), pl.read_parquet(f"{good}{pattern}")
    assert kept.columns == odd.columns
    assert rejected.columns == [*odd.columns, "violations_"]
    is_bad = [bool(fails - model.WARNINGS) for fails in model.FAILURES]
    expected = [row for row, bad_one in zip(odd.to_dicts(), is_bad, strict=True) if not bad_one]
    assert sorted(map(repr, kept.to_dicts())) == sorted(map(repr, expected))
    reasons = [
        ", ".join(sorted(fails, key=model.ORDER.index))
        for fails, bad_one in zip(model.FAILURES, is_bad, strict=True)
        if bad_one
    ]
    assert sorted(rejected["violations_"].to_list()) == sorted(reasons)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_query_validates_predictions(
    project: Path, tmp_path: Path, postgres_url: str, dialect: str
) -> None:
    text = query(project, dialect, "users", "predictions")
    found = {r["rule"]: r for r in result(dialect, text, tmp_path, postgres_url).to_dicts()}
    failed = {n: r["failed"] for n, r in found.items() if r["failed"]}
    assert failed == counted(model.SAID_FAILURES)
    age = found["freshness.unacceptable"]
    assert (age["severity"], age["passed"]) == ("error", False)
    assert {n for n, r in found.items() if not r["passed"]} == {*failed, "freshness.unacceptable"}
    assert {r["severity"] for r in found.values()} == {"error"}
    text = query(project, dialect, "users.failures", "predictions")
    rows = result(dialect, text, tmp_path, postgres_url)
    assert rows.columns == ["user", "made_at", "violations"]
    assert Counter(
        (r["user"], moment(r, "made_at"), r["violations"]) for r in rows.to_dicts()
    ) == listed(model.SAID_ROWS, model.SAID_FAILURES, "made_at", model.SAID_ORDER)


@pytest.mark.parametrize("target", ["polars", "pyspark"])
@pytest.mark.usefixtures("spark")
def test_a_program_validates_predictions(project: Path, target: str) -> None:
    said = run(project, target, "users", "--now", NOW, kind="predictions")
    assert said.code == 1
    assert said.report["about"] == {"kind": "predictions", "name": "users"}
    assert said.failed() == counted(model.SAID_FAILURES)
    (age,) = said.report["expectations"]
    assert (age["name"], age["value"], age["passed"]) == ("freshness.unacceptable", 97200.0, True)
    # A prediction that probabilities decide is not stored.
    assert not [r for r in said.report["rules"] if r["name"].startswith("said_churned.type")]


@pytest.mark.parametrize("target", ["polars", "pyspark"])
@pytest.mark.usefixtures("spark")
def test_a_dataset_of_text_is_read_and_its_types_are_checked(
    project: Path, tmp_path: Path, target: str
) -> None:
    good = dict.fromkeys(model.DATASET.columns, "") | {
        "user": "1",
        "event_timestamp": "2024-05-01T00:00:00.000000+0000",
        "plan": "basic",
        "tier": "gold",
    }
    bad = good | {"user": "one", "paid": "1,5", "churned": "perhaps", "visits": "1.5"}
    path = tmp_path / "dataset.csv"
    pl.DataFrame([good, bad]).write_csv(path)
    said = run(project, target, "users", "--dataset", str(path), kind="datasets")
    assert said.failed() == {
        "user.type": 1,
        "user.required": 1,
        "paid.type": 1,
        "churned.type": 1,
        "visits.type": 1,
    }


@pytest.mark.parametrize("target", ["polars", "pyspark"])
@pytest.mark.usefixtures("spark")
def test_what_a_program_is_given_must_be_a_dataset(
    project: Path, tmp_path: Path, target: str
) -> None:
    with pytest.raises(SystemExit) as usage:
        run(project, target, "users", kind="datasets")
    assert usage.value.code == 2
    path = tmp_path / "dataset.parquet"
    said = run(project, target, "users", "--dataset", str(path), kind="datasets")
    assert (said.code, said.report) == (2, {})
    assert f"ALN501 the dataset: there is no file {path}" in said.text
    model.DATASET.drop("bill").write_parquet(path)
    said = run(project, target, "users", "--dataset", str(path), kind="datasets")
    assert (said.code, said.report) == (2, {})
    assert 'ALN504 the dataset: there is no column "bill"; there are: user, ' in said.text
    model.DATASET.with_columns(paid=[[1.0]] * len(model.ROWS)).write_parquet(path)
    said = run(project, target, "users", "--dataset", str(path), kind="datasets")
    assert (said.code, said.report) == (2, {})
    assert 'ALN505 the dataset: column "paid" has type' in said.text
    arguments = ["--dataset", str(path), "--source", "dataset=x.parquet"]
    said = run(project, target, "users", *arguments, kind="datasets")
    assert said.code == 2
    assert "ALN508 --source dataset=x.parquet" in said.text


def test_a_view_and_a_contract_of_one_name_have_files_of_their_own(project: Path) -> None:
    for target, endings in (("polars", [".py"]), ("duckdb", [".failures.sql", ".sql"])):
        folder = project / "generated/validation" / target
        for kind in ("views", "datasets", "predictions"):
            names = sorted(p.name for p in (folder / kind).iterdir() if p.stem[:5] == "users")
            assert names == [f"users{ending}" for ending in endings]
    assert "feature view" in program(project, "polars", "users").read_text(encoding="utf-8")


KEYED = """
@feature_view(name="people", source=FileSource.parquet_at("data/{source}.parquet"))
class People:
    person = Int64().as_entity()
    size = Float().lower_bound(0)

@feature_view(name="others", source=FileSource.parquet_at("data/others.parquet"))
class Others:
    person = Int64().as_entity()
    weight = Float()
    rules = [rule("heavy", then=weight > 1), rule("light", then=weight < 100)]

people, others = People(), Others()

@model_contract(name="dataset", input_features=[people.size, others.weight.with_name("kilos")])
class Dataset:
    pass
"""


@pytest.mark.parametrize(("source", "relation"), [("people", "dataset"), ("Dataset", "dataset_")])
def test_a_dataset_without_times_and_the_name_of_its_relation(
    tmp_path: Path, source: str, relation: str
) -> None:
    project = write_project(tmp_path, KEYED.format(source=source), {})
    rows = pl.DataFrame({"person": [1, 1, None], "size": [1.0, -1.0, 1.0], "kilos": [1, 2, 100]})
    rows.write_csv(tmp_path / "rows.csv")
    rows.write_parquet(tmp_path / "rows.parquet")
    expected = {
        "person.required": 1,
        "size.lower_bound": 1,
        "key.unique": 2,
        "heavy": 1,
        "light": 1,
    }
    for name in ("rows.csv", "rows.parquet"):
        arguments = ["--dataset", str(tmp_path / name)]
        said = run(project, "polars", "dataset", *arguments, kind="datasets")
        assert said.failed() == expected
    bad = {r["name"]: r["severity"] for r in said.report["rules"] if r["failed"]}
    assert bad["person.required"] == bad["key.unique"] == "warn"
    with duckdb.connect() as connection:
        connection.register(relation, rows.to_arrow())
        found = connection.execute(query(project, "duckdb", "dataset", "datasets")).fetchall()
    assert {rule: failed for rule, _, _, failed, _, _ in found if failed} == expected
    assert not (project / "generated/validation/polars/predictions").exists()
