"""Points in time, days of the calendar and elapsed time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from alignc.frontend.capture import here, report
from alignc.frontend.features.base import (
    Feature,
    Float64,
    Int64,
    Integer,
    microseconds,
    mistake,
    op,
)
from alignc.frontend.features.origins import RawOrigin
from alignc.ir import types
from alignc.ir.calendar import repeats_midnight
from alignc.ir.expr import Constant
from alignc.ir.ops.date import PARTS
from alignc.ir.ops.date import UNITS as DATE_UNITS
from alignc.ir.ops.time import CALENDAR_UNITS, COMPONENTS, UNITS, is_grid


class Timestamp(Feature):
    """A point in time. Values without a zone are local to `time_zone`."""

    dtype = types.TIMESTAMP

    def __init__(self, time_zone: str = "UTC") -> None:
        super().__init__()
        if not _is_zone(time_zone):
            report(
                "ALN113",
                f"unknown time zone `{time_zone}`",
                here(),
                "use a name of the IANA database such as `Europe/Oslo`",
            )
            time_zone = "UTC"
        self._origin = RawOrigin(time_zone)
        self._zone = time_zone

    def date_component(self, component: str) -> Int64:
        """A part of the date or time in the feature's zone; weeks are ISO, Monday is 1."""
        if component not in COMPONENTS:
            report(
                "ALN114",
                f"`{component}` is not a date component",
                here(),
                "known: " + ", ".join(COMPONENTS),
            )
            return mistake(Int64)
        return op(Int64, "date_component", self, component, self._zone or "UTC")

    def truncate(self, unit: str) -> Timestamp:
        """The start of the second, minute, hour, day, week, month, quarter or year, in its zone."""
        zone = self._zone or "UTC"
        if unit not in UNITS:
            report("ALN114", f"`{unit}` is not a unit", here(), "known: " + ", ".join(UNITS))
            return mistake(Timestamp)
        if unit in CALENDAR_UNITS and repeats_midnight(zone):
            report(
                "ALN170",
                f"in `{zone}` some days start twice, as clocks are turned back to midnight",
                here(),
                "truncate to the hour, or take the `date()`",
            )
            return mistake(Timestamp)
        return op(Timestamp, "truncate", self, unit, zone)

    def floor(self, step: timedelta) -> Timestamp:
        """The latest multiple of a duration at or before: a week, or what divides a day, in UTC."""
        if not is_grid(microseconds(step)):
            report(
                "ALN114",
                f"times have no grid with steps of {step}",
                here(),
                "a step is a week, or divides a day",
            )
            return mistake(Timestamp)
        return op(Timestamp, "floor_time", self, step)

    def date(self) -> Date:
        """The date in the feature's zone."""
        return op(Date, "date_of", self, self._zone or "UTC")

    def day(self) -> Int64:
        return self.date_component("day")

    def hour(self) -> Int64:
        return self.date_component("hour")

    def minute(self) -> Int64:
        return self.date_component("minute")

    def second(self) -> Int64:
        return self.date_component("second")

    def week(self) -> Int64:
        return self.date_component("week")

    def month(self) -> Int64:
        return self.date_component("month")

    def quarter(self) -> Int64:
        return self.date_component("quarter")

    def year(self) -> Int64:
        return self.date_component("year")

    def weekday(self) -> Int64:
        return self.date_component("weekday")

    def day_of_year(self) -> Int64:
        return self.date_component("day_of_year")

    def __sub__(self, other: Feature | Constant) -> Any:
        """The seconds since another timestamp, or the time a duration before."""
        if isinstance(other, Duration | timedelta):
            return op(Timestamp, "sub_duration", self, other)
        return op(Float64, "seconds_between", self, other)

    def __rsub__(self, other: Constant) -> Float64:
        return op(Float64, "seconds_between", other, self)

    def __add__(self, other: Feature | Constant) -> Any:
        """The time a duration later."""
        if isinstance(other, Duration | timedelta):
            return op(Timestamp, "add_duration", self, other)
        return super().__add__(other)

    __radd__ = __add__

    def duration_since(self, other: Timestamp | datetime) -> Duration:
        """The time elapsed since another timestamp."""
        return op(Duration, "duration_between", self, other)

    def as_created_at(self) -> Self:
        """When the row was written: it is not known before."""
        self._role = "created_at"
        return self

    def as_valid_to(self) -> Self:
        """Until when the row holds, this moment excluded; a null is no end."""
        self._role = "valid_to"
        return self

    def as_freshness(self) -> Self:
        """When the row was loaded: the latest one says how fresh the view is."""
        self._is_freshness = True
        return self


