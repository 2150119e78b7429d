"""What is known about the people who ask for a loan, and about where they live."""

from datetime import timedelta

from alignc import Contact, EventTimestamp, FileSource, Int64, String, Timestamp, feature_view

OWNER = Contact("Credit risk", email="credit.risk@example.com")


@feature_view(
    name="credit_history",
    description="What a customer owes and has failed to pay, as the credit bureau reports it.",
    batch_source=FileSource.parquet_at("data/credit_history.parquet"),
    contacts=[OWNER],
)
class CreditHistory:
    dob_ssn = String().as_entity().description("Date of birth and the last digits of the SSN.")
    # A report older than a quarter of a year says too little about a customer.
    event_timestamp = EventTimestamp(ttl=timedelta(days=90))
    # Rows are written when they happen here; one that came late would not be known before.
    created_timestamp = Timestamp().as_created_at()

    credit_card_due = Int64().lower_bound(0).description("Owed on credit cards, in dollars.")
    mortgage_due = Int64().lower_bound(0).description("Owed on mortgages, in dollars.")
    student_loan_due = Int64().lower_bound(0).description("Owed on student loans, in dollars.")
    vehicle_loan_due = Int64().lower_bound(0).description("Owed on cars, in dollars.")
    hard_pulls = Int64().lower_bound(0).description("How often lenders asked for the history.")
    missed_payments_2y = Int64().lower_bound(0).description("Payments missed in two years.")
    missed_payments_1y = Int64().lower_bound(0).description("Payments missed in one year.")
    missed_payments_6m = Int64().lower_bound(0).description("Payments missed in six months.")
    bankruptcies = Int64().lower_bound(0).description("Bankruptcies ever.")


@feature_view(
    name="zipcode",
    description="Statistics of a ZIP code's residents.",
    batch_source=FileSource.parquet_at("data/zipcode_table.parquet"),
    contacts=[OWNER],
)
class Zipcode:
    zipcode = Int64().as_entity()
    event_timestamp = EventTimestamp(ttl=timedelta(days=3650))
    created_timestamp = Timestamp().as_created_at()

    city = String()
    state = String().min_length(2).max_length(2)
    location_type = String().accepted_values(
        ["PRIMARY", "ACCEPTABLE", "NOT ACCEPTABLE"],
    )
    tax_returns_filed = Int64().lower_bound(0)
    population = Int64().lower_bound(0)
    total_wages = Int64().lower_bound(0).description("Wages of all residents, in dollars a year.")
    location_rank = location_type.ordinal_categories(
        ["PRIMARY", "ACCEPTABLE", "NOT ACCEPTABLE"]
    ).description("How usual the place's name is, 0 is the most usual.")
