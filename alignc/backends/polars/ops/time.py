"""Points in time: UTC with microseconds; parts are taken in a named zone."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import binary, constant, method
from alignc.ir.types import INT64, DType

_METHODS = {"day_of_year": "ordinal_day"}


def _date_component(args: Sequence[Arg], result: DType) -> ast.expr:
    x, component, zone = args
    local = x.node
    if zone.constant != "UTC":
        local = method(local, "dt.convert_time_zone", zone.value)
    name = str(component.constant)
    return cast(method(local, f"dt.{_METHODS.get(name, name)}"), INT64)


def _seconds_between(args: Sequence[Arg], result: DType) -> ast.expr:
    end, start = args
    elapsed = binary(end.node, ast.Sub(), start.node)
    return binary(method(elapsed, "dt.total_microseconds"), ast.Div(), constant(1e6))


NATIVE: dict[str, Lowering] = {
    "date_component": _date_component,
    "seconds_between": _seconds_between,
}
