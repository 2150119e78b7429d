"""Aggregates over a window."""

from __future__ import annotations

import ast

from alignc.backends.pyspark.ops.arg import AggregateLowering, Arg, Over
from alignc.backends.python.build import call, constant, method
from alignc.ir.types import FLOAT64, INT64, NARROW_INTEGERS, DType


def _plain(name: str) -> AggregateLowering:
    return lambda x, result, over: over(call(f"F.{name}", x.node))


def _sum(x: Arg, result: DType, over: Over) -> ast.expr:
    if x.is_float:
        return over(call("F.sum", x.as_type(FLOAT64)))
    if x.dtype in NARROW_INTEGERS:
        return over(call("F.sum", x.as_type(INT64)))
    # A sum on the way may be too large for 64 bits even where the last one is not.
    wide = method(x.node, "cast", constant("decimal(20,0)"))
    return method(over(call("F.sum", wide)), "try_cast", constant("bigint"))


def _float(name: str) -> AggregateLowering:
    return lambda x, result, over: over(call(f"F.{name}", x.as_type(FLOAT64)))


NATIVE: dict[str, AggregateLowering] = {
    "count": _plain("count"),
    "sum": _sum,
    "mean": _float("avg"),
    "variance": _float("var_samp"),
    "std": _float("stddev_samp"),
    "min": _plain("min"),
    "max": _plain("max"),
}
