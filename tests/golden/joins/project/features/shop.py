from alignc import EventTimestamp, FileSource, Float, Int32, Int64, String, feature_view


@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    order_id = Int64().as_entity()
    customer = String()
    t = EventTimestamp()
    note = String()
    amount = Float()


@feature_view(name="customers", source=FileSource.parquet_at("customers.parquet"))
class Customers:
    customer = String().as_entity()
    note = String()
    amount = Int32()


@feature_view(name="ambiguous", source=Orders.join(Customers, on="customer"))
class Ambiguous:
    order_id = Int64().as_entity()
    note = String()


@feature_view(name="unknown", source=Orders.join(Customers, on="customer", renames={"not": "n"}))
class Unknown:
    order_id = Int64().as_entity()


@feature_view(name="no_key", source=Orders.join(Customers, on="client"))
class NoKey:
    order_id = Int64().as_entity()


@feature_view(
    name="other_type", source=Orders.join(Customers, on_left="order_id", on_right="customer")
)
class OtherType:
    order_id = Int64().as_entity()


@feature_view(name="taken", source=Orders.join(Customers, on="customer", renames={"note": "T"}))
class Taken:
    order_id = Int64().as_entity()


@feature_view(name="no_times", source=Orders.join_asof(Customers, on="customer"))
class NoTimes:
    order_id = Int64().as_entity()


@feature_view(name="half_a_key", source=Customers.join_asof(Orders, on="customer"))
class HalfAKey:
    customer = String().as_entity()


@feature_view(name="not_a_view", source=Orders.join(FileSource.csv_at("x.csv"), on="customer"))
class NotAView:
    order_id = Int64().as_entity()


@feature_view(name="stacked", source=Orders.vstack(Customers, source_column="note"))
class Stacked:
    customer = String().as_entity()


@feature_view(name="different", source=Orders.vstack(Customers))
class Different:
    customer = String().as_entity()
    amount = Float()
    t = EventTimestamp()
    note = Float()
