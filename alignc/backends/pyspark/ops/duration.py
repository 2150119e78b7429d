"""Durations: a `bigint` of microseconds."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import binary, call, compare, constant, elapsed, method, moment
from alignc.ir.calendar import FIRST_MICROSECOND, LAST_MICROSECOND, furthest_moment
from alignc.ir.types import TIMESTAMP, DType

_DAY = 86_400_000_000


def _duration_between(args: Sequence[Arg], result: DType) -> ast.expr:
    end, start = args
    return binary(call("F.unix_micros", end.node), ast.Sub(), call("F.unix_micros", start.node))


def _moved(sign: int) -> Lowering:
    checked = "F.try_add" if sign > 0 else "F.try_subtract"

    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, duration = args
        if duration.is_constant and duration.constant is not None:
            assert isinstance(duration.constant, int)
            return _moved_by_constant(x, sign * duration.constant)
        end = call(checked, call("F.unix_micros", x.node), duration.node)
        bounds = (constant(FIRST_MICROSECOND), constant(LAST_MICROSECOND))
        fits = method(end, "between", *bounds)
        return call("F.timestamp_micros", call("F.when", fits, end))

    return lower


def _moved_by_constant(x: Arg, micros: int) -> ast.expr:
    edge = furthest_moment(micros)
    if edge is None:
        return cast(call("F.lit", constant(None)), TIMESTAMP)
    forth = micros > 0
    fits = compare(x.node, ast.LtE() if forth else ast.GtE(), moment(edge))
    moved = binary(x.node, ast.Add() if forth else ast.Sub(), call("F.lit", elapsed(abs(micros))))
    return call("F.when", fits, moved)


def _sum(name: str) -> Lowering:
    return lambda args, result: call(name, *(a.node for a in args))


def _total_seconds(args: Sequence[Arg], result: DType) -> ast.expr:
    return binary(args[0].node, ast.Div(), constant(1e6))


def _whole_days(args: Sequence[Arg], result: DType) -> ast.expr:
    # A quotient of integers is a float.
    micros = method(args[0].node, "cast", constant("decimal(20,0)"))
    return cast(call("F.floor", binary(micros, ast.Div(), constant(_DAY))), result)


NATIVE: dict[str, Lowering] = {
    "duration_between": _duration_between,
    "add_duration": _moved(1),
    "sub_duration": _moved(-1),
    "add_durations": _sum("F.try_add"),
    "sub_durations": _sum("F.try_subtract"),
    "total_seconds": _total_seconds,
    "whole_days": _whole_days,
}
