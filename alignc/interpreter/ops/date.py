"""Dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from alignc.interpreter.values import Value, null_if_any_is_null


def date_part(x: date, part: str) -> int:
    return _PARTS[part](x)


_PARTS: dict[str, Callable[[date], int]] = {
    "year": lambda day: day.year,
    "quarter": lambda day: (day.month + 2) // 3,
    "month": lambda day: day.month,
    "week": lambda day: day.isocalendar().week,
    "day": lambda day: day.day,
    "weekday": lambda day: day.isoweekday(),
    "day_of_year": lambda day: day.timetuple().tm_yday,
}


def truncate_date(x: date, unit: str) -> date:
    match unit:
        case "week":
            return x - timedelta(days=x.isoweekday() - 1)
        case "month":
            return x.replace(day=1)
        case "quarter":
            return x.replace(month=1 + 3 * ((x.month - 1) // 3), day=1)
        case _:
            return x.replace(month=1, day=1)


def days_between(end: date, start: date) -> int:
    return (end - start).days


def add_days(x: date, days: int) -> date | None:
    try:
        return x + timedelta(days=days)
    except OverflowError:
        return None


OPS: dict[str, Callable[..., Value]] = {
    "date_part": null_if_any_is_null(date_part),
    "truncate_date": null_if_any_is_null(truncate_date),
    "days_between": null_if_any_is_null(days_between),
    "add_days": null_if_any_is_null(add_days),
}
