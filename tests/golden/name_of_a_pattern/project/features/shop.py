from alignc import *

orders = FileSource.parquet_at("orders.parquet", mapping_keys={"*": "stars"})


@feature_view(name="orders", source=orders)
class Orders:
    order_id = Int64().as_entity()
    stars = Int32()
