"""What `alignc explain` says beyond the plan."""

from __future__ import annotations

from pathlib import Path

from alignc.explain import explain
from tests.engines.everywhere import module_of

SHOP = """
@feature_view(name="prices", source=FileSource.parquet_at("prices.parquet"))
class Prices:
    shop = Int64().as_entity()
    start = ValidFrom()
    end = ValidTo()
    price = Int64()

@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    shop = Int64().as_entity()
    at = EventTimestamp()
    amount = Int64()
    total = amount.aggregate().over(days=1).sum()
    middle = amount.aggregate().over(days=1).median()
    latest = amount.aggregate().over(rows=3).mean()

prices, orders = Prices(), Orders()

@model_contract(name="sales", input_features=[prices.price, orders.total, orders.middle])
class Sales:
    pass
"""


def test_steps_that_join_pairs_of_rows_are_named(tmp_path: Path) -> None:
    module = module_of(SHOP, tmp_path)
    assert explain(module, "sales").costs == (
        "step prices_as_of joins entity_keys with all rows of prices_2 that are valid then",
        "step orders_1d_rows joins each row of entity_keys with the events that it sees, for middle",
    )
    assert len(explain(module, "orders").costs) == 2
    assert explain(module, "prices").costs == ()
