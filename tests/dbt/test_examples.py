"""The dbt projects of the examples, built by dbt with warnings as errors, against the Polars programs."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from alignc.dbt.names import contract_model, entities_table, features_model
from alignc.ir.module import FileSource
from tests.dbt.conftest import MakeProject
from tests.dbt.project import Project
from tests.engines import run
from tests.examples.test_examples import ALL, Example, on_polars

# The constraints that the data of the examples violates, with the values that do.
VIOLATED = {
    "titanic": {"feat_passenger__sex__accepted_values": 1},
    "credit_scoring": {"feat_loan__person_age__range": 4},
}

# All of them pass: tests of the definitions, and those of the edges of windows.
UNIT_TESTS = {
    "taxi": {
        "ctr_trip_duration__a_trip_that_started_a_day_ago_is_v1",
        "feat_vendor_traffic__an_hour_is_left_open_at_its_beginning",
        "feat_vendor_traffic__the_variance_of_one_trip_is_missing",
        "feat_vendor_traffic__edges_of_1h",
        "feat_vendor_traffic__edges_of_20min",
    },
    "titanic": {
        "ctr_survival__a_passenger_who_did_not_tell_the_age_and_one_v1",
        "feat_passenger__children_go_first_and_women_of_the_upper",
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("adapter", ["duckdb", "postgres"])
@pytest.mark.parametrize("example", ALL, ids=lambda e: e.name)
def test_the_project_builds_twice_and_has_what_polars_has(
    example: Example, adapter: str, make_project: MakeProject, tmp_path: Path
) -> None:
    project = project_of(example, adapter, make_project, tmp_path)
    may_violate = example.name in VIOLATED
    first = project.run("build", *variables(example), may_violate=may_violate)
    assert {result["status"] for result in first} <= {"success", "pass", "no-op", "warn"}
    warned = {name_of(r): r["failures"] for r in first if r["status"] == "warn"}
    assert warned == VIOLATED.get(example.name, {})
    units = {
        r["unique_id"].split(".")[-1]: r["status"]
        for r in first
        if r["unique_id"].startswith("unit_test.")
    }
    assert units == dict.fromkeys(UNIT_TESTS.get(example.name, ()), "pass")
    second = project.run("build", *variables(example), may_violate=may_violate)
    assert statuses(second) == statuses(first)
    for name in example.module.view_by_name:
        wanted = on_polars(example, f"views/{name}", tmp_path)
        there = project.rows(features_model(example.module.view_by_name[name]))
        run.assert_same(wanted, there, f"{name} in {adapter}", ordered=False)
    for contract in example.module.contracts:
        wanted = on_polars(example, f"datasets/{contract.name}", tmp_path)
        there = project.rows(f"{contract_model(contract)}_v{contract.version}")
        run.assert_same(
            wanted.select(there.columns), there, f"{contract.name} in {adapter}", ordered=False
        )


def project_of(example: Example, adapter: str, make_project: MakeProject, folder: Path) -> Project:
    """The committed project of an example, and a database with its sources."""
    copy = folder / f"{example.name}_{adapter}"
    shutil.copytree(example.generated / "dbt" / adapter, copy)
    project = make_project(copy, adapter)
    files = {s.name for s in example.module.sources if isinstance(s, FileSource)}
    # DuckDB reads files by itself.
    given = {n: f for n, f in example.frames.items() if adapter == "postgres" or n not in files}
    asked = {entities_table(c): example.entities for c in example.module.contracts}
    project.load({**given, **asked})
    return project


def variables(example: Example) -> tuple[str, str]:
    """Where the files of an example are, whose project was copied."""
    return "--vars", json.dumps({"alignc_root": str(example.folder)})


def name_of(result: Mapping[str, object]) -> str:
    """The name of a data test."""
    return str(result["unique_id"]).split(".")[2]


def statuses(results: list[dict[str, object]]) -> Counter[object]:
    return Counter(result["status"] for result in results)
