"""Windows at the edges of their tiles in the words of Spark SQL and of warehouses."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from alignc.interpreter import interpret_dataset, interpret_view
from alignc.ir.module import Module
from alignc.verify.programs import programs_of
from tests.engines.everywhere import module_of
from tests.engines.run import assert_same
from tests.engines.test_windows import EDGES, beside_tiles, entities_of, events_of
from tests.engines.times import T0
from tests.engines.warehouses import WAREHOUSES, Warehouse, opened


@pytest.fixture(params=[pytest.param("spark", marks=pytest.mark.slow), *WAREHOUSES])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    with opened(request, tmp_path) as found:
        yield found


@pytest.mark.parametrize("text", [EDGES, beside_tiles()], ids=["edges", "beside tiles"])
def test_windows_and_tiles_that_meet(engine: Warehouse, tmp_path: Path, text: str) -> None:
    check(engine, module_of(text, tmp_path))


def check(engine: Warehouse, module: Module) -> None:
    """The rows of the view and of the dataset are those of the interpreter."""
    rng = random.Random(9)
    events, entities = events_of(rng, 250, T0), entities_of(rng, 120, T0)
    if engine.name == "bigquery":
        # Products of decimals have 14 digits before the point there, where BigQuery has 38.
        events = events.with_columns(pl.col("v").clip(-(10**5), 10**5))
    rows = {"events": events.to_dicts()}
    wanted = {
        "view": (interpret_view(module, "events", rows), None),
        "dataset": (interpret_dataset(module, "m", rows, entities.to_dicts()), entities),
    }
    engine.load({"events": events})
    for program in programs_of(module, twins=False):
        expected, asked = wanted.pop(program.kind)
        assert program.reasons_against(engine.name) == []
        found = engine.run(program, program.text_for(engine.name), asked)
        assert_same(expected, found, f"{program.kind} on {engine.name}", ordered=asked is not None)
    assert not wanted
