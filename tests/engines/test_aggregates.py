"""Aggregates that see each row: order, categories, conditions, last rows, times of writing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from tests.engines.everywhere import Engines, module_of
from tests.engines.times import HOUR, MICRO, T0, TIME, asked, at

NAN, INF = float("nan"), float("inf")

ALL = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    x = Float()
    s = String()
    b = Bool()

    different = x.aggregate().over(hours=1).count_distinct()
    middle = x.aggregate().over(hours=1).median()
    high = x.aggregate().over(hours=1).percentile(0.9)
    usual = s.aggregate().over(hours=1).mode()
    first = x.aggregate().over(hours=1).first()
    last = s.aggregate().over(hours=1).last()
    any_true = b.aggregate().over(hours=1).any()
    all_true = b.aggregate().over(hours=1).all()
    words = s.aggregate().over(hours=1).concat("|")
    n = x.aggregate().over(hours=1).count()
    left = s.aggregate().over(hours=1, closed="left").concat()
    both = s.aggregate().over(hours=1, closed="both").concat()
    none = s.aggregate().over(hours=1, closed="none").concat()
    before = s.aggregate().over(hours=1, closed="left").offset(minutes=30).concat()
    ever = s.aggregate().concat()
    seven = (x + 7).aggregate().over(hours=1).last()
    filled = x.fill_na(0.0).aggregate().over(hours=1).count_distinct()

events = Events()

@model_contract(name="m", input_features=[events])
class M:
    pass
"""


def events(
    rows: list[tuple[int | None, datetime | None, float | None, str | None, bool | None]],
) -> pl.DataFrame:
    schema = {"k": pl.Int64(), "t": TIME, "x": pl.Float64(), "s": pl.String(), "b": pl.Boolean()}
    return pl.DataFrame(rows, schema=schema, orient="row")


SOURCE = events(
    [
        (1, T0 - HOUR, 1.0, "edge", True),
        (1, T0 - HOUR + MICRO, 2.0, "a", None),
        (1, T0, NAN, "b", False),
        (1, T0, INF, "é", True),
        (1, T0, None, None, None),
        (1, T0 + MICRO, 1e16, "after", False),
        (2, T0, None, None, None),
        (None, T0, 5.0, "nobody", True),
        (1, None, 6.0, "never", True),
    ]
)
QUESTIONS = asked(
    [1, 2, 3, None, 1, 1, 1, 1],
    [T0, T0, T0, T0, None, T0 - HOUR, T0 + MICRO, T0 + 5 * HOUR],
)


@pytest.mark.parametrize("optimize", [True, False])
def test_aggregates_that_see_each_row(engines: Engines, tmp_path: Path, optimize: bool) -> None:
    module = module_of(ALL, tmp_path)
    for source in (SOURCE, SOURCE.reverse()):
        found = engines.check_dataset(module, "m", {"events": source}, QUESTIONS, optimize=optimize)
        first = found[0]
        assert (first["different"], first["middle"], first["words"]) == (3, INF, "a|é|b")
        # Of the rows at T0 the one with NaN is the last: it is above the infinity.
        assert (first["first"], first["last"]) == (2.0, "b")
        assert (first["any_true"], first["all_true"]) == (True, False)
        assert [first[n] for n in ("left", "both", "none")] == ["edgea", "edgeaéb", "a"]
        empty = found[2]
        assert (empty["different"], empty["n"], empty["middle"], empty["words"]) == (
            0,
            0,
            None,
            None,
        )
        assert (empty["any_true"], empty["all_true"], empty["filled"]) == (None, None, 0)
        assert found[1]["filled"] == 1
        assert found[7]["words"] is None
        assert found[7]["ever"] == "edgeaébafter"


def test_each_row_of_a_view_sees_its_own_past(engines: Engines, tmp_path: Path) -> None:
    module = module_of(ALL, tmp_path)
    found = engines.check_view(module, "events", {"events": SOURCE})
    assert len(found) == SOURCE.height


WHERE = """
@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    k = Int64().as_entity()
    t = EventTimestamp()
    amount = Int32()
    paid = Bool()
    kind = String()

    paid_count = amount.aggregate(where=paid).over(hours=2).count()
    paid_total = amount.aggregate(where=paid).over(hours=2).sum()
    large_paid = paid.aggregate(where=amount > 10).over(hours=2).all()
    unpaid_kinds = kind.aggregate(where=~paid).over(hours=2).count_distinct()
    last_paid = amount.aggregate(where=paid).over(hours=2).last()
    card, cash = amount.aggregate().over(hours=2).by(kind, ["card", "it's cash"]).sum()
    paid_card, paid_cash = (
        amount.aggregate(where=paid).over(hours=2).by(kind, ["card", "it's cash"]).count()
    )

orders = Orders()

@model_contract(name="m", input_features=[orders])
class M:
    pass
"""


