"""The parts that an aggregate over a window is put together from, and how.

mean of whole numbers: a count and a total, each added up     mean_over("last_1h", "__total_1", "__count_1")
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from alignc.backends.pyspark.ops.aggregate import summable
from alignc.backends.pyspark.ops.arg import Arg, cast, column
from alignc.backends.python.build import call, compare, constant, method
from alignc.ir.expr import Column
from alignc.ir.plan import WindowColumn
from alignc.ir.types import FLOAT64, FLOATS, NARROW_INTEGERS, DType

# The kinds of parts. A spread is several columns, which the program's helper makes of a value.
COUNT, TOTAL, SUM, TRUE, LEAST, GREATEST, SPREAD = (
    "count",
    "total",
    "sum",
    "true",
    "least",
    "greatest",
    "spread",
)


def name_of(part: str, number: int) -> str:
    """The column of a part of the value with that number."""
    return f"__{part}_{number}"


def _sum(dtype: DType) -> tuple[str, ...]:
    return (SUM,) if dtype in FLOATS else (COUNT, TOTAL)


def _mean(dtype: DType) -> tuple[str, ...]:
    return (COUNT, SUM) if dtype in FLOATS else (COUNT, TOTAL)


def _always(*parts: str) -> Callable[[DType], tuple[str, ...]]:
    return lambda dtype: parts


# The parts of each aggregate, by the type of its values.
PARTS: Mapping[str, Callable[[DType], tuple[str, ...]]] = {
    "count": _always(COUNT),
    "sum": _sum,
    "mean": _mean,
    "variance": _always(SPREAD),
    "std": _always(SPREAD),
    "min": _always(LEAST),
    "max": _always(GREATEST),
    "any": _always(COUNT, TRUE),
    "all": _always(COUNT, TRUE),
}


def lower_part(part: str, number: int, dtype: DType) -> ast.expr:
    """A part of the value with that number; what is spread is the value itself, as a float."""
    source = name_of("value", number)
    value = Arg(column(source), dtype, Column(name=source))
    match part:
        case "spread":
            return value.as_type(FLOAT64)
        case "sum":
            return call("F.sum", value.as_type(FLOAT64))
        case "total":
            return call("F.sum", summable(value))
        case _:
            return call(_CALLS[part], constant(source))


_CALLS = {COUNT: "F.count", TRUE: "F.count_if", LEAST: "F.min", GREATEST: "F.max"}


def finished(made: WindowColumn, window: ast.expr, number: int, dtype: DType) -> ast.expr:
    """An aggregate over `window`, from the parts of the value with that number."""

    def over(helper: str, *parts: str) -> ast.expr:
        return call(helper, window, *(constant(name_of(part, number)) for part in parts))

    exact = over("total_over", TOTAL, COUNT)
    match made.aggregate:
        case "count":
            return over("sum_over", COUNT)
        case "sum" if dtype in FLOATS:
            return over("sum_over", SUM)
        case "sum" if dtype.name == "Decimal":
            return cast(exact, made.dtype)
        case "sum" if dtype in NARROW_INTEGERS:
            return exact
        case "sum":
            return method(exact, "try_cast", constant("bigint"))
        case "mean":
            return over("mean_over", SUM if dtype in FLOATS else TOTAL, COUNT)
        case "std":
            return call("F.sqrt", over("variance_over", SPREAD))
        case "any":
            return compare(over("total_over", TRUE, COUNT), ast.Gt(), constant(0))
        case "all":
            return compare(over("total_over", TRUE, COUNT), ast.Eq(), over("sum_over", COUNT))
        case aggregate:
            return over(*_MERGED[aggregate])


_MERGED = {
    "variance": ("variance_over", SPREAD),
    "min": ("least_over", LEAST),
    "max": ("greatest_over", GREATEST),
}
