from datetime import timedelta
from alignc import *

@feature_view(name="payments", source=FileSource.parquet_at("payments.parquet"))
class Payments:
    customer = Int64().as_entity()
    at = EventTimestamp(availability_delay=timedelta(minutes=5))
    written = Timestamp().as_created_at()
    amount = Float()
    kind = String()
    is_card = kind == "card"
    big_7d = amount.aggregate(where=is_card).over(days=7).sum()
    median_7d = amount.aggregate().over(days=7).median()
    last_three = amount.aggregate().over(rows=3).mean()
    daily_7d = amount.aggregate().over(days=7, resolution=timedelta(days=1)).sum()

@feature_view(name="customers", source=FileSource.parquet_at("customers.parquet"))
class Customers:
    customer = Int64().as_entity()
    since = ValidFrom()
    until = ValidTo()
    city = String()
    born = Date()
    age = since.date_component("year") - born.date_component("year")

@feature_view(name="both", source=Payments.join_asof(Customers, on="customer"))
class Both:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float()
    city = String()
    is_oslo = city == "Oslo"

b = Both()
p = Payments()
@model_contract(
    name="rule_of_thumb",
    description="What was paid last is paid again.",
    input_features=[p.last_three],
    output_source=FileSource.parquet_at("rule_of_thumb.parquet"),
)
class RuleOfThumb:
    said_at = EventTimestamp()
    again = b.amount.as_regression_label()

@model_contract(
    name="m",
    input_features=[b.is_oslo, p.big_7d, p.median_7d, p.last_three, p.daily_7d],
    baselines=[RuleOfThumb],
)
class M:
    x = b.amount.as_regression_label()
