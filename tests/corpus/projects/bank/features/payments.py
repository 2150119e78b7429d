"""Payments by card and by transfer, and what has become of them."""

from datetime import timedelta

from features.accounts import core, warehouse

from alignc import (
    UUID,
    Bool,
    Decimal,
    EventTimestamp,
    Float,
    Int64,
    IpAddress,
    String,
    data_contract,
    feature_view,
    hash_from,
    when,
)

PAYMENTS = ["Payments"]
CHANNELS = ["web", "app", "branch"]

card_table = core.table("card_payments")
transfer_table = core.table("transfers")


@feature_view(
    name="card_payments", source=card_table, contacts=PAYMENTS, description="Payments by card."
)
class CardPayments:
    payment_id = UUID().as_entity()
    paid_at = EventTimestamp(ttl=timedelta(days=1))
    account_id = UUID().is_required()
    amount = Decimal(12, 2).is_required().lower_bound(0)
    balance = Decimal(12, 2).is_required().description("Before the payment.")
    channel = String().is_required().accepted_values(CHANNELS)
    merchant = String().is_required().max_length(60)
    ip = IpAddress()

    # What the device risk model may see.
    device = hash_from([ip, merchant]).is_pii()
    is_private_network = ip.is_private()
    share_of_balance = when(balance > 0).then(amount / balance).otherwise(0.0)
    is_round = amount.cast(Int64()) % 100 == 0
    channel_number = channel.ordinal_categories(["branch", "app", "web"])
    hour = paid_at.hour()
    is_weekend = paid_at.weekday() >= 6


@feature_view(
    name="transfers",
    source=transfer_table,
    contacts=PAYMENTS,
    description="Payments from account to account.",
)
class Transfers:
    payment_id = UUID().as_entity()
    paid_at = EventTimestamp(ttl=timedelta(days=1))
    account_id = UUID().is_required()
    amount = Decimal(12, 2).is_required().lower_bound(0)


@data_contract(
    name="movements",
    source=CardPayments.vstack(Transfers, source_column="origin"),
    contacts=PAYMENTS,
    description="Money that leaves an account, by whatever way.",
)
class Movements:
    account_id = UUID().as_entity()
    paid_at = EventTimestamp(ttl=timedelta(days=60))
    amount = Decimal(12, 2)
    origin = String()

    is_transfer = origin == "transfers"
    out_30d = amount.aggregate().over(days=30).sum()
    out_60d = amount.aggregate().over(days=60).sum()
    transfers_30d = amount.aggregate(where=is_transfer).over(days=30).count()
    largest_30d = amount.aggregate().over(days=30).max()
    growth = out_30d / (out_60d - out_30d)


@feature_view(
    name="card_habits",
    source=card_table,
    contacts=PAYMENTS,
    description="How a card was used before the payment in question.",
)
class CardHabits:
    account_id = UUID().as_entity()
    paid_at = EventTimestamp(ttl=timedelta(days=14))
    payment_id = UUID().as_tie_breaker()
    amount = Decimal(12, 2).is_required().lower_bound(0)
    merchant = String().is_required().max_length(60)
    channel = String().is_required().accepted_values(CHANNELS)

    is_large = amount > 1000
    is_web = channel == "web"
    paid_1h = amount.aggregate().over(hours=1, closed="left").count()
    paid_14d = amount.aggregate().over(days=14, closed="left").mean()
    spread_14d = amount.aggregate().over(days=14, closed="none").std()
    large_14d = is_large.aggregate(where=is_web).over(days=14, closed="left").any()
    merchants_14d = merchant.aggregate().over(days=14, closed="left").count_distinct()
    last_merchants = merchant.aggregate().over(days=14, closed="left").last_k(5)
    last_ten = amount.aggregate().over(rows=10, closed="left").mean()

    merchant_is_new = ~last_merchants.contains(merchant)
    against_habit = paid_14d / spread_14d


LargePayments = CardPayments.filter(
    "large_payments", where=lambda payment: (payment.amount > 1000) & (payment.channel != "branch")
)


@feature_view(
    name="disputes",
    source=warehouse.table("disputes"),
    contacts=PAYMENTS,
    description="What customers and the fraud desk have found out about payments.",
)
class Disputes:
    payment_id = UUID().as_entity()
    decided_at = EventTimestamp()
    is_fraud = Bool().is_required()
    lost = Decimal(12, 2).lower_bound(0)
    is_decided = Bool().is_required()


@feature_view(
    name="past_disputes",
    source=warehouse.table("disputes"),
    contacts=PAYMENTS,
    description="An account's disputes that were decided before.",
)
class PastDisputes:
    account_id = UUID().as_entity()
    decided_at = EventTimestamp(ttl=timedelta(days=365), availability_delay=timedelta(hours=6))
    is_fraud = Bool().is_required()
    lost = Decimal(12, 2).lower_bound(0)

    frauds_365d = lost.aggregate(where=is_fraud).over(days=365, closed="left").count()
    lost_365d = lost.aggregate().over(days=365, closed="left").sum()


@feature_view(
    name="loans",
    source=warehouse.table("loans"),
    contacts=["Credit risk"],
    description="Loans and how they ended.",
)
class Loans:
    loan_id = UUID().as_entity()
    asked_at = EventTimestamp(ttl=timedelta(days=1))
    amount = Decimal(12, 2).is_required().lower_bound(0)
    months = Int64().is_required().lower_bound(1).upper_bound(360)
    rate = Float().is_required().lower_bound(0).description("Percent a year.")
    defaulted = Bool().description("Whether it was not paid back.")

    monthly = amount / months
    rate_class = when(rate < 3).then("low").when(rate < 8).then("middle").otherwise("high")
    rate_rank = rate_class.ordinal_categories(["low", "middle", "high"])
