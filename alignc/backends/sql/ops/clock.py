"""Times where an instant is what the clock of UTC shows, in the words that Snowflake and Redshift share.

The clock of another zone is a time of the same type.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, function, moved, number, text
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.calendar import timestamp_literal
from alignc.ir.types import DATE, FLOAT64, DType

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = "1970-01-01"
# Midnight of a Monday.
MONDAY = "2000-01-03"


def micros_of(time: exp.Expr, dialect: Dialect) -> exp.Expr:
    """The microseconds of an instant since 1970."""
    return elapsed_between(timestamp_literal(EPOCH, dialect), time)


def elapsed_between(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    """The microseconds from one time to another."""
    return function("DATEDIFF", exp.Var(this="MICROSECOND"), start, end)


def days_between(end: exp.Expr, start: exp.Expr) -> exp.Expr:
    """The days from one date to another."""
    return function("DATEDIFF", exp.Var(this="DAY"), start, end)


def day_text(day: exp.Expr) -> exp.Expr:
    """A date in ISO 8601, however the session writes dates."""
    return function("TO_CHAR", day, text("YYYY-MM-DD"))


def at_zone(instant: exp.Expr, zone: str) -> exp.Expr:
    """What the clock of a zone shows at an instant."""
    if zone == "UTC":
        return instant
    return function("CONVERT_TIMEZONE", text("UTC"), text(zone), instant)


def instant_at(shown: exp.Expr, zone: str, dialect: Dialect) -> exp.Expr:
    """The instant at which the clock of a zone shows a time, the earlier one if there are two.

    A day before, the clock was as it is at the earlier one, or before hours that are skipped. Only if it
    was turned since then, and both show different times, the clock of now is the right one.
    """
    if zone == "UTC":
        return shown

    def in_utc(node: exp.Expr) -> exp.Expr:
        return function("CONVERT_TIMEZONE", text(zone), text("UTC"), node)

    earlier = moved(in_utc(moved(shown.copy(), -DAY, dialect)), DAY, dialect)
    now = in_utc(shown.copy())
    is_now = exp.And(
        this=exp.EQ(this=at_zone(now, zone), expression=shown.copy()),
        expression=exp.NEQ(this=at_zone(earlier, zone), expression=shown.copy()),
    )
    return case((is_now, now.copy()), otherwise=earlier.copy())


def _date_of(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, zone = args
    return cast(at_zone(x(), str(zone.constant)), DATE, dialect)


def _duration_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    end, start = args
    return elapsed_between(start(), end())


def _seconds_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return _seconds(_duration_between(args, result, dialect), dialect)


def _seconds(micros: exp.Expr, dialect: Dialect) -> exp.Expr:
    # A quotient of whole numbers has six digits, or none.
    as_float = cast(micros, FLOAT64, dialect)
    return exp.Div(this=as_float, expression=number(SECOND), typed=False, safe=False)


def _total_seconds(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return _seconds(args[0](), dialect)


def _days_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    end, start = args
    return days_between(end(), start())


NATIVE: dict[str, Lowering] = {
    "date_of": _date_of,
    "duration_between": _duration_between,
    "seconds_between": _seconds_between,
    "total_seconds": _total_seconds,
    "days_between": _days_between,
}
