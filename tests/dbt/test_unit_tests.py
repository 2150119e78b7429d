"""Tests of definitions as unit tests of dbt: values arrive as they are, and a wrong one is found."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tests.dbt.conftest import MakeProject
from tests.dbt.emitted import build

WORDS = "{{ x }} {% if %} {# y #} 'single' \"double\" back\\slash: - # \U0001f600\nand\ta line"
DEFINITIONS = f"""
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as Exact
from math import inf, nan
from alignc import *

WORDS = {WORDS!r}
shop = PostgreSQLConfig("SHOP_DATABASE_URL")
AT = datetime(2026, 1, 31, 23, 59, 59, 999999, tzinfo=UTC)
NOTHING = dict(size=None, tiny=None, cost=None, day=None, took=None, yes=None, big=None, select=None)
SMALL = dict(
    size=-0.1, tiny=0.1, cost=Exact("-0.0001"), day=date(1, 1, 1), took=-1, yes=False,
    big=0, select=-(2**63),
)
LARGE = dict(
    size=1e300, tiny=3e38, cost=Exact("1234567890123456.7891"), day=date(9999, 12, 31),
    took=timedelta(days=400, microseconds=1), yes=True, big=2**64 - 1, select=2**63 - 1,
)
DIGITS = {{**SMALL, "size": 123456.78901234567}}
ODD = {{**SMALL, "size": nan, "tiny": inf}}


@feature_view(
    name="things",
    source=shop.table("things"),
    examples=[
        Example(
            [
                dict(id=1, at=AT, word=WORDS, **SMALL),
                dict(id=2, at=AT, word="", **LARGE),
                dict(id=3, at=None, word="null\\n", **NOTHING),
                dict(id=None, at=AT, word=None, **DIGITS),
            ],
            [
                dict(id=1, at=AT, word=WORDS, length=len(WORDS), words_1d=1, costs_1d=Exact("-0.0001"), **SMALL),
                dict(id=2, at=AT, word="", length=0, words_1d=1, costs_1d=LARGE["cost"], **LARGE),
                dict(id=3, at=None, word="null\\n", length=5, words_1d=0, costs_1d=None, **NOTHING),
                dict(id=None, at=AT, word=None, length=None, words_1d=0, costs_1d=None, **DIGITS),
            ],
            name=WORDS,
        ),
        Example(
            [dict(id=1, at=AT, word="a", **ODD), dict(id=2, at=AT, word="b", **ODD)],
            [dict(**ODD, word="a"), dict(**ODD, word="b")],
            name="no numbers",
        ),
        Example([dict(id=1, at=AT, size=0.1)], [dict(id=1, tripled=0.3)], name="floats in a test with a name as long as a relation may have"),
        Example([], [], name="nothing"),
    ],
)
class Things:
    id = Int64().as_entity()
    at = EventTimestamp()
    word = String()
    size = Float()
    tiny = Float32()
    cost = Decimal(20, 4)
    day = Date()
    took = Duration()
    yes = Bool()
    big = UInt64()
    select = Int64()
    length = word.length()
    tripled = size * 3
    words_1d = word.aggregate().over(days=1).count()
    costs_1d = cost.aggregate().over(days=1).sum()


@feature_view(name="windows", source=shop.table("windows"))
class Windows:
    id = String().as_entity()
    at = EventTimestamp()
    x = Float()
    n = Int8()
    d = Decimal(6, 2)
    right = x.aggregate().over(hours=1).sum()
    lowest = n.aggregate().over(hours=1).min()
    left = x.aggregate().over(hours=1, closed="left").sum()
    both = d.aggregate().over(hours=1, closed="both").sum()
    none = n.aggregate().over(hours=1, closed="none").count()
    before = n.aggregate().over(hours=1).offset(hours=1).max()
    after = x.aggregate().over_next(hours=1).sum()
    ever = id.aggregate().count()
    two = x.aggregate().over(rows=2).sum()
    quarters = n.aggregate().over(hours=1, resolution=timedelta(minutes=15)).sum()
    long = x.aggregate().over(days=3000).max()


LISTS = dict(many=[1, None, 3], words=[WORDS, "", None, "a, b]"], vector=[0.5, 1.0], raw=b"\\x00\\xff'")


@feature_view(
    name="lists",
    source=shop.table("lists"),
    examples=[
        Example(
            [dict(id=1, **LISTS), dict(id=2, many=[]), dict(id=3)],
            [
                dict(id=1, first=3, **LISTS),
                dict(id=2, first=0, many=[], words=None, vector=None, raw=None),
                dict(id=3, first=None, many=None, words=None, vector=None, raw=None),
            ],
        ),
    ],
)
class Lists:
    id = Int64().as_entity()
    many = List(Int64())
    words = List(String())
    vector = Embedding(2)
    raw = Binary()
    first = many.length()


