"""Durations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from alignc.interpreter.values import Value, duration, null_if_any_is_null


def duration_between(end: datetime, start: datetime) -> timedelta:
    return end - start


def add_duration(x: datetime, by: timedelta) -> datetime | None:
    try:
        return x + by
    except OverflowError:
        return None


def sub_duration(x: datetime, by: timedelta) -> datetime | None:
    return add_duration(x, -by)


def add_durations(x: timedelta, y: timedelta) -> timedelta | None:
    return duration(x + y)


def sub_durations(x: timedelta, y: timedelta) -> timedelta | None:
    return duration(x - y)


def total_seconds(x: timedelta) -> float:
    return x / timedelta(seconds=1)


def whole_days(x: timedelta) -> int:
    return x // timedelta(days=1)


OPS: dict[str, Callable[..., Value]] = {
    "duration_between": null_if_any_is_null(duration_between),
    "add_duration": null_if_any_is_null(add_duration),
    "sub_duration": null_if_any_is_null(sub_duration),
    "add_durations": null_if_any_is_null(add_durations),
    "sub_durations": null_if_any_is_null(sub_durations),
    "total_seconds": null_if_any_is_null(total_seconds),
    "whole_days": null_if_any_is_null(whole_days),
}
