"""Lines of a dbt project lead to the features that they compute and describe."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.driver import fixtures_of, load
from alignc.settings import find_project
from alignc.trace.dbt_files import traced_lines

TAXI = Path(__file__).resolve().parents[1] / "examples/taxi"


def features_of(path: str) -> list[tuple[str, list[str]]]:
    """Each line of a file with the features that it is about."""
    project = find_project(TAXI)
    lines = traced_lines(project, load(project).module, path)
    assert lines is not None
    text = (TAXI / "generated" / path).read_text(encoding="utf-8")
    assert [line for line, _ in lines] == text.split("\n")[:-1]
    return [(line.strip(), [d.name for d in made if d.kind == "feature"]) for line, made in lines]


@pytest.mark.parametrize("adapter", ["duckdb", "postgres"])
def test_all_lines_of_a_column_are_its_features(adapter: str) -> None:
    lines = features_of(f"dbt/{adapter}/models/features/feat_trip_departures.sql")
    (at,) = (i for i, (line, _) in enumerate(lines) if line == ") as travel_distance")
    end = [made for _, made in lines[at - 4 : at + 1]]
    assert [line for line, _ in lines[at - 4 : at - 2]] == [
        "-- Straight line from pickup to dropoff, in degrees.",
        "sqrt(",
    ]
    assert all(made[0] == "trip_departures.travel_distance" for made in end)
    # What it is computed from is told, too.
    assert "trip_departures.pickup_latitude" in end[-2]


def test_a_column_in_yaml_is_its_feature() -> None:
    lines = features_of("dbt/duckdb/models/contracts/ctr_trip_duration.yml")
    (at,) = (i for i, (line, _) in enumerate(lines) if line == "- name: trips_1h")
    assert [made for _, made in lines[at : at + 3]] == [["vendor_traffic.trips_1h"]] * 3
    (end,) = (made for line, made in lines if line == "type: ml")
    assert end == []


def test_a_column_of_a_source_is_all_that_read_it() -> None:
    lines = features_of("dbt/duckdb/models/staging/taxi/stg_taxi__departures.sql")
    (made,) = (made for line, made in lines if line.endswith("as passenger_count,"))
    assert set(made) == {"trip_departures.passenger_count", "vendor_traffic.passenger_count"}


@pytest.mark.parametrize("path", ["features/feat_vendor_traffic", "contracts/ctr_trip_duration"])
@pytest.mark.parametrize("end", [".yml", "__unit_tests.yml"])
def test_every_line_of_a_model_s_yaml_is_its_definition_s(path: str, end: str) -> None:
    project = find_project(TAXI)
    loaded = load(project)
    fixtures = fixtures_of(project, loaded)
    file = f"dbt/duckdb/models/{path}{end}"
    lines = traced_lines(project, loaded.module, file, fixtures)
    assert lines is not None
    kinds = {made[-1].kind for _, made in lines}
    assert kinds == {"view" if "feat_" in path else "contract"}


def test_what_is_not_written_is_not_traced() -> None:
    project = find_project(TAXI)
    module = load(project).module
    for path in ("dbt/duckdb/models/nothing.sql", "dbt/spark/dbt_project.yml", "dbt"):
        assert traced_lines(project, module, path) is None
