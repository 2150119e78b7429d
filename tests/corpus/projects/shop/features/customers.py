"""Who buys: customers as they were from one change to the next, and their consents."""

from datetime import timedelta

from alignc import (
    Bool,
    Contact,
    CountryCode,
    Date,
    Email,
    EventTimestamp,
    FeatureView,
    FileSource,
    Int64,
    String,
    ValidFrom,
    ValidTo,
    feature_view,
)

CUSTOMER_TEAM = [Contact("Customer team", email="customers@shop.example")]
SEGMENTS = ["new", "returning", "loyal"]
FREE_MAIL = ["gmail.com", "outlook.com", "yahoo.com"]

data = FileSource.directory("data")


@feature_view(
    name="customers",
    source=data.parquet_at("customers.parquet"),
    contacts=CUSTOMER_TEAM,
    tags=["gold"],
)
class Customers:
    """A customer's account; each change is a row."""

    customer_id = Int64().as_entity()
    valid_from = ValidFrom()
    valid_to = ValidTo()

    email = Email().is_required().description("Where bills are sent to.")
    country = CountryCode().is_required()
    segment = String().is_required().accepted_values(SEGMENTS)
    born = Date().is_required().description("As the customer told it.")
    # Read by the newsletter, which is no model.
    newsletter = Bool().description("Whether mails about offers are welcome.")

    mail_domain = email.domain()
    has_free_mail = mail_domain.is_in(FREE_MAIL).description("A mailbox that costs nothing.")
    segment_rank = segment.ordinal_categories(SEGMENTS).description("From new (0) to loyal (2).")
    is_domestic = country == "NO"
    age = (valid_from.year() - born.year()).description("Years, at the last change.")


class Complaints(FeatureView):
    metadata = FeatureView.metadata_with(
        name="complaints",
        description="Letters of customers who are not content.",
        batch_source=data.parquet_at("complaints.parquet"),
        contacts=CUSTOMER_TEAM,
        tags={"domain": "support"},
    )

    customer_id = Int64().as_entity()
    written_at = EventTimestamp(ttl=timedelta(days=180))
    letter_id = Int64().as_tie_breaker()

    text = String().is_required().max_length(10_000).description("As it was written.")
    severity = Int64().is_required().lower_bound(1).upper_bound(5)

    length = text.length().description("Characters.")
    is_long = length > 500
    is_severe = severity >= 4

    complaints_180d = severity.aggregate().over(days=180).count()
    severe_180d = severity.aggregate(where=is_severe).over(days=180).count()
    long_180d = is_long.aggregate().over(days=180).any()
    last_severity = severity.aggregate().over(days=180).last()
    share_severe = severe_180d / complaints_180d
