"""The ends of the calendar: dates and timestamps are in the years 1 to 9999."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

FIRST_DAY, LAST_DAY = date.min, date.max
FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)
LAST_MOMENT = datetime.max.replace(tzinfo=UTC)

# Microseconds from 1970 on.
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_MICROSECOND = (FIRST_MOMENT - _EPOCH) // timedelta(microseconds=1)
LAST_MICROSECOND = (LAST_MOMENT - _EPOCH) // timedelta(microseconds=1)


def furthest_day(days: int) -> date | None:
    """The date nearest to the end of the calendar that can still move by `days`, if there is one.

    >>> furthest_day(1), furthest_day(-1)
    (datetime.date(9999, 12, 30), datetime.date(1, 1, 2))
    """
    try:
        return (LAST_DAY if days > 0 else FIRST_DAY) - timedelta(days=days)
    except OverflowError:
        return None


def furthest_moment(microseconds: int) -> datetime | None:
    """The timestamp nearest to the end of the calendar that can still move so far, if there is one."""
    try:
        return (LAST_MOMENT if microseconds > 0 else FIRST_MOMENT) - timedelta(
            microseconds=microseconds
        )
    except OverflowError:
        return None


def instant_text(moment: datetime) -> str:
    """ISO 8601 with a `Z`, as in literals."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


@cache
def repeats_midnight(zone: str) -> bool:
    """Whether clocks of the zone were ever turned back to midnight, from 1970 to 2037.

    >>> repeats_midnight("America/Havana"), repeats_midnight("Europe/Oslo")
    (True, False)
    """
    place = ZoneInfo(zone)
    midnights = (datetime(1970, 1, 1, tzinfo=place) + timedelta(days=n) for n in range(24_837))
    return any(m.utcoffset() > m.replace(fold=1).utcoffset() for m in midnights)  # type: ignore[operator]
