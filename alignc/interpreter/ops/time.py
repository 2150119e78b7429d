"""Points in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
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


def truncate(x: datetime, unit: str, time_zone: str) -> datetime:
    local = x.astimezone(ZoneInfo(time_zone))
    since = timedelta(microseconds=local.microsecond)
    if unit in ("minute", "hour"):
        since += timedelta(seconds=local.second)
    if unit == "hour":
        since += timedelta(minutes=local.minute)
    if unit in ("second", "minute", "hour"):
        return x - since
    day = _first_day(local.date(), unit)
    return datetime.combine(day, clock(), tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


def floor_time(x: datetime, step: timedelta) -> datetime:
    return x - (x - _SOME_MONDAY) % step


_SOME_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def _first_day(day: date, unit: str) -> date:
    match unit:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.isoweekday() - 1)
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case _:
            return day.replace(month=1, day=1)


def date_of(x: datetime, time_zone: str) -> date:
    return x.astimezone(ZoneInfo(time_zone)).date()


OPS: dict[str, Callable[..., Value]] = {
    "date_component": null_if_any_is_null(date_component),
    "seconds_between": null_if_any_is_null(seconds_between),
    "truncate": null_if_any_is_null(truncate),
    "floor_time": null_if_any_is_null(floor_time),
    "date_of": null_if_any_is_null(date_of),
}
