"""Points in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from alignc.frontend.capture import here, report
from alignc.frontend.features.base import Feature, Float64, Int64, mistake, op
from alignc.frontend.features.origins import RawOrigin
from alignc.ir import types
from alignc.ir.expr import Scalar
from alignc.ir.ops.time import COMPONENTS


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

    def __sub__(self, other: Feature | Scalar) -> Float64:
        """The seconds since another timestamp."""
        return op(Float64, "seconds_between", self, other)

    def as_created_at(self) -> Self:
        """When the row was written: it is not known before."""
        self._role = "created_at"
        return self

    def as_valid_to(self) -> Self:
        """Until when the row holds, this moment excluded; a null is no end."""
        self._role = "valid_to"
        return self


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
        self.ttl = ttl
        self.availability_delay = availability_delay

    def _value_class(self) -> type[Feature]:
        return Timestamp


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
