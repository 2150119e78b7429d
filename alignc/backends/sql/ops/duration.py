"""Durations: a `BIGINT` of microseconds in both dialects."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
    DUCKDB,
    POSTGRES,
    Dialect,
    case,
    cast,
    function,
    number,
    operand,
    text,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.arithmetic import checked
from alignc.backends.sql.ops.calendar import moved_by_constant
from alignc.ir.calendar import FIRST_MICROSECOND, LAST_MICROSECOND
from alignc.ir.types import FLOAT64, INT64, DType

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND


def _duration_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    end, start = args
    if dialect == DUCKDB:
        return exp.Sub(this=_micros(end(), dialect), expression=_micros(start(), dialect))
    elapsed = exp.Paren(this=exp.Sub(this=end.operand(), expression=start.operand()))
    return cast(_micros(elapsed, dialect), INT64, dialect)


def _micros(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    """The microseconds of a timestamp or an interval; PostgreSQL's are a decimal."""
    if dialect == DUCKDB:
        return function("EPOCH_US", node)
    epoch = exp.Extract(this=exp.Var(this="EPOCH"), expression=node)
    return exp.Mul(this=epoch, expression=number(_SECOND))


def _moved(sign: int) -> Lowering:
    node = exp.Add if sign > 0 else exp.Sub

    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, duration = args
        if duration.is_constant:
            assert isinstance(duration.constant, int)
            return moved_by_constant(x, sign * duration.constant, dialect)
        end: exp.Expr = node(this=_micros(x(), dialect), expression=duration.operand())
        if dialect == DUCKDB:
            # Around the sum alone: a TRY does not catch what fails deeper in it.
            end = exp.Try(this=end)
        bounds = {"low": number(FIRST_MICROSECOND), "high": number(LAST_MICROSECOND)}
        then = node(this=x.operand(), expression=_elapsed(duration, dialect))
        return case((exp.Between(this=end, **bounds), then))

    return lower


def _elapsed(duration: Arg, dialect: Dialect) -> exp.Expr:
    if dialect == DUCKDB:
        return function("TO_MICROSECONDS", duration())
    # A product with an interval is computed in floats, which are exact up to 2^53.
    seconds = exp.Mul(
        this=exp.Paren(
            this=exp.Div(this=duration.operand(), expression=number(_SECOND), typed=True)
        ),
        expression=_unit("SECOND"),
    )
    rest = exp.Mul(
        this=exp.Paren(this=exp.Mod(this=duration.operand(), expression=number(_SECOND))),
        expression=_unit("MICROSECOND"),
    )
    return exp.Paren(this=exp.Add(this=seconds, expression=rest))


def _unit(name: str) -> exp.Expr:
    return exp.Interval(this=text("1"), unit=exp.Var(this=name))


def _sum(node: type[exp.Binary]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        return checked(lambda a, b: node(this=a, expression=b), args, dialect)

    return lower


def _total_seconds(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    micros = x.operand() if dialect == DUCKDB else cast(x(), FLOAT64, dialect)
    return exp.Div(this=micros, expression=number(1e6), typed=False, safe=False)


def _whole_days(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if dialect == POSTGRES:
        # A decimal: halves of a float would be lost.
        wide = exp.Cast(this=x(), to=exp.DataType.build("DECIMAL"))
        days = exp.Div(this=wide, expression=number(_DAY), typed=False, safe=False)
        return cast(exp.Floor(this=days), INT64, dialect)
    rest = exp.Mod(this=x.operand(), expression=number(_DAY))
    is_before = exp.LT(this=rest, expression=number(0))
    whole = exp.IntDiv(this=x.operand(), expression=number(_DAY))
    return exp.Sub(this=whole, expression=cast(operand(is_before), INT64, dialect))


NATIVE: dict[str, Lowering] = {
    "duration_between": _duration_between,
    "add_duration": _moved(1),
    "sub_duration": _moved(-1),
    "add_durations": _sum(exp.Add),
    "sub_durations": _sum(exp.Sub),
    "total_seconds": _total_seconds,
    "whole_days": _whole_days,
}
