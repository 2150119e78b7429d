from alignc import *


@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    order_id = Int64().as_entity()
    ordered_at = EventTimestamp()
    amount = Float()
    is_late = Bool()


@feature_view(name="Orders", source=FileSource.parquet_at("other_orders.parquet"))
class OtherOrders:
    order_id = Int64().as_entity()
    ordered_at = EventTimestamp()
    amount = Float()


orders = Orders()


@model_contract(name="late", input_features=[orders.amount])
class Late:
    will_be_late = orders.is_late.as_classification_label()


@model_contract(name="late__drift", input_features=[orders.amount])
class LateByDrift:
    will_be_late = orders.is_late.as_classification_label()
