"""Which rows are known and valid at a point in time: delays, validity, tie breakers."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from tests.engines.everywhere import Engines, module_of
from tests.engines.times import HOUR, MICRO, T0, TIME, asked, at

DELAY = """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = Int64().as_entity()
    t = EventTimestamp(ttl=timedelta(hours=4), availability_delay=timedelta(hours=1))
    x = Int64()

    n = x.aggregate().over(hours=2).count()
    n_both = x.aggregate().over(hours=2, closed="both").count()
    n_none = x.aggregate().over(hours=2, closed="none").count()
    ever = x.aggregate().sum()
    n_before = x.aggregate().over(hours=1).offset(hours=1).count()
    n_left = x.aggregate().over(hours=1, closed="left").offset(hours=1).count()
    n_long_before = x.aggregate().over(hours=1).offset(minutes=90).count()
    highest = x.aggregate().over(hours=2).percentile(1.0)
    last_two = x.aggregate().over(rows=2).sum()

facts = Facts()

@model_contract(name="m", input_features=[facts])
class M:
    pass
"""
CREATED_TOO = DELAY.replace(
    "    x = Int64()", "    c = Timestamp().as_created_at()\n    x = Int64()"
)


@pytest.mark.parametrize("definitions", [DELAY, CREATED_TOO])
def test_a_row_is_known_after_a_delay(engines: Engines, tmp_path: Path, definitions: str) -> None:
    module = module_of(definitions, tmp_path)
    source = pl.DataFrame(
        {"k": [1] * 4, "t": at(0, 1, 2, None), "c": at(0, 0, 0, 0), "x": [1, 2, 4, 8]},
        schema={"k": pl.Int64, "t": TIME, "c": TIME, "x": pl.Int64},
    )
    moments = at(0, 1, 2, 3, 4, 5, 6)
    moments += [T0 + HOUR - MICRO, T0 + 2 * HOUR - MICRO, T0 + 6 * HOUR - MICRO]
    entities = asked([1] * len(moments), moments)
    found = engines.check_dataset(module, "m", {"facts": source}, entities)
    assert [r["x"] for r in found] == [None, 1, 2, 4, 4, 4, None, None, 1, 4]
    assert [r["n"] for r in found][:7] == [0, 1, 1, 1, 0, 0, 0]
    assert [r["n_both"] for r in found][:7] == [0, 1, 2, 2, 1, 0, 0]
    assert [r["n_none"] for r in found][:7] == [0, 1, 1, 1, 0, 0, 0]
    assert [r["ever"] for r in found][:7] == [None, 1, 3, 7, 7, 7, 7]
    assert [r["n_before"] for r in found][:7] == [0, 1, 1, 1, 0, 0, 0]
    assert [r["n_left"] for r in found][:7] == [0, 0, 1, 1, 1, 0, 0]
    assert [r["last_two"] for r in found][:7] == [None, 1, 3, 6, 6, 6, 6]
    assert [r["highest"] for r in found][:5] == [None, 1, 2, 4, None]
    assert len(engines.check_view(module, "facts", {"facts": source})) == 4


VALIDITY = """
@feature_view(name="prices", source=FileSource.parquet_at("prices.parquet"))
class Prices:
    k = Int64().as_entity()
    start = ValidFrom()
    end = ValidTo()
    price = Int64()
    doubled = price * 2

prices = Prices()

@model_contract(name="m", input_features=[prices])
class M:
    pass
