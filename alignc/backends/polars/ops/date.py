"""Dates: `pl.Date`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering, cast
from alignc.backends.polars.ops.time import METHODS, SPANS
from alignc.backends.python.build import binary, call, compare, constant, dotted, method, moment
from alignc.ir.calendar import FIRST_DAY, LAST_DAY, furthest_day
from alignc.ir.types import INT64, DType


def _date_part(args: Sequence[Arg], result: DType) -> ast.expr:
    x, part = args
    name = str(part.constant)
    return cast(method(x.node, f"dt.{METHODS.get(name, name)}"), INT64)


def _truncate_date(args: Sequence[Arg], result: DType) -> ast.expr:
    x, unit = args
    return method(x.node, "dt.truncate", constant(SPANS[str(unit.constant)]))


def _days_between(args: Sequence[Arg], result: DType) -> ast.expr:
    end, start = args
    return method(binary(end.node, ast.Sub(), start.value), "dt.total_days")


def _add_days(args: Sequence[Arg], result: DType) -> ast.expr:
    x, days = args
    if not days.is_constant or days.constant is None:
        low = method(binary(call("pl.lit", moment(FIRST_DAY)), ast.Sub(), x.node), "dt.total_days")
        high = method(binary(call("pl.lit", moment(LAST_DAY)), ast.Sub(), x.node), "dt.total_days")
        fits = method(days.node, "is_between", low, high)
        # Counts that do not fit must not be computed with: they would wrap.
        count = method(call("pl.when", fits), "then", days.node)
        return binary(x.node, ast.Add(), call("pl.duration", days=count))
    number = days.constant
    assert isinstance(number, int)
    edge = furthest_day(number)
    if edge is None:
        return call("pl.lit", constant(None), dotted("pl.Date"))
    forth = number > 0
    fits = compare(x.node, ast.LtE() if forth else ast.GtE(), moment(edge))
    step = call("timedelta", days=constant(abs(number)))
    moved = binary(x.node, ast.Add() if forth else ast.Sub(), step)
    return method(call("pl.when", fits), "then", moved)


NATIVE: dict[str, Lowering] = {
    "date_part": _date_part,
    "truncate_date": _truncate_date,
    "days_between": _days_between,
    "add_days": _add_days,
}
