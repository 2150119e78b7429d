from alignc import *

orders = FileSource.parquet_at("orders.parquet")


@feature_view(name="orders", source=orders)
class Orders:
    order_id = Int64().as_entity()
    ordered_at = EventTimestamp()
    amount = Float()
    country = String()
