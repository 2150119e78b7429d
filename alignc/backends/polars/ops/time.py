"""Points in time: UTC with microseconds; parts are taken in a named zone."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import binary, constant, method
from alignc.ir.ops.time import WEEK
from alignc.ir.types import INT64, DType

METHODS = {"day_of_year": "ordinal_day"}
SPANS = {
    "second": "1s",
    "minute": "1m",
    "hour": "1h",
    "day": "1d",
    "week": "1w",
    "month": "1mo",
    "quarter": "1q",
    "year": "1y",
}


def _date_component(args: Sequence[Arg], result: DType) -> ast.expr:
    x, component, zone = args
    local = _local(x, zone)
    name = str(component.constant)
    return cast(method(local, f"dt.{METHODS.get(name, name)}"), INT64)


def _local(x: Arg, zone: Arg) -> ast.expr:
    if zone.constant == "UTC":
        return x.node
    return method(x.node, "dt.convert_time_zone", zone.value)


def _truncate(args: Sequence[Arg], result: DType) -> ast.expr:
    x, unit, zone = args
    start = method(_local(x, zone), "dt.truncate", constant(SPANS[str(unit.constant)]))
    if zone.constant == "UTC":
        return start
    return method(start, "dt.convert_time_zone", constant("UTC"))


def _floor_time(args: Sequence[Arg], result: DType) -> ast.expr:
    x, step = args
    assert isinstance(step.constant, int)
    # Hours of Polars are counted from 1970, weeks from a Monday.
    every = SPANS["week"] if step.constant == WEEK else span(step.constant)
    return method(x.node, "dt.truncate", constant(every))


def span(microseconds: int) -> str:
    """A length of elapsed time as Polars writes it: `15m`, `-1h`."""
    if microseconds <= 0:
        return "-" + span(-microseconds) if microseconds else "0us"
    for unit, size in (("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000)):
        if microseconds % size == 0:
            return f"{microseconds // size}{unit}"
    return f"{microseconds}us"


def _date_of(args: Sequence[Arg], result: DType) -> ast.expr:
    x, zone = args
    return method(_local(x, zone), "dt.date")


def _seconds_between(args: Sequence[Arg], result: DType) -> ast.expr:
    end, start = args
    elapsed = binary(end.node, ast.Sub(), start.node)
    return binary(method(elapsed, "dt.total_microseconds"), ast.Div(), constant(1e6))


NATIVE: dict[str, Lowering] = {
    "date_component": _date_component,
    "seconds_between": _seconds_between,
    "truncate": _truncate,
    "floor_time": _floor_time,
    "date_of": _date_of,
}
