"""Instants as microseconds: how Spark and BigQuery move them and tell how far apart they are."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, from_micros, function, micros_of, number
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.calendar import moved_by_constant
from alignc.ir.calendar import FIRST_MICROSECOND, LAST_MICROSECOND
from alignc.ir.types import DType


def duration_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    """The microseconds from one instant to another."""
    end, start = args
    return exp.Sub(this=micros_of(end()), expression=micros_of(start()))


def moved(sign: int, adding: str) -> Lowering:
    """How an instant is moved; `adding` is the function that is null where its result overflows."""

    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, duration = args
        if duration.is_constant:
            assert isinstance(duration.constant, int)
            return moved_by_constant(x, sign * duration.constant, dialect)
        end = function(adding, micros_of(x()), duration())
        fits = exp.Between(this=end, low=number(FIRST_MICROSECOND), high=number(LAST_MICROSECOND))
        return case((fits, from_micros(end.copy())))

    return lower


def checked(name: str) -> Lowering:
    """A sum of durations, or their difference: a function that is null where it overflows."""
    return lambda args, result, dialect: function(name, *(a() for a in args))
