"""Models beside other contracts that predict the same, random rows of them, and their pairs in plain Python."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import polars as pl

DEFINITIONS: Final = """
@feature_view(name="orders", source=FileSource.parquet_at("data/orders.parquet"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    order = Int64().as_tie_breaker()
    amount = Float()
    count = Int32()
    was_returned = Bool()
    kind = String()
    is_final = Bool().is_required()

    spent = amount.aggregate().over_next(days=3).sum()


@feature_view(name="shops", source=FileSource.parquet_at("data/shops.parquet"))
class Shops:
    shop = String().as_entity()
    size = Float()


order = Orders()
shop = Shops()


@model_contract(
    name="thumb",
    input_features=[order.amount],
    output_source=FileSource.parquet_at("data/thumb.parquet"),
)
class RuleOfThumb:
    customer = Int64().as_entity()
    says = order.was_returned.as_classification_label()


@model_contract(
    name="vendor-2024",
    input_features=[order.amount],
    output_source=FileSource.parquet_at("data/vendor.parquet", mapping_keys={"YES": "yes"}),
)
class Vendor:
    customer = Int64().as_entity()
    asked_at = EventTimestamp()
    answer = order.was_returned.as_classification_label()
    yes = answer.probability_of(True)
    no = answer.probability_of(False)
    release = Int64().as_model_version()


@model_contract(
    name="returns",
    input_features=[order.count],
    output_source=FileSource.parquet_at("data/returns.parquet"),
    baselines=[RuleOfThumb, "vendor-2024"],
)
class Returns:
    customer = Int64().as_entity()
    predicted_at = EventTimestamp()
    version = String().as_model_version()
    will_return = order.was_returned.as_classification_label().send_ground_truth_event(
        when=order.is_final, sink_to=RedisConfig().stream("returns")
    )


@model_contract(
    name="kinds",
    input_features=[order.amount, shop.size],
    output_source=FileSource.parquet_at("data/kinds.parquet"),
    baselines=["usual_kind"],
)
class Kinds:
    customer = Int64().as_entity()
    shop = String().as_entity()
    kind_to_come = order.kind.as_classification_label()


@model_contract(
    name="usual_kind",
    input_features=[order.amount],
    output_source=FileSource.parquet_at("data/usual.parquet"),
)
class UsualKind:
    customer = Int64().as_entity()
    written_at = EventTimestamp()
    usual = order.kind.as_classification_label()


@model_contract(
    name="last_year",
    input_features=[order.kind],
    output_source=FileSource.parquet_at("data/last_year.parquet"),
)
class LastYear:
    customer = Int64().as_entity()
    predicted_at = EventTimestamp()
    version = String().as_model_version()
    amount = order.amount.as_regression_label()
    three_days = order.spent.as_regression_label()
    items = order.count.as_regression_label()


@model_contract(name="amounts", input_features=[order.kind], baselines=[LastYear])
class Amounts:
    customer = Int64().as_entity()
    predicted_at = EventTimestamp()
    version = String().as_model_version()
    amount_to_come = order.amount.as_regression_label()
    spent_in_3_days = order.spent.as_regression_label()
    items_to_come = order.count.as_regression_label()
"""

START: Final = datetime(2024, 5, 1, tzinfo=UTC)
KINDS: Final = ["web", "shop", "it's, odd"]
Row = Mapping[str, Any]


def frames(seed: int, count: int = 300) -> dict[str, pl.DataFrame]:
    """Rows of all sources; the predictions of `amounts` are `predictions`.

    Times are whole hours, so that many are the same; keys and values may be missing.
    """
    draw = random.Random(seed)
    customers = [*range(count // 4), None]

    def at() -> datetime:
        return START + timedelta(hours=draw.randrange(96))

    def some(value: object, missing: float = 0.1) -> Any:
        return None if draw.random() < missing else value

    orders = [
        {
            "customer": draw.choice(customers),
            "at": at(),
            "order": number,
            "amount": some(round(draw.uniform(0, 50), 2)),
            "count": some(draw.randrange(5)),
            "was_returned": some(draw.random() < 0.4),
            "kind": some(draw.choice(KINDS)),
            "is_final": draw.random() < 0.7,
        }
        for number in range(count * 3)
    ]
    keys = [None, *draw.sample(range(count // 4), count // 6)]
    thumb = [{"customer": c, "says": some(draw.random() < 0.5)} for c in keys]
    vendor = []
    for _ in range(count):
        chance = some(draw.choice([0.0, 0.25, 0.75, 1.0]))
        rest = None if chance is None else 1 - chance
        vendor.append(
            {
                "customer": draw.choice(customers),
                "asked_at": some(at()),
                "release": draw.randrange(4),
                "YES": chance,
                "no": rest,
            }
        )
    returns = [
        {
            "customer": draw.choice(customers),
            "predicted_at": some(at(), 0.05),
            "version": draw.choice(["v1", "v2", "v2"]),
            "will_return": some(draw.random() < 0.4),
        }
        for _ in range(count)
    ]
    kinds = [
        {
            "customer": draw.choice(customers),
            "shop": draw.choice(["north", "south", None]),
            "kind_to_come": some(draw.choice(KINDS)),
        }
        for _ in range(count)
    ]
    usual = [
        {
            "customer": draw.choice(customers[::2]),
            "written_at": at() + timedelta(seconds=number),
            "usual": some(draw.choice(KINDS)),
        }
        for number in range(count)
    ]

    def numbers(*names: str) -> list[dict[str, Any]]:
        return [
            {
                "customer": draw.choice(customers),
                "predicted_at": START + timedelta(hours=draw.randrange(0, 96, 6)),
                "version": draw.choice(["v1", "v2"]) + f"-{number % 7}" * (names[0] == "amount"),
                **{name: some(float(draw.randrange(60))) for name in names},
            }
            for number in range(count * 2)
        ]

    schema = {"orders": {"count": pl.Int32()}}
    made = {
        "orders": orders,
        "shops": [{"shop": "north", "size": 1.5}],
        "thumb": thumb,
        "vendor": vendor,
        "returns": returns,
        "kinds": kinds,
        "usual": usual,
        "last_year": numbers("amount", "three_days", "items"),
        "predictions": numbers("amount_to_come", "spent_in_3_days", "items_to_come"),
    }
    return {
        name: pl.DataFrame(rows, schema_overrides=schema.get(name), infer_schema_length=None)
        for name, rows in made.items()
    }


@dataclass(frozen=True)
class Asked:
    """A prediction of a model, of which the truth may be known, and what a baseline has said of it."""

    version: str
    day: Any
    predicted: Any
    truth: Any
    other: Any

    @property
    def is_judged(self) -> bool:
        return self.predicted is not None and self.truth is not None

    @property
    def is_pair(self) -> bool:
        return self.is_judged and self.other is not None


Partner = Callable[[Row], Any]
Truth = Callable[[Row], Any]


def asked(
    rows: list[dict[str, Any]], prediction: str, truth: Truth, other: Partner
) -> Iterator[Asked]:
    for row in rows:
        time = row.get("predicted_at")
        yield Asked(
            version=row.get("version", ""),
            day=None if time is None else time.date(),
            predicted=row[prediction],
            truth=truth(row),
            other=other(row),
        )


def latest_order(orders: list[dict[str, Any]], name: str, *, finals: bool = False) -> Truth:
    """The truth: what the customer's latest order says, or the latest final one."""

    def truth(row: Row) -> Any:
        own = [o for o in orders if o["customer"] is not None and o["customer"] == row["customer"]]
        own = [o for o in own if o["is_final"] or not finals]
        last = max(own, key=lambda o: (o["at"], o["order"]), default=None)
        return last[name] if last is not None else None

    return truth


def spent_ahead(orders: list[dict[str, Any]]) -> Truth:
    """The truth: what the customer spends in three days, once these are over."""
    end_of_all = max(o["at"] for o in orders)

    def truth(row: Row) -> Any:
        begin, end = row["predicted_at"], row["predicted_at"] + timedelta(days=3)
        seen = [
            o["amount"]
            for o in orders
            if o["customer"] is not None
            and o["customer"] == row["customer"]
            and begin < o["at"] <= end
            and o["amount"] is not None
        ]
        return sum(seen) if seen and end <= end_of_all else None

    return truth


def latest_said(
    rows: list[dict[str, Any]],
    value: Callable[[Row], Any],
    time: str,
    order: Callable[[Row], Any],
    *,
    at: str | None = "predicted_at",
    same_time: bool = False,
) -> Partner:
    """What a baseline said last to the customer up to a prediction, or at the very time of it."""

    def partner(row: Row) -> Any:
        if row["customer"] is None or (at is not None and row[at] is None):
            return None
        own = [r for r in rows if r["customer"] == row["customer"] and r[time] is not None]
        if at is not None:
            own = [r for r in own if (r[time] == row[at] if same_time else r[time] <= row[at])]
        last = max(own, key=lambda r: (r[time], order(r)), default=None)
        return value(last) if last is not None else None

    return partner
