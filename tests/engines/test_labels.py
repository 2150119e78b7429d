"""Labels over a horizon: what happens after the point in time."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from alignc.errors import DefinitionError
from tests.engines.everywhere import Engines, module_of
from tests.engines.times import HOUR, MICRO, T0, TIME, asked, at

LABELS = """
@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    k = Int64().as_entity()
    t = EventTimestamp(availability_delay=timedelta(minutes=0))
    amount = Int64()

    spent = amount.aggregate().over(hours=2).sum()
    will_spend = amount.aggregate().over_next(hours=2).sum()
    largest = amount.aggregate().over_next(hours=2).percentile(1.0)
    first_next = amount.aggregate().over_next(hours=2).first()
    orders_next = amount.aggregate().over_next(hours=2).count()
    will_leave = orders_next == 0
    change = will_spend - spent

orders = Orders()

@model_contract(name="m", input_features=[orders.spent.with_name("spent_before")])
class M:
    value = orders.will_spend.as_regression_label()
    top = orders.largest.as_regression_label()
    next_one = orders.first_next.as_regression_label()
    churn = orders.will_leave.as_classification_label()
    growth = orders.change.as_regression_label()
    latest = orders.amount.as_regression_label()
"""
LATE = LABELS.replace("minutes=0", "minutes=45").replace(
    "    amount =", "    written = Timestamp().as_created_at()\n    amount ="
)


@pytest.mark.parametrize("optimize", [True, False])
def test_an_event_is_a_feature_or_a_label(engines: Engines, tmp_path: Path, optimize: bool) -> None:
    module = module_of(LABELS, tmp_path)
    source = pl.DataFrame(
        {
            "k": [1, 1, 1, 1, 2, None],
            "t": [T0, T0 + MICRO, T0 + 2 * HOUR, T0 + 2 * HOUR + MICRO, T0, T0 + HOUR],
            "amount": [1, 10, 100, 1000, 7, 9],
        },
        schema={"k": pl.Int64, "t": TIME, "amount": pl.Int64},
    )
    entities = asked([1, 1, 1, 2, 3, None, 1], [T0, *at(2, 4, 0, 0, 0, None)])
    found = engines.check_dataset(module, "m", {"orders": source}, entities, optimize=optimize)
    # At q is a feature, at q + 2 h is a label.
    assert [r["spent_before"] for r in found] == [1, 110, 1000, 7, None, None, None]
    assert [r["will_spend"] for r in found] == [110, 1000, None, None, None, None, None]
    assert [r["largest"] for r in found][:3] == [100, 1000, None]
    assert [r["first_next"] for r in found][:3] == [10, 1000, None]
    assert [r["will_leave"] for r in found] == [False, False, True, True, True, True, True]
    assert [r["change"] for r in found][:2] == [109, 890]
    assert [r["amount"] for r in found] == [1000, 1000, 1000, 7, None, None, 1000]
    assert len(engines.check_view(module, "orders", {"orders": source}, optimize=optimize)) == 6


def test_a_label_has_what_became_known_late(engines: Engines, tmp_path: Path) -> None:
    module = module_of(LATE, tmp_path)
    source = pl.DataFrame(
        {
            "k": [1, 1, 1],
            "t": at(-1, 1, 2),
            "written": at(0, 100, None),
            "amount": [1, 10, 100],
        },
        schema={"k": pl.Int64, "t": TIME, "written": TIME, "amount": pl.Int64},
    )
    found = engines.check_dataset(module, "m", {"orders": source}, asked([1, 1], at(0, 1.5)))
    assert [r["spent_before"] for r in found] == [1, None]
    assert [r["will_spend"] for r in found] == [110, 100]


ONLY_A_LABEL = """
@feature_view(name="people", source=FileSource.parquet_at("people.parquet"))
class People:
    k = Int64().as_entity()
    age = Int64()

@feature_view(name="visits", source=FileSource.parquet_at("visits.parquet"))
class Visits:
    k = Int64().as_entity()
    t = EventTimestamp()
    visits = k.aggregate().over_next(hours=1).count()

people, visits = People(), Visits()

@model_contract(name="m", input_features=[people.age])
class M:
    number = visits.visits.as_regression_label()
"""


def test_a_label_alone_makes_points_in_time(engines: Engines, tmp_path: Path) -> None:
    module = module_of(ONLY_A_LABEL, tmp_path)
    people = pl.DataFrame({"k": [1], "age": [30]})
    visits = pl.DataFrame({"k": [1, 1], "t": at(0, 1)}, schema={"k": pl.Int64, "t": TIME})
    sources = {"people": people, "visits": visits}
    found = engines.check_dataset(module, "m", sources, asked([1, 1, 2], at(-0.5, 0, 0)))
    assert [r["visits"] for r in found] == [1, 1, 0]


LEAKS = """
@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    k = Int64().as_entity()
    t = EventTimestamp()
    amount = Int64()
    next_count = amount.aggregate().over_next(hours=2).count()
    leaves = next_count == 0
    spent = amount.aggregate().over(hours=2).sum()

@feature_view(name="daily", source=Orders)
class Daily:
    k = Int64().as_entity()
    t = EventTimestamp()
    leaves = Bool()
    left = leaves.aggregate().over(days=1).any()

loyal = Orders.filter("loyal", lambda v: ~v.leaves)
orders, daily = Orders(), Daily()

@model_contract(name="m", input_features=[{inputs}])
class M:
    truth = orders.spent.as_regression_label()
"""


@pytest.mark.parametrize(
    "inputs", ["orders.next_count", "orders.leaves", "daily.leaves", "daily.left"]
)
def test_the_future_is_no_input(tmp_path: Path, inputs: str) -> None:
    with pytest.raises(DefinitionError) as error:
        module_of(LEAKS.replace("{inputs}", inputs), tmp_path)
    codes = [d.code for d in error.value.diagnostics]
    # The input, the filter by the future, the label of the past.
    assert sorted(codes) == ["ALN128", "ALN140", "ALN140"]
