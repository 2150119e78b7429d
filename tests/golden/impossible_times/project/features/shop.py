from datetime import timedelta

from alignc import (
    Bool,
    EventTimestamp,
    FileSource,
    Int64,
    String,
    Timestamp,
    ValidTo,
    feature_view,
    model_contract,
)


@feature_view(name="late", source=FileSource.csv_at("late.csv"))
class Late:
    shop = String().as_entity()
    at = EventTimestamp(ttl=timedelta(hours=1), availability_delay=timedelta(hours=2))
    price = Int64()
    sold = price.aggregate().over(hours=1).offset(minutes=30).count()
    known = price.aggregate().over(hours=3).count()


@feature_view(name="early", source=FileSource.csv_at("early.csv"))
class Early:
    shop = String().as_entity()
    at = EventTimestamp(availability_delay=timedelta(hours=-1))
    price = Int64()


@feature_view(name="prices", source=FileSource.csv_at("prices.csv"))
class Prices:
    shop = String().as_entity()
    end = ValidTo()
    other_end = Timestamp().as_valid_to()


@feature_view(name="orders", source=FileSource.csv_at("orders.csv"))
class Orders:
    shop = String().as_entity()
    at = EventTimestamp()
    price = Int64()
    paid = Bool()
    none = price.aggregate().over(rows=0).count()
    moved = price.aggregate().over_next(days=1).offset(hours=1).count()
    share = price.aggregate().percentile(90)
    unpaid = price.aggregate(where=price).over(hours=1).count()
    text = price.aggregate().concat(", ")
    some = price.aggregate().any()
    total = price.aggregate().sum().as_tie_breaker()
    next_total = price.aggregate().over_next(days=1).sum()


@feature_view(name="returns", source=FileSource.csv_at("returns.csv"))
class Returns:
    shop = String().as_entity()
    at = EventTimestamp()
    price = Int64()
    past = price.aggregate().over(days=1).sum()
    future = price.aggregate().over_next(days=1).sum()


returns = Returns()
lossy = Returns.filter("lossy", lambda v: v.future > 0)


@model_contract(name="loss", input_features=[returns.future])
class Loss:
    loss = returns.past.as_regression_label()
