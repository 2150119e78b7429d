"""Durations: `pl.Duration("us")`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering, cast, polars_type
from alignc.backends.python.build import (
    binary,
    call,
    compare,
    constant,
    dotted,
    elapsed,
    method,
    moment,
)
from alignc.ir.calendar import FIRST_MICROSECOND, LAST_MICROSECOND, furthest_moment
from alignc.ir.types import DURATION, INT64, TIMESTAMP, DType

_DAY = 86_400_000_000


def _duration_between(args: Sequence[Arg], result: DType) -> ast.expr:
    end, start = args
    return binary(end.node, ast.Sub(), start.value)


def _moved(sign: int) -> Lowering:
    operator = ast.Add() if sign > 0 else ast.Sub()

    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, duration = args
        if duration.is_constant and duration.constant is not None:
            assert isinstance(duration.constant, int)
            return _moved_by_constant(x, sign * duration.constant)
        start = method(method(x.node, "dt.epoch", constant("us")), "cast", dotted("pl.Int128"))
        end = binary(start, operator, method(duration.node, "dt.total_microseconds"))
        bounds = (constant(FIRST_MICROSECOND), constant(LAST_MICROSECOND))
        fits = method(end, "is_between", *bounds)
        moved = binary(x.node, operator, duration.node)
        return method(call("pl.when", fits), "then", moved)

    return lower


def _moved_by_constant(x: Arg, micros: int) -> ast.expr:
    edge = furthest_moment(micros)
    if edge is None:
        return call("pl.lit", constant(None), polars_type(TIMESTAMP))
    forth = micros > 0
    fits = compare(x.node, ast.LtE() if forth else ast.GtE(), moment(edge))
    moved = binary(x.node, ast.Add() if forth else ast.Sub(), elapsed(abs(micros)))
    return method(call("pl.when", fits), "then", moved)


def _sum(operator: ast.operator) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        left, right = (
            method(method(a.node, "dt.total_microseconds"), "cast", dotted("pl.Int128"))
            for a in args
        )
        micros = cast(binary(left, operator, right), INT64, strict=False)
        return cast(micros, DURATION)

    return lower


def _total_seconds(args: Sequence[Arg], result: DType) -> ast.expr:
    micros = method(args[0].node, "dt.total_microseconds")
    return binary(micros, ast.Div(), constant(1e6))


def _whole_days(args: Sequence[Arg], result: DType) -> ast.expr:
    micros = method(args[0].node, "dt.total_microseconds")
    return binary(micros, ast.FloorDiv(), constant(_DAY))


NATIVE: dict[str, Lowering] = {
    "duration_between": _duration_between,
    "add_duration": _moved(1),
    "sub_duration": _moved(-1),
    "add_durations": _sum(ast.Add()),
    "sub_durations": _sum(ast.Sub()),
    "total_seconds": _total_seconds,
    "whole_days": _whole_days,
}
