"""Elapsed time, in whole microseconds: a day is 24 hours."""

from __future__ import annotations

from alignc.ir.ops.spec import ELAPSED, INSTANT, Example, OpSpec, Param, fixed
from alignc.ir.types import DURATION, FLOAT64, INT64, TIMESTAMP

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_MAX = 2**63 - 1

OPS = (
    OpSpec(
        name="duration_between",
        params=(Param("end", INSTANT), Param("start", INSTANT)),
        returns=fixed(DURATION),
        doc="The time elapsed from `start` to `end`.",
        examples=(
            Example(
                ("2016-01-02T00:00:00.000001Z", "2016-01-01T00:00:00Z"),
                _DAY + 1,
                (TIMESTAMP, TIMESTAMP),
            ),
            Example(
                ("2016-01-01T00:00:00Z", "2016-01-01T00:00:00.5Z"), -500_000, (TIMESTAMP, TIMESTAMP)
            ),
            Example((None, "2016-01-01T00:00:00Z"), None, (TIMESTAMP, TIMESTAMP)),
        ),
    ),
    OpSpec(
        name="add_duration",
        params=(Param("x", INSTANT), Param("duration", ELAPSED)),
        returns=fixed(TIMESTAMP),
        symbol="+",
        doc="The time `duration` after `x`; null outside of the years 1 to 9999.",
        examples=(
            Example(
                ("2016-02-28T12:00:00Z", 36 * 3600 * _SECOND),
                "2016-03-01T00:00:00Z",
                (TIMESTAMP, DURATION),
            ),
            Example(
                ("2016-01-01T00:00:00Z", -1), "2015-12-31T23:59:59.999999Z", (TIMESTAMP, DURATION)
            ),
            Example(("2016-01-01T00:00:00Z", _MAX), None, (TIMESTAMP, DURATION)),
            Example(("9999-12-31T14:00:00Z", 10 * 3600 * _SECOND), None, (TIMESTAMP, DURATION)),
            Example(
                ("1816-01-01T00:00:00Z", 80_000 * _DAY + 1),
                "2035-01-12T00:00:00.000001Z",
                (TIMESTAMP, DURATION),
            ),
            Example((None, 1), None, (TIMESTAMP, DURATION)),
        ),
    ),
    OpSpec(
        name="sub_duration",
        params=(Param("x", INSTANT), Param("duration", ELAPSED)),
        returns=fixed(TIMESTAMP),
        symbol="-",
        doc="The time `duration` before `x`; null outside of the years 1 to 9999.",
        examples=(
            Example(
                ("2016-03-01T00:00:00Z", 36 * 3600 * _SECOND),
                "2016-02-28T12:00:00Z",
                (TIMESTAMP, DURATION),
            ),
            Example(("2016-01-01T00:00:00Z", -_MAX - 1), None, (TIMESTAMP, DURATION)),
            Example(("0001-01-01T00:00:00Z", 1), None, (TIMESTAMP, DURATION)),
            Example((None, 1), None, (TIMESTAMP, DURATION)),
        ),
    ),
    OpSpec(
        name="add_durations",
        params=(Param("x", ELAPSED), Param("y", ELAPSED)),
        returns=fixed(DURATION),
        symbol="+",
        doc="The sum of `x` and `y`; null where it does not fit into 64 bits of microseconds.",
        examples=(
            Example((_DAY, 1), _DAY + 1, (DURATION, DURATION)),
            Example((_MAX, 1), None, (DURATION, DURATION)),
            Example((None, 1), None, (DURATION, DURATION)),
        ),
    ),
    OpSpec(
        name="sub_durations",
        params=(Param("x", ELAPSED), Param("y", ELAPSED)),
        returns=fixed(DURATION),
        symbol="-",
        doc="`x` less `y`; null where it does not fit into 64 bits of microseconds.",
        examples=(
            Example((_DAY, 1), _DAY - 1, (DURATION, DURATION)),
            Example((-_MAX, 2), None, (DURATION, DURATION)),
        ),
    ),
    OpSpec(
        name="total_seconds",
        params=(Param("x", ELAPSED),),
        returns=fixed(FLOAT64),
        doc="`x` in seconds, with a fraction.",
        examples=(
            Example((1_500_000,), 1.5, (DURATION,)),
            Example((-1,), -1e-6, (DURATION,)),
            Example((None,), None, (DURATION,)),
        ),
    ),
    OpSpec(
        name="whole_days",
        params=(Param("x", ELAPSED),),
        returns=fixed(INT64),
        doc="The whole days of 24 hours in `x`, rounded down.",
        examples=(
            Example((_DAY,), 1, (DURATION,)),
            Example((_DAY - 1,), 0, (DURATION,)),
            Example((-1,), -1, (DURATION,)),
            Example((-_MAX - 1,), -106751992, (DURATION,)),
            Example((None,), None, (DURATION,)),
        ),
    ),
)
