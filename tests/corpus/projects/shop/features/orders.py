"""What is sold, what was ordered, what came back."""

from datetime import timedelta

from features.customers import data

from alignc import (
    Bool,
    CsvConfig,
    DateFormatter,
    Decimal,
    EventTimestamp,
    FeatureView,
    FileSource,
    Float,
    InMemorySource,
    Int64,
    String,
    feature_view,
    when,
)

SALES = ["Sales team"]
CATEGORIES = ["book", "game", "toy"]

orders_file = FileSource.csv_at(
    "data/orders.csv.gz",
    mapping_keys={"Order ID": "order_id", "Ordered at": "ordered_at"},
    csv_config=CsvConfig(separator=";", null_values=["n/a"]),
    date_formatter=DateFormatter.string_format("%d.%m.%Y %H:%M"),
)


@feature_view(
    name="products",
    source=InMemorySource.from_rows(
        "products",
        [
            {"product_id": 1, "category": "book", "list_price": 20.0},
            {"product_id": 2, "category": "toy", "list_price": 35.5},
            {"product_id": 3, "category": "game", "list_price": 60.0},
        ],
    ),
    contacts=SALES,
    tags=["static"],
)
class Products:
    """What is sold; a product never changes."""

    product_id = Int64().as_entity()
    category = String().is_required().accepted_values(CATEGORIES)
    list_price = Float().is_required().lower_bound(0)


@feature_view(name="orders", source=orders_file, contacts=SALES, tags=["gold"])
class Orders:
    """An order, as the customer has sent it."""

    order_id = Int64().as_entity()
    ordered_at = EventTimestamp(ttl=timedelta(days=2), time_zone="Europe/Oslo")

    # Only joins read it.
    product_id = Int64().is_required()
    amount = Decimal(10, 2).is_required().lower_bound(0).description("Euros, without shipping.")
    shipping = Decimal(6, 2).is_required().lower_bound(0)
    items = Int64().is_required().lower_bound(1)
    express = Bool()
    coupon = String().max_length(20)

    total = (amount + shipping).description("What the customer pays.")
    each = (amount / items).description("Euros an item.")
    has_coupon = coupon.is_not_null()
    hour = ordered_at.hour()
    is_at_night = (hour < 6) | (hour >= 23)
    speed = when(express).then(1).when(total > 100).then(2).otherwise(5)


@feature_view(
    name="priced_orders",
    source=Orders.join(Products, on="product_id"),
    contacts=SALES,
)
class PricedOrders:
    """Orders with what their product is listed for."""

    order_id = Int64().as_entity()
    ordered_at = EventTimestamp(ttl=timedelta(days=2))
    each = Float()
    category = String()
    list_price = Float()

    rebate = 1 - each / list_price
    category_rank = category.ordinal_categories(CATEGORIES)


DearOrders = Orders.filter("dear_orders", where=lambda order: order.amount > 500)


@feature_view(name="spending", source=orders_file, contacts=SALES)
class Spending:
    """What a customer has bought so far; orders that are asked about do not count."""

    customer_id = Int64().as_entity()
    ordered_at = EventTimestamp(ttl=timedelta(days=90), time_zone="Europe/Oslo")
    order_id = Int64().as_tie_breaker()
    amount = Decimal(10, 2).is_required().lower_bound(0)
    items = Int64().is_required().lower_bound(1)
    express = Bool()
    coupon = String().max_length(20)

    each = amount / items
    before_30d = amount.aggregate().over(days=30, closed="left")
    spent_30d = before_30d.sum()
    orders_30d = before_30d.count()
    before_90d = amount.aggregate().over(days=90, closed="left")
    spent_90d = before_90d.sum()
    orders_90d = before_90d.count()
    usual_each = each.aggregate().over(days=90, closed="left").median()
    express_90d, normal_90d = (
        amount.aggregate().over(days=90, closed="left").by(express, [True, False]).count()
    )
    last_coupon = coupon.aggregate().over(days=90, closed="left").last()
    earlier_30d = amount.aggregate().over(days=30, closed="left").offset(days=30).sum()

    trend = (spent_30d - earlier_30d).description("Euros more than in the month before.")
    had_coupon = last_coupon.is_not_null()
    bought_next_90d = amount.aggregate().over_next(days=90).count()


class Returns(FeatureView):
    metadata = FeatureView.metadata_with(
        "returns",
        "Orders that came back, one row an order as soon as that is certain.",
        data.parquet_at("returns.parquet"),
        contacts=SALES,
    )

    order_id = Int64().as_entity()
    decided_at = EventTimestamp()
    was_returned = Bool().is_required()
    damage = Float().lower_bound(0).description("Euros lost.")
    is_final = Bool().description("Whether nobody will ask again.")
