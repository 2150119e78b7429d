"""Means of integers and decimals that cancel out: no plan adds them as floats."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from alignc.ir.module import Module
from alignc.verify.programs import programs_of
from tests.engines.everywhere import Engines, module_of
from tests.engines.times import T0, TIME
from tests.engines.warehouses import WAREHOUSES, Warehouse, opened

VIEW = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    {written}
    whole = Int64()
    price = Decimal(12, 2)

    whole_mean = whole.aggregate().over({over}).mean()
    price_mean = price.aggregate().over({over}).mean()
    {beside}

events = Events()

@model_contract(name="m", input_features=[events.whole_mean, events.price_mean{more}])
class M:
    pass
"""
# Each key's values add up to little; their sum as floats does not.
WHOLE = (
    (9_007_199_254_740_993, -9_007_199_254_740_992),
    (2**62, -1, -(2**62)),
    (2**63 - 1, 2**63 - 1, -(2**63), -(2**63) + 3),
    (),
)
PRICES = (
    ("1000000000.10", "-1000000000.00"),
    ("9999999999.99", "0.01", "-9999999999.99"),
    ("0.10", "0.20", "-0.30", "0.03"),
    (),
)
WAYS = {
    "time": {"over": "days=1"},
    "rows": {"over": "rows=9"},
    "written": {"over": "days=1", "written": "written = Timestamp().as_created_at()"},
    "beside a median": {
        "over": "days=1",
        "beside": "middle = whole.aggregate().over(days=1).median()",
        "more": ", events.middle",
    },
}


def events() -> pl.DataFrame:
    rng = random.Random(4)
    rows: list[tuple[object, ...]] = []
    for key, (numbers, prices) in enumerate(zip(WHOLE, PRICES, strict=True)):
        pairs: list[tuple[int | None, str | None]] = [*zip(numbers, prices, strict=True)]
        for i, (number, price) in enumerate(pairs or [(None, None)]):
            at = T0 + timedelta(minutes=i)
            rows.append((key, at, at, number, Decimal(price) if price else None))
    rng.shuffle(rows)
    return pl.DataFrame(
        rows,
        schema={
            "k": pl.Int64,
            "t": TIME,
            "written": TIME,
            "whole": pl.Int64,
            "price": pl.Decimal(12, 2),
        },
        orient="row",
    )


def asked() -> pl.DataFrame:
    rows = [(key, T0 + timedelta(hours=1)) for key in range(len(WHOLE))]
    return pl.DataFrame(rows, schema={"k": pl.Int64, "event_timestamp": TIME}, orient="row")


def wanted() -> Iterator[tuple[float | None, float | None]]:
    for numbers, prices in zip(WHOLE, PRICES, strict=True):
        yield _mean([Fraction(n) for n in numbers]), _mean([Fraction(p) for p in prices])


def _mean(values: list[Fraction]) -> float | None:
    return float(sum(values) / len(values)) if values else None


def written(way: str, folder: Path) -> Module:
    return module_of(VIEW.format(**{"written": "", "beside": "", "more": "", **WAYS[way]}), folder)


@pytest.fixture(params=["spark", *WAREHOUSES])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    with opened(request, tmp_path) as found:
        yield found


@pytest.mark.parametrize("way", WAYS)
def test_so_it_is_in_warehouses(engine: Warehouse, tmp_path: Path, way: str) -> None:
    programs = programs_of(written(way, tmp_path), twins=False)
    (program,) = [one for one in programs if one.kind == "dataset"]
    engine.load({"events": events()})
    found = engine.run(program, program.text_for(engine.name), asked())
    assert found.select("whole_mean", "price_mean").rows() == [*wanted()]


@pytest.mark.parametrize("way", WAYS)
def test_a_mean_is_that_of_the_exact_sum(engines: Engines, tmp_path: Path, way: str) -> None:
    module = written(way, tmp_path)
    found = engines.check_dataset(module, "m", {"events": events()}, asked())
    means = [(row["whole_mean"], row["price_mean"]) for row in found]
    assert means == [*wanted()]