class Date(Feature):
    """A day of the calendar."""

    dtype = types.DATE

    def date_component(self, component: str) -> Int64:
        """A part of the date; weeks are ISO, Monday is 1."""
        if component not in PARTS:
            report(
                "ALN114",
                f"`{component}` is not a part of a date",
                here(),
                "known: " + ", ".join(PARTS),
            )
            return mistake(Int64)
        return op(Int64, "date_part", self, component)

    def day(self) -> Int64:
        return self.date_component("day")

    def week(self) -> Int64:
        return self.date_component("week")

    def month(self) -> Int64:
        return self.date_component("month")

    def quarter(self) -> Int64:
        return self.date_component("quarter")

    def year(self) -> Int64:
        return self.date_component("year")

    def weekday(self) -> Int64:
        return self.date_component("weekday")

    def day_of_year(self) -> Int64:
        return self.date_component("day_of_year")

    def truncate(self, unit: str) -> Date:
        """The first day of the week, month, quarter or year."""
        if unit not in DATE_UNITS:
            report(
                "ALN114",
                f"a date has no `{unit}` to start",
                here(),
                "known: " + ", ".join(DATE_UNITS),
            )
            return mistake(Date)
        return op(Date, "truncate_date", self, unit)

    def add_days(self, days: Integer | int) -> Date:
        """The date so many days later."""
        return op(Date, "add_days", self, days)

    def __add__(self, other: Feature | Constant) -> Any:
        """The date a duration later: its whole days count."""
        return self._moved(other, 1) if _is_elapsed(other) else super().__add__(other)

    __radd__ = __add__

    def __sub__(self, other: Feature | Constant) -> Any:
        """The days since another date, or the date a duration earlier."""
        return (
            self._moved(other, -1) if _is_elapsed(other) else op(Int64, "days_between", self, other)
        )

    def __rsub__(self, other: Constant) -> Int64:
        return op(Int64, "days_between", other, self)

    def _moved(self, by: Feature | Constant, sign: int) -> Date:
        if isinstance(by, timedelta):
            if by % timedelta(days=1):
                report("ALN171", f"a date cannot be moved by {by}", here(), "only by whole days")
                return mistake(Date)
            return self.add_days(sign * by.days)
        days = op(Int64, "whole_days", by)
        return self.add_days(days if sign > 0 else op(Int64, "neg", days))


class Duration(Feature):
    """Elapsed time; in sources a number of microseconds."""

    dtype = types.DURATION

    def total_seconds(self) -> Float64:
        return op(Float64, "total_seconds", self)

    def whole_days(self) -> Int64:
        """The days of 24 hours in it, rounded down."""
        return op(Int64, "whole_days", self)

    def __add__(self, other: Feature | Constant) -> Any:
        if isinstance(other, Timestamp | Date):
            return other + self
        if isinstance(other, datetime):
            return op(Timestamp, "add_duration", other, self)
        return op(Duration, "add_durations", self, other)

    __radd__ = __add__

    def __sub__(self, other: Feature | Constant) -> Any:
        return op(Duration, "sub_durations", self, other)

    def __rsub__(self, other: Constant) -> Any:
        if isinstance(other, datetime):
            return op(Timestamp, "sub_duration", other, self)
        return op(Duration, "sub_durations", other, self)


def _is_elapsed(value: Feature | Constant) -> bool:
    return isinstance(value, Duration | timedelta)


class EventTimestamp(Timestamp):
    """When the row happened. State older than `ttl` is not used.

    A row is known from `availability_delay` after that on.
    """

    ttl: timedelta | None = None
    availability_delay: timedelta = timedelta(0)

    def __init__(
        self,
        ttl: timedelta | None = None,
        time_zone: str = "UTC",
        *,
        availability_delay: timedelta = timedelta(0),
    ) -> None:
        super().__init__(time_zone)
        self._role = "event_timestamp"
        self.ttl = ttl if ttl is None or _is_length("ttl", ttl) else None
        is_delay = _is_length("availability_delay", availability_delay)
        self.availability_delay = availability_delay if is_delay else timedelta(0)

    def _value_class(self) -> type[Feature]:
        return Timestamp


def _is_length(name: str, value: object) -> bool:
    if not isinstance(value, timedelta):
        hint = "such as `timedelta(days=1)`"
        report("ALN104", f"`{name}={value!r}` is no length of time", here(), hint)
    return isinstance(value, timedelta)


class ValidTo(Timestamp):
    """Until when the row holds, this moment excluded; a null is no end."""

    def __init__(self, time_zone: str = "UTC") -> None:
        super().__init__(time_zone)
        self._role = "valid_to"

    def _value_class(self) -> type[Feature]:
        return Timestamp


# The beginning of a row's validity is when it happened.
ValidFrom = EventTimestamp


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
