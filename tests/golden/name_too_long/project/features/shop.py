from alignc import *

orders = FileSource.parquet_at("orders.parquet")


@feature_view(name="orders", source=orders)
class Orders:
    order_id = Int64().as_entity()
    amount = Float()
    how_much_was_paid_for_the_order_without_the_value_added_tax_in_euros = amount * 0.75
