"""What the bank predicts about payments and loans."""

from datetime import timedelta

from features.accounts import AccountBranches, Accounts, Bureau, Holders, warehouse
from features.payments import (
    CardHabits,
    CardPayments,
    Disputes,
    LargePayments,
    Loans,
    Movements,
    PastDisputes,
)

from alignc import UUID, EventTimestamp, Model, RedisConfig, String, model_contract

FRAUD = ["Fraud desk"]
CREDIT = ["Credit risk"]

account = Accounts()
branch = AccountBranches()
holder = Holders()
bureau = Bureau()
payment = CardPayments()
large = LargePayments()
habit = CardHabits()
movement = Movements()
dispute = Disputes()
past = PastDisputes()
loan = Loans()

redis = RedisConfig("FRAUD_REDIS_URL")


class DeviceRisk(Model):
    """Is a device one that frauds come from? May see who it is about."""

    metadata = Model.metadata_with(
        name="device_risk",
        features=[payment.device, payment.is_private_network, past.frauds_365d],
        contacts=FRAUD,
        predictions_source=warehouse.table("device_risk"),
    )

    payment_id = UUID().as_entity()
    account_id = UUID().as_entity()
    scored_at = EventTimestamp(ttl=timedelta(days=1))
    version = String().as_model_version()
    bad_device = dispute.is_fraud.as_classification_target()
    how_bad = bad_device.probability_of(True).bounded_between(0, 1)


device_risk = DeviceRisk()


@model_contract(
    name="fraud",
    description="Is a payment by card a fraud?",
    input_features=[
        payment.share_of_balance,
        payment.is_round,
        payment.channel_number,
        payment.hour,
        payment.is_weekend,
        habit.paid_1h,
        habit.merchants_14d,
        habit.merchant_is_new,
        habit.against_habit,
        habit.large_14d,
        habit.last_ten,
        past.lost_365d,
        device_risk.how_bad,
        account.is_joint,
    ],
    output_source=warehouse.table("fraud_scores"),
    contacts=FRAUD,
)
class Fraud:
    payment_id = UUID().as_entity()
    account_id = UUID().as_entity()
    version = String().as_model_version()
    is_fraud = dispute.is_fraud.as_classification_label().send_ground_truth_event(
        when=dispute.is_decided, sink_to=redis.stream("fraud_truth")
    )


@model_contract(
    name="loss",
    description="What is lost if a large payment is a fraud?",
    features=[large.amount, large.share_of_balance, large.hour],
    prediction_source=warehouse.table("loss"),
    contacts=FRAUD,
)
class Loss:
    version = String().as_model_version()
    lost = dispute.lost.as_regression_label()


@model_contract(
    name="credit",
    description="Will a loan be paid back?",
    input_features=[
        loan.monthly,
        loan.rate_rank,
        bureau.score_rank,
        bureau.missed_365d,
        bureau.worst_365d,
        bureau.last_inquiries,
        holder.has_company_mail,
        holder.has_phone,
        holder.lives_abroad,
        account.is_current,
        account.is_savings,
        account.is_business,
        account.age_in_days,
        branch.opened_online,
        branch.opened_abroad,
        branch.has_high_limit,
        movement.growth,
        movement.transfers_30d,
        movement.largest_30d,
    ],
    output_source=warehouse.table("credit_scores"),
    contacts=CREDIT,
)
class Credit:
    loan_id = UUID().as_entity()
    account_id = UUID().as_entity()
    version = String().as_model_version()
    will_default = loan.defaulted.as_classification_label()
