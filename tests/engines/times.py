"""Points in time and entity rows that tests are written with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MICRO = timedelta(microseconds=1)
TIME = pl.Datetime("us", "UTC")


def at(*hours: float | None) -> list[datetime | None]:
    """Times so many hours after `T0`."""
    return [None if h is None else T0 + h * HOUR for h in hours]


def asked(k: Sequence[int | None], q: Sequence[datetime | None]) -> pl.DataFrame:
    """Entity rows with the key `k`."""
    return pl.DataFrame(
        {"k": k, "event_timestamp": q}, schema={"k": pl.Int64, "event_timestamp": TIME}
    )
