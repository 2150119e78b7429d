from alignc import *

orders = FileSource.parquet_at("orders.parquet")


@feature_view(name="orders", source=orders)
class Orders:
    order_id = Int64().as_entity()
    ordered_at = EventTimestamp()
    amount = Float()
    country = String()


@feature_view(name="returns", source=orders)
class Returns:
    order_id = Int64().as_entity()
    ordered_at = EventTimestamp()
    amount = Float()
    country = String()


order, returned = Orders(), Returns()


@model_contract(name="m", input_features=[order.amount, returned.amount])
class M:
    pass
