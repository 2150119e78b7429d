"""Points in time. The session's zone is UTC, so parts of other zones are taken after a shift."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import binary, call, constant
from alignc.ir.ops.time import CALENDAR_UNITS, DAY, WEEK
from alignc.ir.types import DATE, INT64, DType

_FUNCTIONS = {"week": "weekofyear", "day": "dayofmonth", "day_of_year": "dayofyear"}


def _date_component(args: Sequence[Arg], result: DType) -> ast.expr:
    x, component, zone = args
    return part_of(_local(x, zone), str(component.constant))


def part_of(local: ast.expr, name: str) -> ast.expr:
    """A part of a date, or of a time that looks as in its zone."""
    part = cast(call(f"F.{_FUNCTIONS.get(name, name)}", local), INT64)
    if name == "weekday":
        # Spark's Monday is 0.
        return binary(part, ast.Add(), constant(1))
    return part


def _local(x: Arg, zone: Arg) -> ast.expr:
    if zone.constant == "UTC":
        return x.node
    return call("F.from_utc_timestamp", x.node, zone.value)


def _truncate(args: Sequence[Arg], result: DType) -> ast.expr:
    x, unit, zone = args
    local = _local(x, zone)
    start = call("F.date_trunc", unit.value, local)
    if zone.constant == "UTC":
        return start
    if unit.constant in CALENDAR_UNITS:
        return call("F.to_utc_timestamp", start, zone.value)
    # Of an hour that is there twice, the one in which `x` is.
    return binary(x.node, ast.Sub(), binary(local, ast.Sub(), start))


def _floor_time(args: Sequence[Arg], result: DType) -> ast.expr:
    x, step = args
    assert isinstance(step.constant, int)
    if unit := _UNITS_OF.get(step.constant):
        return call("F.date_trunc", constant(unit), x.node)
    micros = call("F.unix_micros", x.node)
    since = call("F.pmod", micros, call("F.lit", constant(step.constant)))
    return call("F.timestamp_micros", binary(micros, ast.Sub(), since))


_UNITS_OF = {
    1_000_000: "second",
    60_000_000: "minute",
    3_600_000_000: "hour",
    DAY: "day",
    WEEK: "week",
}


def _date_of(args: Sequence[Arg], result: DType) -> ast.expr:
    x, zone = args
    return cast(_local(x, zone), DATE)


def _seconds_between(args: Sequence[Arg], result: DType) -> ast.expr:
    end, start = args
    micros = binary(call("F.unix_micros", end.node), ast.Sub(), call("F.unix_micros", start.node))
    return binary(micros, ast.Div(), constant(1e6))


NATIVE: dict[str, Lowering] = {
    "date_component": _date_component,
    "seconds_between": _seconds_between,
    "truncate": _truncate,
    "floor_time": _floor_time,
    "date_of": _date_of,
}