"""
LATE_VALIDITY = VALIDITY.replace(
    "ValidFrom()", "ValidFrom(ttl=timedelta(hours=9), availability_delay=timedelta(minutes=30))"
).replace("    price =", "    written = Timestamp().as_created_at()\n    price =")


@pytest.mark.parametrize("optimize", [True, False])
def test_a_row_holds_from_its_beginning_to_its_end(
    engines: Engines, tmp_path: Path, optimize: bool
) -> None:
    module = module_of(VALIDITY, tmp_path)
    source = pl.DataFrame(
        {
            "k": [1, 1, 1, 2, 2, None, 3],
            "start": at(0, 2, 5, 0, 2, 0, None),
            "end": at(2, 4, None, 10, 3, None, None),
            "price": [1, 2, 3, 10, 20, 30, 40],
        },
        schema={"k": pl.Int64, "start": TIME, "end": TIME, "price": pl.Int64},
    )
    moments = [T0 - MICRO, T0, T0 + 2 * HOUR - MICRO, *at(2, 4, 4.5, 5, 50)]
    entities = asked([1] * 8 + [2, 2, 2, 2, 3, None, 1], [*moments, *at(1, 2, 3, 10, 1, 1, None)])
    for shuffled in (source, source.reverse()):
        found = engines.check_dataset(
            module, "m", {"prices": shuffled}, entities, optimize=optimize
        )
        prices = [r["price"] for r in found]
        assert prices[:8] == [None, 1, 1, 2, None, None, 3, 3]
        # Of key 2 the later row ends at 3, when the earlier one still holds.
        assert prices[8:] == [10, 20, 10, None, None, None, None]
        assert found[1]["doubled"] == 2
    assert len(engines.check_view(module, "prices", {"prices": source})) == 7


def test_validity_with_a_time_of_writing_a_delay_and_a_ttl(
    engines: Engines, tmp_path: Path
) -> None:
    module = module_of(LATE_VALIDITY, tmp_path)
    source = pl.DataFrame(
        {
            "k": [1, 1, 1],
            "start": at(0, 2, 2),
            "end": at(None, 4, 4),
            "written": at(0, 3, None),
            "price": [1, 2, 3],
        },
        schema={"k": pl.Int64, "start": TIME, "end": TIME, "written": TIME, "price": pl.Int64},
    )
    moments = [T0, T0 + HOUR / 2 - MICRO, *at(0.5, 2.5, 3, 4, 9), T0 + 9 * HOUR - MICRO]
    found = engines.check_dataset(module, "m", {"prices": source}, asked([1] * 8, moments))
    assert [r["price"] for r in found] == [None, None, 1, 1, 2, 1, None, 1]


@pytest.mark.parametrize("text", [VALIDITY, LATE_VALIDITY], ids=["plain", "late"])
def test_validities_that_overlap_in_all_ways(engines: Engines, tmp_path: Path, text: str) -> None:
    draw = random.Random(7)
    moments = [None, *at(*range(24))]
    rows = [
        (
            draw.choice([1, 1, 1, 2, None]),
            draw.choice(moments),
            draw.choice([*moments, None, None, None]),
            draw.choice(moments),
            number,
        )
        for number in range(120)
    ]
    schema = {"k": pl.Int64(), "start": TIME, "end": TIME, "written": TIME, "price": pl.Int64()}
    source = pl.DataFrame(rows, schema=schema, orient="row")
    asks = [(k, q) for k in (1, 2, None) for q in [*moments, *at(0.5, 11.25, 23.5, 40)]]
    entities = asked([k for k, _ in asks], [q for _, q in asks])
    found = engines.check_dataset(module_of(text, tmp_path), "m", {"prices": source}, entities)
    assert len({row["price"] for row in found}) > 10


TIES = """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = Int64().as_entity()
    t = EventTimestamp()
    x = Int64()
    sequence = Int64().as_tie_breaker()
    version = String()
    text_length = version.fill_na("").contains("b").as_tie_breaker()

    last = x.aggregate().over(hours=2).last()
    two = x.aggregate().over(rows=2).sum()

facts = Facts()

@model_contract(name="m", input_features=[facts.x, facts.last, facts.two])
class M:
    truth = facts.version.as_classification_label()
"""


def test_declared_columns_decide_between_rows_of_one_time(engines: Engines, tmp_path: Path) -> None:
    module = module_of(TIES, tmp_path)
    source = pl.DataFrame(
        {
            "k": [1] * 5,
            "t": at(0, 0, 0, 0, 0),
            "x": [50, 40, 30, 20, 10],
            "sequence": [None, 1, 2, 3, 3],
            "version": ["b", "b", "z", "z", "b"],
        },
        schema={
            "k": pl.Int64,
            "t": TIME,
            "x": pl.Int64,
            "sequence": pl.Int64,
            "version": pl.String,
        },
    )
    for shuffled in (source, source.reverse()):
        found = engines.check_dataset(module, "m", {"facts": shuffled}, asked([1], at(1)))
        assert found[0]["x"] == 10
        assert (found[0]["last"], found[0]["two"], found[0]["version"]) == (10, 30, "b")
