"""Rows that are written down in the definitions."""

from datetime import UTC, date, datetime, timedelta

from alignc import *


@feature_view(
    name="plans",
    source=InMemorySource.from_rows(
        "plans",
        [
            {"id": 1, "name": "free", "price": 0},
            {"id": 2, "name": "it's \"plus\"", "price": 9.5, "since": datetime(2026, 1, 1, tzinfo=UTC)},
            {"id": 3, "big": 2**64 - 1, "day": date(2026, 1, 31), "trial": timedelta(days=14)},
        ],
    ),
)
class Plans:
    """What customers can pay for."""

    id = Int64().as_entity()
    name = String()
    price = Float()
    since = Timestamp()
    big = UInt64()
    day = Date()
    trial = Duration()
    is_free = price == 0


@feature_view(
    name="colors",
    source=InMemorySource.from_rows("colors", [{"color": "red", "warm": True}, {"color": "blue"}]),
)
class Colors:
    color = String().as_entity()
    warm = Bool()
