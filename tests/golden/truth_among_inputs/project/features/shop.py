"""The ground truth is an input, too, under its own name."""

from alignc import EventTimestamp, FileSource, Float, Int64, feature_view, model_contract


@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float()
    tax = Float()


order = Orders()


@model_contract(name="m", input_features=[order.tax, order.amount])
class M:
    predicted = order.amount.as_regression_label()
