"""Dates: Spark's `date`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering, cast, literal, plain_constant
from alignc.backends.pyspark.ops.time import part_of
from alignc.backends.python.build import call, compare, constant, method
from alignc.ir.calendar import FIRST_DAY, LAST_DAY, furthest_day
from alignc.ir.expr import literal as day_literal
from alignc.ir.types import DATE, INT32, INT64, DType


def _date_part(args: Sequence[Arg], result: DType) -> ast.expr:
    x, part = args
    return part_of(x.node, str(part.constant))


def _truncate_date(args: Sequence[Arg], result: DType) -> ast.expr:
    x, unit = args
    return call("F.trunc", x.node, unit.value)


def _days_between(args: Sequence[Arg], result: DType) -> ast.expr:
    end, start = args
    return cast(call("F.date_diff", end.node, start.node), INT64)


def _add_days(args: Sequence[Arg], result: DType) -> ast.expr:
    x, days = args
    if not days.is_constant or days.constant is None:
        first, last = (literal(day_literal(day)) for day in (FIRST_DAY, LAST_DAY))
        low, high = (call("F.date_diff", end, x.node) for end in (first, last))
        fits = method(days.node, "between", low, high)
        return call("F.date_add", x.node, cast(call("F.when", fits, days.node), INT32))
    count = days.constant
    assert isinstance(count, int)
    edge = furthest_day(count)
    if edge is None:
        return cast(call("F.lit", constant(None)), DATE)
    limit = plain_constant(day_literal(edge)) or literal(day_literal(edge))
    fits = compare(x.node, ast.LtE() if count > 0 else ast.GtE(), limit)
    name = "F.date_add" if count > 0 else "F.date_sub"
    return call("F.when", fits, call(name, x.node, constant(abs(count))))


NATIVE: dict[str, Lowering] = {
    "date_part": _date_part,
    "truncate_date": _truncate_date,
    "days_between": _days_between,
    "add_days": _add_days,
}
