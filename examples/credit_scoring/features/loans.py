"""Loan requests, and the model that says which of them will not be paid back."""

from features.customers import OWNER, CreditHistory, Zipcode

from alignc import (
    EventTimestamp,
    FileSource,
    Float,
    Int64,
    String,
    feature_view,
    model_contract,
)

HOME_OWNERSHIP = ["RENT", "OTHER", "MORTGAGE", "OWN"]
INTENTS = ["PERSONAL", "EDUCATION", "MEDICAL", "VENTURE", "HOMEIMPROVEMENT", "DEBTCONSOLIDATION"]


@feature_view(
    name="loan",
    description="A request for a loan, and how it ended.",
    batch_source=FileSource.parquet_at("data/loan_table.parquet"),
    contacts=[OWNER],
)
class Loan:
    loan_id = Int64().as_entity()
    event_timestamp = EventTimestamp()

    person_age = Int64().lower_bound(18).upper_bound(120)
    person_income = Int64().lower_bound(0).description("Dollars a year.")
    person_emp_length = Float().lower_bound(0).description("Years in the present job.")
    person_home_ownership = String().is_required().accepted_values(HOME_OWNERSHIP)
    loan_intent = String().is_required().accepted_values(INTENTS)
    loan_amnt = Int64().is_required().lower_bound(0).description("Dollars asked for.")
    loan_int_rate = Float().lower_bound(0).description("Interest, percent a year.")
    loan_status = Int64().accepted_values([0, 1]).description("1 if it was not paid back.")

    home_ownership_rank = person_home_ownership.ordinal_categories(HOME_OWNERSHIP).description(
        "From renting (0) to owning (3)."
    )
    intent_number = loan_intent.ordinal_categories(INTENTS)
    income_share = (loan_amnt / person_income).description(
        "The loan as a share of a year's income."
    )


HomeOwnerLoan = Loan.filter(
    "home_owner_loan",
    where=lambda loan: loan.person_home_ownership.is_in(["OWN", "MORTGAGE"]),
)

loan = Loan()
home_owner_loan = HomeOwnerLoan()
history = CreditHistory()
zipcode = Zipcode()


@model_contract(
    name="credit_scoring",
    description="Will the loan be paid back?",
    features=[
        loan.person_age,
        loan.person_income,
        loan.person_emp_length,
        loan.home_ownership_rank,
        loan.intent_number,
        loan.loan_amnt,
        loan.loan_int_rate,
        zipcode.city,
        zipcode.state,
        zipcode.location_rank,
        zipcode.tax_returns_filed,
        zipcode.population,
        zipcode.total_wages,
        history.credit_card_due,
        history.mortgage_due,
        history.student_loan_due,
        history.vehicle_loan_due,
        history.hard_pulls,
        history.missed_payments_2y,
        history.missed_payments_1y,
        history.bankruptcies,
    ],
    prediction_source=FileSource.parquet_at("data/credit_predictions.parquet"),
    contacts=[OWNER],
)
class CreditScoring:
    loan_id = Int64().as_entity()
    dob_ssn = String().as_entity()
    zipcode = Int64().as_entity()
    predicted_at = EventTimestamp()
    model_version = String().as_model_version()
    is_default = loan.loan_status.as_classification_label()


@model_contract(
    name="home_equity",
    description="Which home owners fail to pay: the same question for a part of the customers.",
    features=[
        home_owner_loan.loan_amnt,
        home_owner_loan.income_share,
        history.mortgage_due,
        history.bankruptcies,
    ],
    contacts=[OWNER],
)
class HomeEquity:
    model_version = String().as_model_version()
    is_default = home_owner_loan.loan_status.as_classification_label()
