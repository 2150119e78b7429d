"""A model whose dataset and stored predictions violate each kind of claim, and by hand which rows do."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Final

import polars as pl

# A name that tries everything that names may have.
AGE: Final = 'age, in {{ years }} "so" it\'s 🛒'

DEFINITIONS: Final = f"""
@feature_view(name="plans", source=FileSource.parquet_at("data/plans.parquet"))
class Plans:
    plan_id = String().as_entity()
    price = Float()


@feature_view(name="users", source=FileSource.parquet_at("data/users.parquet"))
class Users:
    user = Int64().as_entity()
    at = EventTimestamp()
    plan = String().is_required().referencing(Plans().plan_id, allow=0.3)
    age = Int32().lower_bound(0).upper_bound(120, severity="warn")
    paid = Float()
    due = Float()
    tier = String().is_required().accepted_values(["gold", "it's, odd"])
    churned = Bool()
    visits = Int64().lower_bound(0)
    spent = paid.aggregate().over(days=7).sum().lower_bound(0)
    twice = (spent * 2).upper_bound(100)

    rules = [
        rule("paid at most", when=age > 17, then=paid <= due),
        rule("about something else", then=visits > 100),
        expect_row_count(at_least=1_000_000),
    ]


users = Users()


@model_contract(
    name="users",
    input_features=[
        users.plan,
        users.age.with_name({AGE!r}),
        users.paid,
        users.due.with_name("bill"),
        users.spent,
        users.twice,
    ],
    prediction_source=FileSource.parquet_at(
        "data/said.parquet", mapping_keys={{'v of "model"': "version"}}
    ),
    unacceptable_freshness=timedelta(days=2),
)
class Churn:
    made_at = EventTimestamp()
    version = String().as_model_version()
    note = Int64()
    said_tier = users.tier.as_classification_label()
    said_churned = users.churned.as_classification_label()
    said_visits = users.visits.as_regression_label()
    yes = said_churned.probability_of(True)
    no = said_churned.probability_of(False)
