"""Hints about data: where they go, and that they never change an answer."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from alignc.artifacts.dataset import dataset_plan
from alignc.driver import load, optimized
from alignc.errors import DefinitionError
from alignc.ir.module import Module, module_from_json, module_to_json
from alignc.ir.plan import Plan, WindowAggregate
from alignc.settings import find_project
from tests.engines.everywhere import Engines
from tests.engines.times import HOUR, MICRO, T0, TIME, asked

DEFINITIONS = """
from alignc import *

trips = FileSource.parquet_at("trips.parquet")

@feature_view(name="trips", source=trips)
class Trips:
    zone = Int64().as_entity()
    at = EventTimestamp()
    fare = Float()
    seats = Int64()
    fares_1h = fare.aggregate().over(hours=1).sum()
    dearest_2h = fare.aggregate().over(hours=2).max()
    spread_2h = fare.aggregate().over(hours=2).variance()
    seats_1h = seats.aggregate().over(hours=1).sum()
    trips_ever = seats.aggregate().count()

@feature_view(name="seats_taken", source=trips)
class Seats:
    zone = Int64().as_entity()
    at = EventTimestamp()
    fare = Float()
    seats = Int64()
    seats_2h = seats.aggregate().over(hours=2).mean()

t, s = Trips(), Seats()

@model_contract(
    name="demand",
    input_features=[
        t.fares_1h, t.dearest_2h, t.spread_2h, t.seats_1h, t.trips_ever, s.seats_2h,
    ],
)
class Demand:
    pass
"""


def module_with(hints: str, folder: Path) -> Module:
    (folder / "features").mkdir(parents=True)
    (folder / "features/trips.py").write_text(DEFINITIONS, encoding="utf-8")
    (folder / "alignc.yml").write_text(f"name: test\n{hints}", encoding="utf-8")
    return load(find_project(folder)).module


def plan_with(hints: str, folder: Path) -> Plan:
    module = module_with(hints, folder)
    return optimized(dataset_plan(module, module.contracts[0]))


def rows_per_key(plan: Plan) -> list[int | None]:
    nodes = [step.node for step in plan.steps]
    return [node.rows_per_key for node in nodes if isinstance(node, WindowAggregate)]


def test_a_hint_reaches_the_windows_of_its_view(tmp_path: Path) -> None:
    assert rows_per_key(plan_with("", tmp_path / "none")) == [None]
    hints = "hints:\n  trips: {rows_per_key: 40}\n  seats_taken: {rows_per_key: 40}\n"
    assert rows_per_key(plan_with(hints, tmp_path / "both")) == [40]


def test_windows_of_views_with_different_hints_stay_apart(tmp_path: Path) -> None:
    hints = "hints:\n  trips: {rows_per_key: 40}\n"
    assert rows_per_key(plan_with(hints, tmp_path)) == [40, None]


def test_a_hint_is_part_of_the_module(tmp_path: Path) -> None:
    module = module_with("hints:\n  trips: {rows_per_key: 40}\n", tmp_path)
    assert module_from_json(module_to_json(module)) == module
    assert [view.rows_per_key for view in module.views] == [None, 40]
    assert "rows_per_key" not in module_to_json(module_with("", tmp_path / "without"))


@pytest.mark.parametrize("most", ["0", "-3", "1.5", "true", "many"])
def test_a_number_of_rows_that_is_none(tmp_path: Path, most: str) -> None:
    with pytest.raises(DefinitionError, match="rows_per_key"):
        module_with(f"hints:\n  trips: {{rows_per_key: {most}}}\n", tmp_path)


@pytest.mark.parametrize("most", [6, 1, 1_000_000])
def test_a_hint_changes_no_answer_right_or_wrong(
    engines: Engines, tmp_path: Path, most: int
) -> None:
    hints = f"hints:\n  trips: {{rows_per_key: {most}}}\n"
    module = module_with(hints, tmp_path / "hinted")
    times = [T0, T0, T0 + MICRO, T0 + HOUR, T0 + HOUR + MICRO, T0 + 2 * HOUR, T0, None]
    trips = pl.DataFrame(
        {
            "zone": [1, 1, 1, 1, 1, 1, 2, 1],
            "at": times,
            "fare": [1e16, 1.0, 1.0, None, float("nan"), -3.5, 7.0, 2.0],
            "seats": [1, None, 3, 4, 2**62, 2**62, 7, 8],
        },
        schema={"zone": pl.Int64, "at": TIME, "fare": pl.Float64, "seats": pl.Int64},
    )
    asks = [T0, T0 + HOUR, T0 + HOUR, T0 + 2 * HOUR, T0 + 5 * HOUR, T0, None, T0, T0 - MICRO]
    entities = asked([1, 1, 1, 1, 1, 2, 1, None, 1], asks).rename({"k": "zone"})
    found = engines.check_dataset(module, "demand", {"trips": trips}, entities)
    assert [row["trips_ever"] for row in found] == [1, 3, 3, 5, 5, 1, 0, 0, 0]
    assert [row["dearest_2h"] for row in found][:2] == [1e16, 1e16]
