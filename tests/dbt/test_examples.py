"""The dbt projects of the examples, built by dbt with warnings as errors, against the Polars programs."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from alignc.dbt.names import contract_model, entities_table, features_model
from alignc.ir.module import FileSource
from tests.dbt.conftest import MakeProject
from tests.dbt.project import Project
from tests.engines import run
from tests.examples.test_examples import ALL, Example, on_polars


@pytest.mark.parametrize("adapter", ["duckdb", "postgres"])
@pytest.mark.parametrize("example", ALL, ids=lambda e: e.name)
def test_the_project_builds_twice_and_has_what_polars_has(
    example: Example, adapter: str, make_project: MakeProject, tmp_path: Path
) -> None:
    project = project_of(example, adapter, make_project, tmp_path)
    first = statuses(project.run("build", *variables(example)))
    # Nothing but constraints that do not hold is told, and the data of the examples is as it is.
    assert first.keys() <= {"success", "pass", "no-op"}
    assert statuses(project.run("build", *variables(example))) == first
    for name in example.module.view_by_name:
        wanted = on_polars(example, f"views/{name}", tmp_path)
        there = project.rows(features_model(example.module.view_by_name[name]))
        run.assert_same(wanted, there, f"{name} in {adapter}", ordered=False)
    for contract in example.module.contracts:
        wanted = on_polars(example, f"datasets/{contract.name}", tmp_path)
        there = project.rows(f"{contract_model(contract)}_v1")
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


def statuses(results: list[dict[str, object]]) -> Counter[object]:
    return Counter(result["status"] for result in results)