"""

_AT = datetime(2024, 5, 1, tzinfo=UTC)
_LATER = datetime(2024, 5, 2, tzinfo=UTC)
_GOOD: Final = {
    "user": 0,
    "event_timestamp": _AT,
    "plan": "basic",
    AGE: 30,
    "paid": 1.0,
    "bill": 2.0,
    "spent": 3.0,
    "twice": 6.0,
    "tier": "gold",
    "churned": False,
    "visits": 1,
}
# Names of rules are lists with commas between them, so they have none.
_AGE: Final = AGE.replace(", ", " ")

# By the number of the user: what is other than in a good row, and the rules that it then fails.
_ODD: Final[dict[int, tuple[dict[str, object], set[str]]]] = {
    1: ({}, set()),
    2: ({"plan": None}, {"plan.required"}),
    3: ({"plan": "unknown"}, {"plan.reference"}),
    4: ({AGE: -1}, {f"{_AGE}.lower_bound"}),
    5: ({AGE: 121}, {f"{_AGE}.upper_bound"}),
    6: ({AGE: None, "paid": None, "bill": None, "spent": None, "twice": None}, set()),
    7: ({"paid": 2.5}, {"paid at most"}),
    8: ({"paid": 2.5, AGE: 17}, set()),
    9: ({"paid": 2.5, AGE: None}, set()),
    10: ({"spent": -0.5}, {"spent.lower_bound"}),
    11: ({"spent": math.nan, "twice": math.nan}, {"spent.lower_bound", "twice.upper_bound"}),
    12: ({"twice": 100.5}, {"twice.upper_bound"}),
    13: ({"tier": "silver"}, {"tier.accepted_values"}),
    14: ({"tier": None}, {"tier.required"}),
    15: ({"tier": "it's, odd", "churned": None, "visits": None}, set()),
    16: ({"visits": -1}, {"visits.lower_bound"}),
    17: ({"user": None}, {"user.required"}),
    18: ({"event_timestamp": None}, {"event_timestamp.required"}),
    19: ({"user": 1}, {"key.unique"}),
    20: ({"user": 2, "event_timestamp": _LATER}, set()),
}

ROWS: Final = [{**_GOOD, "user": number, **odd} for number, (odd, _) in _ODD.items()]
# The user 1 has the key of the row 19.
FAILURES: Final = [
    fails | ({"key.unique"} if number == 1 else set()) for number, (_, fails) in _ODD.items()
]
WARNINGS: Final = {
    "user.required",
    "event_timestamp.required",
    f"{_AGE}.upper_bound",
    "tier.required",
    "key.unique",
}
# The share 0.3 of the rows may have another plan.
ALLOWED: Final = {"plan.reference"}
ORDER: Final = [
    "user.required",
    "event_timestamp.required",
    "plan.required",
    "plan.reference",
    f"{_AGE}.lower_bound",
    f"{_AGE}.upper_bound",
    "spent.lower_bound",
    "twice.upper_bound",
    "tier.required",
    "tier.accepted_values",
    "visits.lower_bound",
    "key.unique",
    "paid at most",
]
TYPES: Final = [
    "user.type",
    "event_timestamp.type",
    f"{_AGE}.type",
    "paid.type",
    "bill.type",
    "spent.type",
    "twice.type",
    "churned.type",
    "visits.type",
]

DATASET: Final = pl.DataFrame(
    ROWS,
    schema={
        "user": pl.Int64(),
        "event_timestamp": pl.Datetime("us", "UTC"),
        "plan": pl.String(),
        AGE: pl.Int32(),
        "paid": pl.Float64(),
        "bill": pl.Float64(),
        "spent": pl.Float64(),
        "twice": pl.Float64(),
        "tier": pl.String(),
        "churned": pl.Boolean(),
        "visits": pl.Int64(),
    },
)
PLANS: Final = pl.DataFrame({"plan_id": ["basic", None], "price": [1.0, 2.0]})

_SAID: Final = {
    "user": 0,
    "made_at": _AT,
    "version": "v1",
    "note": None,
    "said_tier": "gold",
    "said_visits": 1.5,
    "yes": 0.25,
    "no": 0.75,
}
_ODD_SAID: Final[dict[int, tuple[dict[str, object], set[str]]]] = {
    1: ({}, set()),
    2: ({"user": None}, {"user.required"}),
    3: ({"made_at": None}, {"made_at.required"}),
    4: ({"version": None}, {"version.required"}),
    5: ({"said_tier": "silver"}, {"said_tier.accepted_values"}),
    6: ({"said_tier": None, "said_visits": None, "yes": None}, set()),
    7: ({"said_visits": math.nan}, {"said_visits.finite"}),
    8: ({"said_visits": -math.inf}, {"said_visits.finite"}),
    9: ({"yes": 0.0, "no": 1.0}, set()),
    10: ({"yes": -0.1}, {"yes.lower_bound"}),
    11: ({"yes": None, "no": 1.1}, {"no.upper_bound"}),
    12: ({"yes": 0.5, "no": 0.75}, {"said_churned.probabilities"}),
    # As a model gives them that computes in 32 bits.
    13: ({"yes": 0.2500001, "no": 0.75}, set()),
    14: ({"yes": 0.25, "no": 0.5}, set()),
    15: ({"user": 1}, set()),
}
SAID_ROWS: Final = [{**_SAID, "user": n, **odd} for n, (odd, _) in _ODD_SAID.items()]
SAID_FAILURES: Final = [fails for _, fails in _ODD_SAID.values()]
SAID_ORDER: Final = [
    "user.required",
    "made_at.required",
    "version.required",
    "yes.lower_bound",
    "no.upper_bound",
    "said_tier.accepted_values",
    "said_churned.probabilities",
    "said_visits.finite",
]
SAID: Final = pl.DataFrame(
    SAID_ROWS,
    schema={
        "user": pl.Int64(),
        "made_at": pl.Datetime("us", "UTC"),
        "version": pl.String(),
        "note": pl.Int64(),
        "said_tier": pl.String(),
        "said_visits": pl.Float64(),
        "yes": pl.Float64(),
        "no": pl.Float64(),
    },
).rename({"version": 'v of "model"'})
USERS: Final = pl.DataFrame(
    {
        "user": [1],
        "at": [_AT],
        "plan": ["basic"],
        "age": [30],
        "paid": [1.0],
        "due": [2.0],
        "tier": ["gold"],
        "churned": [False],
        "visits": [1],
    },
    schema_overrides={"age": pl.Int32()},
)
