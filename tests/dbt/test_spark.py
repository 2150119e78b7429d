"""A dbt project built by dbt-spark in a session, with warnings as errors, against the Polars programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from alignc.dbt.names import contract_model, entities_table, features_model
from tests.dbt.emitted import rebuilt
from tests.dbt.project import Project
from tests.dbt.test_examples import UNIT_TESTS, statuses
from tests.engines import run
from tests.examples.test_examples import TAXI


@pytest.mark.slow
def test_the_taxi_project_builds_twice_and_has_what_polars_has(
    make_spark_project: Callable[[Path], Project], tmp_path: Path
) -> None:
    project = make_spark_project(rebuilt("taxi", "spark", tmp_path / "taxi"))
    (contract,) = TAXI.module.contracts
    sources, entities = first_trips()
    project.load({**sources, entities_table(contract): entities})
    first = project.run("build")
    assert {result["status"] for result in first} == {"success", "pass", "no-op"}
    units = {r["unique_id"].split(".")[-1] for r in first if is_unit_test(r)}
    assert units == UNIT_TESTS["taxi"]
    second = project.run("build", "--exclude-resource-type", "unit_test")
    assert statuses(second) == statuses([r for r in first if not is_unit_test(r)])
    for view in TAXI.module.views:
        wanted = on_polars(f"views/{view.name}", sources, None, tmp_path)
        assert wanted.height
        there = project.rows(features_model(view))
        run.assert_same(wanted, there, f"{view.name} in spark", ordered=False)
    wanted = on_polars(f"datasets/{contract.name}", sources, entities, tmp_path)
    assert wanted.height == entities.height > 100
    there = project.rows(f"{contract_model(contract)}_v{contract.version}")
    run.assert_same(wanted.select(there.columns), there, f"{contract.name} in spark", ordered=False)


def first_trips() -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """The first rows of the sources, which are in order of time, and the entity rows until then."""
    sources = {name: frame.head(500) for name, frame in TAXI.frames.items()}
    last = sources["departures"]["pickup_datetime"].max()
    return sources, TAXI.entities.filter(pl.col("event_timestamp") <= last)


def on_polars(
    program: str, sources: run.Frames, entities: pl.DataFrame | None, folder: Path
) -> pl.DataFrame:
    """What the committed program gives for some rows."""
    path = TAXI.generated / f"polars/{program}.py"
    text = path.read_text(encoding="utf-8")
    read = {name: frame for name, frame in sources.items() if f'"{name}": Table(' in text}
    return run.on_polars(path, read, entities, folder)


def is_unit_test(result: dict[str, object]) -> bool:
    return str(result["unique_id"]).startswith("unit_test.")
