"""Taxi trips of New York: months in which something has changed, and months in which little has."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.monitoring.drift_project import Said, compare, generated, names_in, write_project

DATA = Path(__file__).parent / "data"
DEFINITIONS = """
from alignc import *

@feature_view(name="trips", source=FileSource.parquet_at("trips.parquet"))
class Trips:
    trip = Int64().as_entity()
    passenger_count = Int8()
    trip_distance = Float32()
    fare_amount = Float32()
    tolls_amount = Float32()
    vendor_id = Int8().accepted_values([1, 2, 4])
    rate_code_id = Int8().accepted_values([1, 2, 3, 4, 5, 6, 99])
    payment_type = Int8().accepted_values([1, 2, 3, 4])
    store_and_fwd_flag = String()

t = Trips()

@model_contract(
    name="model",
    input_features=[
        t.passenger_count, t.trip_distance, t.fare_amount, t.tolls_amount,
        t.vendor_id, t.rate_code_id, t.payment_type, t.store_and_fwd_flag,
    ],
)
class Model:
    trip = Int64().as_entity()
"""
ANY_EFFECT = "monitoring: {drift: {least_effect: 0, least_missing: 0}}\n"


def month(text: str) -> pl.DataFrame:
    return pl.read_parquet(DATA / f"trips_{text}.parquet")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("trips"), DEFINITIONS)


def alarms(said: Said) -> set[str]:
    return {c["name"] for c in said.report["columns"] if c["alarm"]}


def small(said: Said) -> set[str]:
    """What a terminal calls a small change."""
    return {line.split()[1] for line in said.text.splitlines() if line.startswith("small ")}


def test_trips_without_passengers_are_an_alarm(project: Path, tmp_path: Path) -> None:
    said = compare(names_in(project), tmp_path, month("2019_01"), month("2019_02"))
    assert (said.code, alarms(said)) == (1, {"passenger_count"})
    passengers = said.column("passenger_count")
    assert passengers["measures"]["psi"] == pytest.approx(1.19, abs=0.005)
    assert passengers["measures"]["ks"] == pytest.approx(0.1579)
    assert passengers["psi_level"] == "act"
    # Fares have changed beyond doubt, and by next to nothing.
    (fares,) = said.column("fare_amount")["tests"]
    assert fares["adjusted_p_value"] < 1e-4
    assert (fares["significant"], fares["alarm"]) == (True, False)
    assert fares["effect"] == said.column("fare_amount")["measures"]["ks"] < 0.04
    assert "fare_amount" in small(said)


def test_two_months_of_spring_are_silent(project: Path, tmp_path: Path) -> None:
    said = compare(names_in(project), tmp_path, month("2018_03"), month("2018_04"))
    assert (said.code, alarms(said), said.report["dataset_drift"]) == (0, set(), False)
    assert "fare_amount" in small(said)


def test_a_project_may_mind_small_changes(tmp_path: Path) -> None:
    program = names_in(write_project(tmp_path, DEFINITIONS, ANY_EFFECT))
    said = compare(program, tmp_path, month("2018_03"), month("2018_04"))
    assert (said.code, small(said)) == (1, set())
    assert "fare_amount" in alarms(said)


def test_a_profile_says_the_same(project: Path, tmp_path: Path) -> None:
    program = names_in(project)["main"]
    profile = tmp_path / "profile.json"
    made = ["profile", "--reference", str(DATA / "trips_2018_03.parquet"), "--output", str(profile)]
    assert program(made) == 0
    for current, code in (("2018_04", 0), ("2019_02", 1)):
        files = ["--profile", str(profile), "--current", str(DATA / f"trips_{current}.parquet")]
        assert program(files) == code


@pytest.mark.parametrize(("missing", "is_alarm"), [(90, False), (110, True)])
def test_missing_values_are_an_alarm_from_one_in_a_hundred_on(
    project: Path, tmp_path: Path, missing: int, is_alarm: bool
) -> None:
    """90 of 10,000 rows are beyond chance, too."""
    before = month("2018_03")
    lost = pl.when(pl.int_range(pl.len()) >= missing).then("tolls_amount").alias("tolls_amount")
    said = compare(names_in(project), tmp_path, before, before.with_columns(lost))
    (test,) = (t for t in said.column("tolls_amount")["tests"] if t["name"] == "missing")
    assert (test["significant"], test["alarm"]) == (True, is_alarm)
    assert (test["effect"], test["least_effect"]) == (missing / 10_000, 0.01)
    rows = flags(generated(project, "duckdb"), before, before.with_columns(lost))
    assert rows["tolls_amount"] == (False, is_alarm)


@pytest.mark.parametrize(
    ("before", "now", "least", "expected"),
    [
        ("2019_01", "2019_02", "", {"passenger_count"}),
        ("2018_03", "2018_04", "", set()),
        ("2019_01", "2019_02", ANY_EFFECT, {"passenger_count", "fare_amount"}),
    ],
)
def test_queries_say_the_same(
    tmp_path: Path, before: str, now: str, least: str, expected: set[str]
) -> None:
    """They correct by the number of tests, which is stricter: distances of trips are none."""
    project = write_project(tmp_path, DEFINITIONS, least)
    found = flags(generated(project, "duckdb"), month(before), month(now))
    assert {name for name, (values, _) in found.items() if values} == expected
    assert not any(missing for _, missing in found.values())


def flags(
    query: Path, reference: pl.DataFrame, current: pl.DataFrame
) -> dict[str, tuple[bool | None, bool]]:
    """By column whether its values, and its missing values, are an alarm."""
    with duckdb.connect() as connection:
        connection.register("reference", reference.to_arrow())
        connection.register("current", current.to_arrow())
        rows = connection.sql(query.read_text(encoding="utf-8")).pl()
    return {
        row["column"]: (row["values_alarm"], row["missing_alarm"])
        for row in rows.iter_rows(named=True)
    }
