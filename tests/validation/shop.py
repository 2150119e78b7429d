"""A shop whose orders violate each kind of claim, and by hand which ones do."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Final

import polars as pl

DEFINITIONS: Final = """
@feature_view(
    name="customers",
    source=FileSource.parquet_at("data/customers.parquet"),
)
class Customers:
    customer_id = Int64().as_entity()
    country = String().accepted_values(["NO", "SE"])


@feature_view(
    name="orders",
    source=FileSource.parquet_at("data/orders.parquet"),
    acceptable_freshness=timedelta(hours=1),
    unacceptable_freshness=timedelta(days=2),
)
class Orders:
    order_id = Int64().as_entity()
    at = EventTimestamp()
    customer = Int64().referencing(Customers().customer_id, allow=0.2)
    amount = Float().is_required().lower_bound(0).upper_bound(1000, severity="warn")
    paid = Float()
    is_gift = Bool()
    email = Email()
    code = String().min_length(2).max_length(4).validate_startswith("A").validate_endswith("x")
    kind = String().accepted_values(["web", "it's, odd"])
    lines = List(Int64()).max_length(2)

    open = amount - paid

    rules = [
        rule("paid at most", when=~is_gift, then=paid <= amount),
        rule("open is known", then=open.is_not_null(), severity="warn"),
        expect_row_count(at_least=5, at_most=100),
        amount.expect_mean(at_least=0),
        amount.expect_null_rate(at_most=0.05),
        paid.expect_quantile(0.5, at_most=100),
        kind.expect_distinct_ratio(at_most=0.1, severity="warn"),
    ]
"""

_AT = datetime(2024, 5, 1, tzinfo=UTC)
_GOOD: Final = {
    "order_id": 0,
    "at": _AT,
    "customer": 1,
    "amount": 10.0,
    "paid": 10.0,
    "is_gift": False,
    "email": "a@b.no",
    "code": "Abx",
    "kind": "web",
    "lines": [1, 2],
}

# By the number of the order: what is other than in a good one, and the rules that it then fails.
_ODD: Final[dict[int, tuple[dict[str, object], set[str]]]] = {
    1: ({}, set()),
    2: ({"amount": None}, {"amount.required", "open is known"}),
    3: ({"amount": -1.0, "paid": -2.0}, {"amount.lower_bound"}),
    4: ({"amount": math.nan, "paid": 0.0}, {"amount.lower_bound", "amount.upper_bound"}),
    5: ({"amount": 1000.0, "paid": 1000.0}, set()),
    6: ({"amount": 1000.5}, {"amount.upper_bound"}),
    7: ({"paid": 10.5}, {"paid at most"}),
    8: ({"paid": 10.5, "is_gift": True}, set()),
    9: ({"paid": 10.5, "is_gift": None}, set()),
    10: ({"paid": None}, {"open is known"}),
    11: ({"customer": 7}, {"customer.reference"}),
    12: ({"customer": None}, set()),
    13: ({"email": "nobody"}, {"email.matches"}),
    14: ({"email": None, "code": None, "kind": None, "lines": None}, set()),
    15: ({"code": "x"}, {"code.min_length", "code.starts_with"}),
    16: ({"code": "Abcdx"}, {"code.max_length"}),
    17: ({"code": "AB"}, {"code.ends_with"}),
    18: ({"kind": "it's, odd"}, set()),
    19: ({"kind": "WEB"}, {"kind.accepted_values"}),
    20: ({"lines": [1, 2, 3]}, {"lines.max_length"}),
    21: ({"at": None}, {"at.required"}),
    22: ({"order_id": None}, {"order_id.required"}),
    23: ({"order_id": 1}, {"key.unique"}),
    24: ({"order_id": 2, "at": datetime(2024, 5, 2, tzinfo=UTC)}, set()),
    25: (
        {"amount": 5.0, "kind": "", "code": ""},
        {
            "code.min_length",
            "code.starts_with",
            "code.ends_with",
            "kind.accepted_values",
            "paid at most",
        },
    ),
}

ROWS: Final = [{**_GOOD, "order_id": number, **odd} for number, (odd, _) in _ODD.items()]
# The order 1 shares its key with the row 23.
FAILURES: Final = [
    fails | ({"key.unique"} if number == 1 else set()) for number, (_, fails) in _ODD.items()
]
WARNINGS: Final = {
    "amount.upper_bound",
    "open is known",
    "order_id.required",
    "at.required",
    "key.unique",
}

ORDERS: Final = pl.DataFrame(
    ROWS,
    schema={
        "order_id": pl.Int64(),
        "at": pl.Datetime("us", "UTC"),
        "customer": pl.Int64(),
        "amount": pl.Float64(),
        "paid": pl.Float64(),
        "is_gift": pl.Boolean(),
        "email": pl.String(),
        "code": pl.String(),
        "kind": pl.String(),
        "lines": pl.List(pl.Int64()),
    },
)
CUSTOMERS: Final = pl.DataFrame(
    {"customer_id": [1, 2, 2, None], "country": ["NO", "SE", "XX", None]}
)
