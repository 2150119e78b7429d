"""Models with predictions of every kind, and random rows of them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import polars as pl

DEFINITIONS: Final = """
@feature_view(name="customers", source=FileSource.parquet_at("data/customers.parquet"))
class Customers:
    customer = Int64().as_entity()
    country = String()
    is_new = Bool()


@feature_view(name="orders", source=FileSource.parquet_at("data/orders.parquet"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    order = Int64().as_tie_breaker()
    amount = Float()
    was_returned = Bool()
    kind = String()
    is_final = Bool().is_required()

    spent = amount.aggregate().over_next(days=3).sum()


customer = Customers()
order = Orders()


@model_contract(
    name="returns",
    input_features=[customer.country],
    output_source=FileSource.parquet_at("data/returns.parquet", mapping_keys={"P_yes": "chance"}),
    subgroups=[customer.country, customer.is_new.with_name("new")],
)
class Returns:
    customer = Int64().as_entity()
    predicted_at = EventTimestamp()
    version = String().as_model_version()
    will_return = order.was_returned.as_classification_label().send_ground_truth_event(
        when=order.is_final, sink_to=RedisConfig().stream("returns")
    )
    chance = will_return.probability_of(True)


@model_contract(
    name="kinds",
    input_features=[customer.country],
    output_source=FileSource.parquet_at("data/kinds.parquet"),
)
class Kinds:
    customer = Int64().as_entity()
    predicted_at = EventTimestamp()
    version = String().as_model_version()
    kind_to_come = order.kind.as_classification_label()
    is_web = kind_to_come.probability_of("web")
    is_shop = kind_to_come.probability_of("shop")
    is_odd = kind_to_come.probability_of("it's, odd")


@model_contract(name="amounts", input_features=[customer.country])
class Amounts:
    customer = Int64().as_entity()
    predicted_at = EventTimestamp()
    version = String().as_model_version()
    amount_to_come = order.amount.as_regression_label()
    spent_in_3_days = order.spent.as_regression_label()
"""

START: Final = datetime(2024, 5, 1, tzinfo=UTC)
KINDS: Final = ["web", "shop", "it's, odd"]


def frames(seed: int, count: int = 400) -> dict[str, pl.DataFrame]:
    """Rows of all sources; the predictions of `amounts` are `predictions`."""
    draw = random.Random(seed)
    orders = [
        {
            "customer": draw.choice([*range(count), None]),
            "at": START + timedelta(hours=draw.randrange(240)),
            "order": number,
            "amount": draw.choice([draw.uniform(0, 50), 0.0, None]),
            "was_returned": draw.choice([True, False, False, None]),
            "kind": draw.choice([*KINDS, None]),
            "is_final": draw.random() < 0.8,
        }
        for number in range(count * 5)
    ]
    customers = [
        {"customer": c, "country": draw.choice(["NO", "SE", None]), "is_new": draw.random() < 0.3}
        for c in range(count)
    ]

    def common() -> dict[str, Any]:
        return {
            "customer": draw.randrange(count + 20),
            "predicted_at": START + timedelta(hours=draw.randrange(240)),
            "version": draw.choice(["v1", "v2", "v2"]),
        }

    returns = [
        {
            **common(),
            "will_return": draw.choice([True, False, None]),
            "P_yes": draw.choice([0.0, 0.25, 0.5, round(draw.random(), 2), 1.0]),
        }
        for _ in range(count)
    ]
    kinds = []
    for _ in range(count):
        shares = [draw.random() for _ in KINDS]
        names = ("is_web", "is_shop", "is_odd")
        kinds.append(
            {**common(), **dict(zip(names, (s / sum(shares) for s in shares), strict=True))}
        )
    amounts = [
        {
            **common(),
            "amount_to_come": draw.choice([draw.uniform(0, 50), None]),
            "spent_in_3_days": draw.uniform(0, 80),
        }
        for _ in range(count)
    ]
    return {
        "customers": pl.DataFrame(customers),
        "orders": pl.DataFrame(orders),
        "returns": pl.DataFrame(returns),
        "kinds": pl.DataFrame(kinds),
        "predictions": pl.DataFrame(amounts),
    }
