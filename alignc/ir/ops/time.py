"""Points in time. A timestamp is a UTC instant; its parts are taken in a named zone."""

from __future__ import annotations

from alignc.ir.ops.spec import INSTANT, TEXT, Example, OpSpec, Param, fixed
from alignc.ir.types import FLOAT64, INT64, STRING, TIMESTAMP

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

_TYPES = (TIMESTAMP, STRING, STRING)

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