def test_conditions_and_categories(engines: Engines, tmp_path: Path) -> None:
    module = module_of(WHERE, tmp_path)
    source = pl.DataFrame(
        {
            "k": [1] * 6,
            "t": at(0, 0.5, 1, 1.5, 2, 2),
            "amount": [1, 20, None, 4, 50, 6],
            "paid": [True, False, True, None, True, True],
            "kind": ["card", "card", "it's cash", "card", "it's cash", None],
        },
        schema={
            "k": pl.Int64,
            "t": TIME,
            "amount": pl.Int32,
            "paid": pl.Boolean,
            "kind": pl.String,
        },
    )
    entities = asked([1, 1, 1, 2], at(1.75, 2, 5, 2))
    found = engines.check_dataset(module, "m", {"orders": source}, entities)
    assert [r["paid_count"] for r in found] == [1, 2, 0, 0]
    assert [r["paid_total"] for r in found] == [1, 56, None, None]
    assert [r["large_paid"] for r in found] == [False, False, None, None]
    assert [r["unpaid_kinds"] for r in found] == [1, 1, 0, 0]
    assert [r["last_paid"] for r in found] == [1, 50, None, None]
    assert [(r["card"], r["cash"]) for r in found] == [
        (25, None),
        (24, 50),
        (None, None),
        (None, None),
    ]
    assert [(r["paid_card"], r["paid_cash"]) for r in found] == [(1, 0), (0, 1), (0, 0), (0, 0)]


ROWS = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    x = Float()
    s = String()

    n = x.aggregate().over(rows=3).count()
    total = x.aggregate().over(rows=3).sum()
    words = s.aggregate().over(rows=3).concat("|")
    last = s.aggregate().over(rows=1).concat()
    recent = s.aggregate().over(rows=2, hours=1).concat()
    earlier = s.aggregate().over(rows=2, closed="left").offset(hours=1).concat()

events = Events()

@model_contract(name="m", input_features=[events])
class M:
    pass
"""


def test_the_last_rows(engines: Engines, tmp_path: Path) -> None:
    module = module_of(ROWS, tmp_path)
    source = events(
        [
            (1, T0, 1.0, "a", None),
            (1, T0 + HOUR, 3.0, "d", None),
            (1, T0 + HOUR, None, "b", None),
            (1, T0 + HOUR, 3.0, None, None),
            (1, T0 + HOUR, 2.0, "c", None),
            (1, T0 + 2 * HOUR, 4.0, "e", None),
            (2, T0, 7.0, "x", None),
            (None, T0, 7.0, "nobody", None),
            (1, None, 7.0, "never", None),
        ]
    ).drop("b")
    entities = asked([1, 1, 1, 1, 2, 3, None, 1], at(-1, 0, 1, 2, 1, 1, 1, None))
    for shuffled in (source, source.reverse()):
        found = engines.check_dataset(module, "m", {"events": shuffled}, entities)
        # At 1 h the order is b (no number), c, the one without a text, d.
        assert [r["words"] for r in found] == [None, "a", "c|d", "d|e", "x", None, None, None]
        assert [r["n"] for r in found] == [0, 1, 3, 3, 1, 0, 0, 0]
        assert [r["total"] for r in found][:4] == [None, 1.0, 8.0, 10.0]
        assert [r["last"] for r in found][:4] == [None, "a", "d", "e"]
        assert [r["recent"] for r in found][:5] == [None, "a", "d", "e", None]
        assert [r["earlier"] for r in found][:4] == [None, None, None, "a"]
    found = engines.check_view(module, "events", {"events": source})
    assert len(found) == source.height


WRITTEN = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    created = Timestamp().as_created_at()
    x = Float()
    s = String()

    n = x.aggregate().over(hours=2).count()
    total = x.aggregate().over(hours=2).sum()
    ever = x.aggregate().max()
    middle = x.aggregate().over(hours=2).median()
    last = s.aggregate().over(hours=2).last()
    two = s.aggregate().over(rows=2).concat()
    share = total / ever

events = Events()

@model_contract(name="m", input_features=[events])
class M:
    pass
"""


@pytest.mark.parametrize("optimize", [True, False])
def test_an_event_counts_once_it_was_written(
    engines: Engines, tmp_path: Path, optimize: bool
) -> None:
    module = module_of(WRITTEN, tmp_path)
    source = pl.DataFrame(
        {
            "k": [1, 1, 1, 1, 1, 2, None],
            "t": at(0, 1, 1, 2, 1, 1, 1),
            "created": [*at(0, 2.75, 1), T0 + 2 * HOUR + MICRO, None, T0, T0],
            "x": [1e16, 1.0, 2.0, INF, 9.0, 5.0, 6.0],
            "s": ["a", "late", "b", "c", "never", "early", "nobody"],
        },
        schema={"k": pl.Int64, "t": TIME, "created": TIME, "x": pl.Float64, "s": pl.String},
    )
    entities = asked([1, 1, 1, 1, 1, 1, 2, 2, 3], at(0, 1, 2, 2.5, 2.75, 4, 0.5, 1, 1))
    found = engines.check_dataset(module, "m", {"events": source}, entities, optimize=optimize)
    assert [r["n"] for r in found] == [1, 2, 1, 2, 3, 0, 0, 1, 0]
    assert [r["total"] for r in found][:5] == [1e16, 1e16 + 2, 2.0, INF, INF]
    assert [r["middle"] for r in found][4] == 2.0
    assert [r["last"] for r in found] == ["a", "b", "b", "c", "c", None, None, "early", None]
    two = [r["two"] for r in found]
    assert two == ["a", "ab", "ab", "bc", "latec", "latec", None, "early", None]
    seen = engines.check_view(module, "events", {"events": source}, optimize=optimize)
    assert len(seen) == source.height
