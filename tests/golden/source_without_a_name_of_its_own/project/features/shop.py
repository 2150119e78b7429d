from alignc import *

orders = FileSource.parquet_at("orders.parquet")


@feature_view(name="orders", source=orders)
class Orders:
    order_id = Int64().as_entity()
    ordered_at = EventTimestamp()
    amount = Float()
    country = String()


other = FileSource.parquet_at("archive/orders.parquet")


@feature_view(name="old", source=other)
class Old:
    order_id = Int64().as_entity()
    amount = Float()