things, lists = Things(), Lists()


NAMES = [*LARGE, "word"]
RIGHT = dict(word=WORDS + "\\n", words_1d=1, length=len(WORDS) + 1, first=3, **LARGE)
UNKNOWN = dict(word=None, words_1d=0, length=None, first=None, **dict.fromkeys(LARGE))


def asked(name, **wrong):
    return Example(
        {{"things": [dict(id=1, at=AT, word=RIGHT["word"], **LARGE)], "lists": [dict(id=1, **LISTS)]}},
        [{{**RIGHT, **wrong}}, UNKNOWN],
        entities=[dict(id=1, event_timestamp=AT), dict(id=2, event_timestamp=AT)],
        name=name,
    )


@model_contract(
    name="odd",
    input_features=[
        *(getattr(things, name) for name in NAMES),
        things.words_1d, things.length, lists.first, lists.many,
    ],
    version=12,
    examples=[
        asked("as it is"),
        asked("wrong word", word=WORDS),
        asked("wrong size", size=1e299),
        asked("wrong tiny", tiny=inf),
        asked("wrong cost", cost=LARGE["cost"] + Exact("0.0001")),
        asked("wrong day", day=date(9999, 12, 30)),
        asked("wrong took", took=timedelta(days=400, microseconds=2)),
        asked("wrong yes", yes=None),
        asked("wrong big", big=2**64 - 2),
        asked("wrong select", select=2**63 - 2),
        asked("wrong count", words_1d=2),
    ],
)
class Odd:
    id = Int64().as_entity()
"""

# In the order in which dbt names them.
PASSING = [
    "ctr_odd__as_it_is_v12",
    "feat_lists__example_1",
    "feat_things__floats_in_a_test_with_a_name_as_long_as_a_relation",
    "feat_things__no_numbers",
    "feat_things__nothing",
    "feat_things__x_if_y_single_double_back_slash_and_a_line",
]


@pytest.mark.slow
@pytest.mark.parametrize("adapter", ["duckdb", "postgres"])
def test_values_arrive_as_they_are_and_what_is_wrong_fails(
    adapter: str, make_project: MakeProject, tmp_path: Path
) -> None:
    folder, _ = build(tmp_path / "odd", adapter, DEFINITIONS)
    project = make_project(folder, adapter)
    given = {"things": THINGS, "lists": LISTS, "windows": WINDOWS, "odd_entities": ENTITIES}
    project.load(given)
    # A build would leave out the tests of a model after the first one that fails.
    project.run("run")
    assert project.try_to_run("test", "--select", "test_type:unit") == 1
    results = json.loads((folder / "target/run_results.json").read_text(encoding="utf-8"))
    units = {
        r["unique_id"].split(".")[-1]: r
        for r in results["results"]
        if r["unique_id"].startswith("unit_test.")
    }
    failed = {name for name, result in units.items() if result["status"] != "pass"}
    assert failed == {name for name in units if name.startswith("ctr_odd__wrong_")}, project.log
    assert len(failed) == 10
    edges = {name for name in units if "__edges_of_" in name}
    assert len(edges) == 11
    assert sorted(units.keys() - failed - edges) == PASSING
    assert "actual differs from expected" in units["ctr_odd__wrong_word_v12"]["message"]
    manifest = json.loads((folder / "target/manifest.json").read_text(encoding="utf-8"))
    descriptions = {test["name"]: test["description"] for test in manifest["unit_tests"].values()}
    assert descriptions[PASSING[-1]] == " ".join(WORDS.split())


THINGS = pl.DataFrame(
    schema={
        "id": pl.Int64(),
        "at": pl.Datetime("us", "UTC"),
        "word": pl.String(),
        "size": pl.Float64(),
        "tiny": pl.Float32(),
        "cost": pl.Decimal(20, 4),
        "day": pl.Date(),
        "took": pl.Int64(),
        "yes": pl.Boolean(),
        "big": pl.UInt64(),
        "select": pl.Int64(),
    }
)
WINDOWS = pl.DataFrame(
    schema={
        "id": pl.String(),
        "at": pl.Datetime("us", "UTC"),
        "x": pl.Float64(),
        "n": pl.Int8(),
        "d": pl.Decimal(6, 2),
    }
)
LISTS = pl.DataFrame(
    schema={
        "id": pl.Int64(),
        "many": pl.List(pl.Int64()),
        "words": pl.List(pl.String()),
        "vector": pl.List(pl.Float32()),
        "raw": pl.Binary(),
    }
)
ENTITIES = pl.DataFrame(schema={"id": pl.Int64(), "event_timestamp": pl.Datetime("us", "UTC")})
