"""Points in time. The session's zone is UTC, so parts of other zones are taken after a shift."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import binary, call, constant
from alignc.ir.types import INT64, DType

_FUNCTIONS = {"week": "weekofyear", "day": "dayofmonth", "day_of_year": "dayofyear"}


def _date_component(args: Sequence[Arg], result: DType) -> ast.expr:
    x, component, zone = args
    local = x.node
    if zone.constant != "UTC":
        local = call("F.from_utc_timestamp", local, zone.value)
    name = str(component.constant)
    part = cast(call(f"F.{_FUNCTIONS.get(name, name)}", local), INT64)
    if name == "weekday":
        # Spark's Monday is 0.
        return binary(part, ast.Add(), constant(1))
    return part


def _seconds_between(args: Sequence[Arg], result: DType) -> ast.expr:
    end, start = args
    micros = binary(call("F.unix_micros", end.node), ast.Sub(), call("F.unix_micros", start.node))
    return binary(micros, ast.Div(), constant(1e6))


NATIVE: dict[str, Lowering] = {
    "date_component": _date_component,
    "seconds_between": _seconds_between,
}
