"""Accounts, the people who hold them, and the branches that opened them."""

from datetime import timedelta

from alignc import (
    UUID,
    Bool,
    CountryCode,
    Date,
    Decimal,
    Email,
    EventTimestamp,
    FeatureView,
    Float,
    InMemorySource,
    Int64,
    PhoneNumber,
    PostgreSQLConfig,
    Renamer,
    String,
    Timestamp,
    ValidFrom,
    ValidTo,
    feature_view,
)

ACCOUNTS = ["Accounts"]
KINDS = ["current", "savings", "business"]

core = PostgreSQLConfig("CORE_BANK_URL", schema="core")
warehouse = PostgreSQLConfig("WAREHOUSE_URL")


class Accounts(FeatureView):
    """Accounts as they were between two changes of their terms."""

    metadata = FeatureView.metadata_with(
        name="accounts",
        batch_source=core.table("accounts").with_renames(Renamer.camel_to_snake_case()),
        contacts=ACCOUNTS,
    )

    account_id = UUID().as_entity()
    valid_from = ValidFrom()
    valid_to = ValidTo()
    changed_at = Timestamp().as_created_at()

    kind = String().is_required().accepted_values(KINDS)
    branch_id = Int64().is_required()
    credit_limit = Decimal(12, 2).is_required().lower_bound(0)
    opened_on = Date().is_required()
    is_joint = Bool().is_required()

    is_current, is_savings, is_business = kind.one_hot_encode(KINDS)
    age_in_days = valid_from.date() - opened_on


@feature_view(
    name="branches",
    description="Branches do not move.",
    source=InMemorySource.from_rows(
        "branches",
        [
            {"branch_id": 1, "country": "NO", "is_online": False},
            {"branch_id": 2, "country": "SE", "is_online": True},
        ],
    ),
    contacts=ACCOUNTS,
    tags=["static"],
)
class Branches:
    branch_id = Int64().as_entity()
    country = CountryCode().is_required()
    is_online = Bool()


@feature_view(
    name="account_branches",
    description="An account's terms beside what is known of its branch.",
    source=Accounts.join(Branches, on="branch_id", how="left", renames={"country": "home"}),
    contacts=ACCOUNTS,
)
class AccountBranches:
    account_id = UUID().as_entity()
    valid_from = ValidFrom(ttl=timedelta(days=3650))
    home = String()
    is_online = Bool()
    credit_limit = Decimal(12, 2)

    # Several accounts were opened before there were branches.
    opened_online = is_online.fill_na(False)
    opened_abroad = home != "NO"
    has_high_limit = credit_limit > 5000


@feature_view(
    name="holders",
    description="People; what can be asked of them without asking who they are.",
    source=core.table("holders"),
    contacts=ACCOUNTS,
)
class Holders:
    account_id = UUID().as_entity()
    updated_at = EventTimestamp(ttl=timedelta(days=3650))

    email = Email().is_required()
    phone = PhoneNumber()
    income = Float().lower_bound(0).is_pii().description("Euros a year, as told.")
    home = CountryCode().is_required()

    mail_domain = email.domain()
    has_company_mail = ~mail_domain.is_in(["gmail.com", "gmx.net"])
    has_phone = phone.is_not_null()
    lives_abroad = home != "NO"


@feature_view(
    name="bureau",
    description="What the credit bureau reports, known a day after the day it is about.",
    source=warehouse.table("bureau_reports", mapping_keys={"acct": "account_id"}),
    contacts=["Credit risk"],
)
class Bureau:
    account_id = UUID().as_entity()
    reported_at = EventTimestamp(ttl=timedelta(days=365), availability_delay=timedelta(days=1))
    received_at = Timestamp().as_created_at()

    score = Int64().is_required().bounded_between(300, 850)
    inquiries = Int64().is_required().lower_bound(0)
    missed = Int64().is_required().lower_bound(0).description("Payments missed in this month.")

    missed_365d = missed.aggregate().over(days=365).sum()
    worst_365d = score.aggregate().over(days=365).min()
    last_inquiries = inquiries.aggregate().over(days=90).last()
    score_rank = score.clip(300, 850) / 850
