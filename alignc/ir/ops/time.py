"""Points in time. A timestamp is a UTC instant; its parts are taken in a named zone."""

from __future__ import annotations

from alignc.ir.ops.spec import ELAPSED, INSTANT, TEXT, Example, OpSpec, Param, fixed
from alignc.ir.types import DATE, DURATION, FLOAT64, INT64, STRING, TIMESTAMP

# ISO 8601: weeks start on Monday, and Monday is day 1.
COMPONENTS = (
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "weekday",
    "day_of_year",
    "hour",
    "minute",
    "second",
)

# The longer ones are of the calendar.
UNITS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
CALENDAR_UNITS = UNITS[UNITS.index("day") :]

_TYPES = (TIMESTAMP, STRING, STRING)

DAY, WEEK = 86_400_000_000, 7 * 86_400_000_000
_MINUTE = 60_000_000


def _floored(x: str | None, step: int, result: str | None) -> Example:
    return Example((x, step), result, (TIMESTAMP, DURATION))


def is_grid(step: int) -> bool:
    """Whether points so many microseconds apart have midnight of Mondays among them."""
    return step == WEEK or (step > 0 and DAY % step == 0)


OPS = (
    OpSpec(
        name="date_component",
        params=(
            Param("x", INSTANT),
            Param("component", TEXT, constant=True),
            Param("time_zone", TEXT, constant=True),
        ),
        returns=fixed(INT64),
        doc=f"A part of `x` in `time_zone`: {', '.join(COMPONENTS)}.",
        examples=(
            Example(("2016-02-29T23:59:58Z", "year", "UTC"), 2016, _TYPES),
            Example(("2016-02-29T23:59:58Z", "quarter", "UTC"), 1, _TYPES),
            Example(("2016-02-29T23:59:58Z", "month", "UTC"), 2, _TYPES),
            Example(("2016-01-01T00:00:00Z", "week", "UTC"), 53, _TYPES),
            Example(("2016-02-29T23:59:58Z", "day", "UTC"), 29, _TYPES),
            Example(("2016-02-29T23:59:58Z", "weekday", "UTC"), 1, _TYPES),
            Example(("2016-03-06T12:00:00Z", "weekday", "UTC"), 7, _TYPES),
            Example(("2016-02-29T23:59:58Z", "day_of_year", "UTC"), 60, _TYPES),
            Example(("2016-02-29T23:59:58Z", "hour", "UTC"), 23, _TYPES),
            Example(("2016-02-29T23:59:58Z", "minute", "UTC"), 59, _TYPES),
            Example(("2016-02-29T23:59:58.9Z", "second", "UTC"), 58, _TYPES),
            Example(("2016-03-13T06:59:59Z", "hour", "America/New_York"), 1, _TYPES),
            Example(("2016-03-13T07:00:00Z", "hour", "America/New_York"), 3, _TYPES),
            Example((None, "day", "UTC"), None, _TYPES),
        ),
    ),
    OpSpec(
        name="truncate",
        params=(
            Param("x", INSTANT),
            Param("unit", TEXT, constant=True),
            Param("time_zone", TEXT, constant=True),
        ),
        returns=fixed(TIMESTAMP),
        doc=f"The start of the {', '.join(UNITS[:-1])} or {UNITS[-1]} of `x` in `time_zone`.",
        examples=(
            Example(("2016-02-29T23:59:58.9Z", "second", "UTC"), "2016-02-29T23:59:58Z", _TYPES),
            Example(("2016-02-29T23:59:58.9Z", "minute", "UTC"), "2016-02-29T23:59:00Z", _TYPES),
            Example(("1969-12-31T23:59:58.9Z", "hour", "UTC"), "1969-12-31T23:00:00Z", _TYPES),
            Example(("2016-02-29T23:59:58.9Z", "day", "UTC"), "2016-02-29T00:00:00Z", _TYPES),
            Example(("2016-01-01T00:00:00Z", "week", "UTC"), "2015-12-28T00:00:00Z", _TYPES),
            Example(("2016-02-29T23:59:58Z", "month", "UTC"), "2016-02-01T00:00:00Z", _TYPES),
            Example(("2016-06-30T23:59:58Z", "quarter", "UTC"), "2016-04-01T00:00:00Z", _TYPES),
            Example(("2016-12-31T23:59:58Z", "year", "UTC"), "2016-01-01T00:00:00Z", _TYPES),
            Example(
                ("2016-03-13T16:30:00Z", "day", "America/New_York"), "2016-03-13T05:00:00Z", _TYPES
            ),
            # The clock goes from 02:00 back to 01:00: the second 01:30 is in the second hour.
            Example(
                ("2016-11-06T06:30:00Z", "hour", "America/New_York"), "2016-11-06T06:00:00Z", _TYPES
            ),
            Example(
                ("2016-11-06T05:30:00Z", "hour", "America/New_York"), "2016-11-06T05:00:00Z", _TYPES
            ),
            Example(
                ("2016-02-20T12:00:00Z", "hour", "Asia/Kathmandu"), "2016-02-20T11:15:00Z", _TYPES
            ),
            # At midnight the clock goes to 01:00: the day starts then.
            Example(
                ("2016-10-16T12:00:00Z", "day", "America/Sao_Paulo"), "2016-10-16T03:00:00Z", _TYPES
            ),
            Example((None, "day", "UTC"), None, _TYPES),
        ),
    ),
    OpSpec(
        name="floor_time",
        params=(Param("x", INSTANT), Param("step", ELAPSED, constant=True)),
        returns=fixed(TIMESTAMP),
        doc="The latest point at or before `x` of a grid that has midnight of Mondays in UTC; `step` is "
        "a week or divides a day.",
        examples=(
            _floored("2016-02-29T23:59:58.9Z", 15 * _MINUTE, "2016-02-29T23:45:00Z"),
            _floored("2016-02-29T23:45:00Z", 15 * _MINUTE, "2016-02-29T23:45:00Z"),
            _floored("1969-12-31T23:59:59.999999Z", 15 * _MINUTE, "1969-12-31T23:45:00Z"),
            _floored("1969-12-31T23:45:00Z", 15 * _MINUTE, "1969-12-31T23:45:00Z"),
            _floored("1960-02-03T05:06:07Z", 60 * _MINUTE, "1960-02-03T05:00:00Z"),
            _floored("2016-02-29T23:59:58.9Z", 24 * 60 * _MINUTE, "2016-02-29T00:00:00Z"),
            _floored("2016-02-28T23:59:58.9Z", WEEK, "2016-02-22T00:00:00Z"),
            _floored("2016-02-29T00:00:00Z", WEEK, "2016-02-29T00:00:00Z"),
            _floored("1960-02-03T05:06:07Z", WEEK, "1960-02-01T00:00:00Z"),
            _floored("0001-01-01T00:00:01Z", WEEK, "0001-01-01T00:00:00Z"),
            _floored("2016-02-29T23:59:58.123457Z", 50, "2016-02-29T23:59:58.123450Z"),
            _floored("1969-12-31T23:59:58.123457Z", 1, "1969-12-31T23:59:58.123457Z"),
            _floored(None, _MINUTE, None),
        ),
    ),
    OpSpec(
        name="date_of",
        params=(Param("x", INSTANT), Param("time_zone", TEXT, constant=True)),
        returns=fixed(DATE),
        doc="The date of `x` in `time_zone`.",
        examples=(
            Example(("2016-02-29T23:59:58Z", "UTC"), "2016-02-29", (TIMESTAMP, STRING)),
            Example(("2016-02-29T23:59:58Z", "Asia/Tokyo"), "2016-03-01", (TIMESTAMP, STRING)),
            Example((None, "UTC"), None, (TIMESTAMP, STRING)),
        ),
    ),
    OpSpec(
        name="seconds_between",
        params=(Param("end", INSTANT), Param("start", INSTANT)),
        returns=fixed(FLOAT64),
        doc="The elapsed seconds from `start` to `end`.",
        examples=(
            Example(
                ("2016-01-01T00:01:00.5Z", "2016-01-01T00:00:00Z"), 60.5, (TIMESTAMP, TIMESTAMP)
            ),
            Example(
                ("2016-01-01T00:00:00Z", "2016-01-02T00:00:00Z"), -86400.0, (TIMESTAMP, TIMESTAMP)
            ),
        ),
    ),
)
