"""The ends of the calendar in SQL: what would be moved beyond them is null."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlglot import exp

from alignc.backends.sql.dialect import (
    BIGQUERY,
    Dialect,
    case,
    cast,
    from_micros,
    later,
    text,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.calendar import FIRST_DAY, LAST_DAY, furthest_day, furthest_moment, instant_text
from alignc.ir.types import DATE, TIMESTAMP, DType


def date_literal(day: date, dialect: Dialect) -> exp.Expr:
    """A date as a constant."""
    return cast(text(day.isoformat()), DATE, dialect)


def timestamp_literal(shown: str, dialect: Dialect) -> exp.Expr:
    """A time as a constant, from ISO 8601 with or without a `Z`.

    Without a zone it is what the clock of UTC shows.
    """
    if not dialect.has_instants:
        shown = shown.removesuffix("Z").replace("T", " ")
    return cast(text(shown), TIMESTAMP, dialect)


def moved_by_constant(x: Arg, micros: int, dialect: Dialect) -> exp.Expr:
    """A time moved by a number of microseconds, which may be negative."""
    edge = furthest_moment(micros)
    if edge is None:
        return cast(exp.Null(), TIMESTAMP, dialect)
    compare = exp.LTE if micros > 0 else exp.GTE
    fits = compare(this=x.operand(), expression=timestamp_literal(instant_text(edge), dialect))
    end = later(x(), micros, dialect)
    return case((fits, from_micros(end) if dialect == BIGQUERY else end))


def adding_days(
    later_day: Lowering, days_between: Callable[[exp.Expr, exp.Expr], exp.Expr]
) -> Lowering:
    """How days are added to a date: by `later_day`, where `days_between` it and the ends is room."""

    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, days = args
        moved = later_day(args, result, dialect)
        if not days.is_constant:
            low, high = (
                days_between(date_literal(end, dialect), x()) for end in (FIRST_DAY, LAST_DAY)
            )
            return case((exp.Between(this=days.operand(), low=low, high=high), moved))
        assert isinstance(days.constant, int)
        edge = furthest_day(days.constant)
        if edge is None:
            return cast(exp.Null(), DATE, dialect)
        compare = exp.LTE if days.constant > 0 else exp.GTE
        return case((compare(this=x.operand(), expression=date_literal(edge, dialect)), moved))

    return lower
