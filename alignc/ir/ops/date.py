"""Dates: days of the calendar from year 1 to 9999, without a clock or a zone."""

from __future__ import annotations

from alignc.ir.ops.spec import DAY, INTEGER, TEXT, Example, OpSpec, Param, fixed
from alignc.ir.types import DATE, INT64, STRING

# ISO 8601: weeks start on Monday, and Monday is day 1.
PARTS = ("year", "quarter", "month", "week", "day", "weekday", "day_of_year")
UNITS = ("week", "month", "quarter", "year")

_PART = (DATE, STRING)
_MOVED = (DATE, INT64)

OPS = (
    OpSpec(
        name="date_part",
        params=(Param("x", DAY), Param("part", TEXT, constant=True)),
        returns=fixed(INT64),
        doc=f"A part of `x`: {', '.join(PARTS)}.",
        examples=(
            Example(("2016-02-29", "year"), 2016, _PART),
            Example(("2016-02-29", "quarter"), 1, _PART),
            Example(("2016-02-29", "month"), 2, _PART),
            Example(("2016-01-01", "week"), 53, _PART),
            Example(("2016-02-29", "day"), 29, _PART),
            Example(("2016-03-06", "weekday"), 7, _PART),
            Example(("2016-12-31", "day_of_year"), 366, _PART),
            Example(("0001-01-01", "weekday"), 1, _PART),
            Example((None, "year"), None, _PART),
        ),
    ),
    OpSpec(
        name="truncate_date",
        params=(Param("x", DAY), Param("unit", TEXT, constant=True)),
        returns=fixed(DATE),
        doc="The first day of the week, month, quarter or year of `x`.",
        examples=(
            Example(("2016-01-01", "week"), "2015-12-28", _PART),
            Example(("2016-02-29", "month"), "2016-02-01", _PART),
            Example(("2016-12-31", "quarter"), "2016-10-01", _PART),
            Example(("1900-12-31", "year"), "1900-01-01", _PART),
            Example((None, "year"), None, _PART),
        ),
    ),
    OpSpec(
        name="days_between",
        params=(Param("end", DAY), Param("start", DAY)),
        returns=fixed(INT64),
        doc="The days from `start` to `end`.",
        examples=(
            Example(("2016-03-01", "2016-02-28"), 2, (DATE, DATE)),
            Example(("0001-01-01", "9999-12-31"), -3652058, (DATE, DATE)),
            Example((None, "2016-02-28"), None, (DATE, DATE)),
        ),
    ),
    OpSpec(
        name="add_days",
        params=(Param("x", DAY), Param("days", INTEGER)),
        returns=fixed(DATE),
        doc="The date `days` after `x`; null outside of the years 1 to 9999.",
        examples=(
            Example(("2016-02-28", 2), "2016-03-01", _MOVED),
            Example(("2016-03-01", -1), "2016-02-29", _MOVED),
            Example((None, 1), None, _MOVED),
            Example(("2016-03-01", None), None, _MOVED),
            Example(("9999-12-31", 1), None, _MOVED),
            Example(("2016-03-01", 2**63 - 1), None, _MOVED),
            Example(("2016-03-01", -(2**31)), None, _MOVED),
        ),
    ),
)
