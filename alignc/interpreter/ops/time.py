"""Points in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alignc.interpreter.values import Value, null_if_any_is_null


def date_component(x: datetime, component: str, time_zone: str) -> int:
    return _COMPONENTS[component](x.astimezone(ZoneInfo(time_zone)))


_COMPONENTS: dict[str, Callable[[datetime], int]] = {
    "year": lambda t: t.year,
    "quarter": lambda t: (t.month + 2) // 3,
    "month": lambda t: t.month,
    "week": lambda t: t.isocalendar().week,
    "day": lambda t: t.day,
    "weekday": lambda t: t.isoweekday(),
    "day_of_year": lambda t: t.timetuple().tm_yday,
    "hour": lambda t: t.hour,
    "minute": lambda t: t.minute,
    "second": lambda t: t.second,
}


def seconds_between(end: datetime, start: datetime) -> float:
    return (end - start) / timedelta(seconds=1)


OPS: dict[str, Callable[..., Value]] = {
    "date_component": null_if_any_is_null(date_component),
    "seconds_between": null_if_any_is_null(seconds_between),
}
