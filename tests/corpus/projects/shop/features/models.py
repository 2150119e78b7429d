"""What is predicted about customers and orders."""

from datetime import timedelta

from features.customers import CUSTOMER_TEAM, Complaints, Customers, data
from features.orders import SALES, DearOrders, Orders, PricedOrders, Returns, Spending

from alignc import (
    EventTimestamp,
    Int64,
    Model,
    RedisConfig,
    String,
    model_contract,
)

customers = Customers()
complaints = Complaints()
orders = Orders()
priced = PricedOrders()
dear = DearOrders()
spending = Spending()
returns = Returns()


@model_contract(
    name="return_risk",
    description="Will the order come back?",
    input_features=[
        orders.total,
        orders.has_coupon,
        orders.is_at_night,
        orders.speed,
        priced.rebate,
        priced.category_rank,
        spending.spent_30d,
        spending.orders_30d,
        spending.usual_each,
        spending.express_90d,
        spending.normal_90d,
        spending.had_coupon,
        customers.segment_rank,
        customers.has_free_mail,
    ],
    output_source=data.parquet_at("return_risk.parquet"),
    contacts=SALES,
)
class ReturnRisk:
    order_id = Int64().as_entity()
    customer_id = Int64().as_entity()
    predicted_at = EventTimestamp(ttl=timedelta(days=30))
    version = String().as_model_version()
    will_return = returns.was_returned.as_classification_label().send_ground_truth_event(
        when=returns.is_final,
        sink_to=RedisConfig.localhost().stream("returns"),
    )
    how_likely = will_return.probability_of(True)


class Damage(Model):
    metadata = Model.metadata_with(
        name="damage",
        description="What does it cost if a dear order comes back?",
        features=[dear.total, dear.items, dear.speed],
        contacts=SALES,
        predictions_source=data.parquet_at("damage.parquet"),
    )

    model_version = String().as_model_version()
    cost = returns.damage.as_regression_target()


@model_contract(
    name="churn",
    description="How often will the customer buy within three months?",
    input_features=[
        spending.spent_90d,
        spending.trend,
        complaints.complaints_180d,
        complaints.share_severe,
        complaints.long_180d,
        complaints.last_severity,
        customers.segment_rank,
        customers.is_domestic,
        customers.age,
    ],
    output_source=data.parquet_at("churn.parquet"),
    contacts=CUSTOMER_TEAM,
)
class Churn:
    customer_id = Int64().as_entity()
    predicted_at = EventTimestamp(ttl=timedelta(days=7))
    version = String().as_model_version()
    orders_to_come = spending.bought_next_90d.as_regression_label()


churn = Churn()


@model_contract(
    name="voucher",
    description="Whom does a voucher bring back? Reads what the churn model has said.",
    input_features=[churn.orders_to_come, spending.spent_90d, complaints.complaints_180d],
    output_source=data.parquet_at("voucher.parquet"),
    contacts=CUSTOMER_TEAM,
)
class Voucher:
    customer_id = Int64().as_entity()
    version = String().as_model_version()
    orders_with_voucher = spending.bought_next_90d.as_regression_label()


@model_contract(
    name="old_churn",
    description="The first churn model, kept until the board has the new one.",
    input_features=[spending.spent_90d, customers.segment_rank],
    output_source=data.parquet_at("old_churn.parquet"),
    contacts=CUSTOMER_TEAM,
    tags=["deprecated"],
)
class OldChurn:
    version = String().as_model_version()
    orders_to_come = spending.bought_next_90d.as_regression_label()
