from alignc import *

orders = FileSource.parquet_at("orders.parquet")


@feature_view(name="fine", source=orders)
class Fine:
    order_id = Int64().as_entity()
    ordered_at = EventTimestamp()
    amount = Float()
    country = String()
