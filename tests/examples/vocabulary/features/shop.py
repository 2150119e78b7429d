"""Models and snapshots of a dbt project, and what is promised about views and models."""

from datetime import timedelta

from alignc import *

OWNER = Contact("Shop 'n' \"team\" {{ 🛒 }}", email="shop@example.com", slack_member_id="U012AB3CD")
shop = PostgreSQLConfig("SHOP_DATABASE_URL", "sales")


@feature_view(
    name="orders",
    source=DbtRef("stg_orders", {"customer_id": "shopper"}, package="shop", version=2, database=shop),
    contacts=[OWNER, "Data platform"],
    acceptable_freshness=timedelta(hours=6),
    unacceptable_freshness=timedelta(days=1),
)
class Orders:
    """What was bought."""

    shopper = Int64().as_entity()
    ordered_at = EventTimestamp()
    loaded_at = Timestamp().as_freshness()
    amount = Float()
    spent = amount.aggregate().over(days=30).sum()


@feature_view(
    name="shoppers",
    source=shop.table("customers", {"customer_id": "shopper"}).snapshot(
        unique_key="customer_id", updated_at="updated_at"
    ),
    contacts=[OWNER],
)
class Shoppers:
    """Who buys, as it was known at each time."""

    shopper = Int64().as_entity()
    valid_from = ValidFrom()
    valid_to = ValidTo()
    city = String()


@feature_view(
    name="carts",
    source=shop.table("carts").snapshot(
        unique_key=["shop", "cart"], check_columns=["items", "total"], name="cart_history"
    ),
)
class Carts:
    """What is in the carts."""

    shop = Int64().as_entity()
    cart = Int64().as_entity()
    valid_from = ValidFrom()
    valid_to = Timestamp().as_valid_to()
    items = Int32()


@model_contract(
    name="basket",
    input_features=[Orders().spent, Shoppers().city],
    contacts=[OWNER],
    version=2,
    exposed_at_url="https://models.example.com/basket?a='{{b}}'",
    acceptable_freshness=timedelta(days=1),
    unacceptable_freshness=timedelta(days=2),
)
class Basket:
    pass
