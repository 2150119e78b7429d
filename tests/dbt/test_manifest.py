"""What dbt knows of the examples after it has put YAML, settings and the configuration in SQL together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dbt.conftest import MakeProject
from tests.dbt.test_evaluator import Graph, graph_of
from tests.dbt.test_examples import project_of
from tests.examples.test_examples import ALL


@pytest.fixture
def graphs(make_project: MakeProject, tmp_path: Path) -> dict[str, Graph]:
    return {e.name: graph_of(project_of(e, "duckdb", make_project, tmp_path)) for e in ALL}


def test_models_know_their_definitions_and_have_described_columns(
    graphs: dict[str, Graph],
) -> None:
    for graph in graphs.values():
        for node in (*graph.models, *graph.exposures):
            meta = node["config"]["meta"]
            assert meta["alignc"]["source"].startswith("features/"), node["name"]
            if node["config"].get("materialized") == "incremental":
                assert meta["alignc_lookback"] == "72 hours"
        for model in graph.models:
            assert all(c["description"] and c["data_type"] for c in model["columns"].values())
    departures = columns(graphs["taxi"], "stg_taxi__departures")
    assert departures["vendor_id"] == columns(graphs["taxi"], "feat_vendor_traffic")["vendor_id"]
    assert departures["picked_up_at"] == "When it happened."
    contract = columns(graphs["taxi"], "ctr_trip_duration")
    assert contract["trip_id"] == "Key."
    assert contract["event_timestamp"] == "The time at which the inputs are asked for."


def test_a_constraint_is_tested_once_for_a_row(graphs: dict[str, Graph]) -> None:
    names = {test["name"] for test in graphs["credit_scoring"].tests}
    assert "feat_loan__person_age__range" in names
    assert not any(n.startswith("feat_home_owner_loan") and not n.endswith("__key") for n in names)
    assert "not_null_feat_vendor_traffic_passenger_count" in {
        test["name"] for test in graphs["taxi"].tests
    }


def columns(graph: Graph, model: str) -> dict[str, str]:
    """The descriptions of a model's columns."""
    (found,) = (one for one in graph.models if one["name"] == model)
    return {name: column["description"] for name, column in found["columns"].items()}
