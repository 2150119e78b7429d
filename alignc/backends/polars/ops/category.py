"""Categories."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering, polars_type
from alignc.backends.python.build import call, constant, dotted, method, sequence
from alignc.ir.expr import Scalar
from alignc.ir.types import FLOAT64, INT64, INTEGER_BOUNDS, DType


def _ordinal(args: Sequence[Arg], result: DType) -> ast.expr:
    x, *labels = args
    # Of a label that is there twice the first position counts.
    positions: dict[Scalar, int] = {}
    for i, label in enumerate(labels):
        positions.setdefault(label.constant, i)
    low, high = INTEGER_BOUNDS.get(x.dtype, (0, 0))
    # Polars reads the labels in the type of the column, which may not hold them.
    fit = all(not isinstance(p, int) or low <= p <= high for p in positions)
    return method(
        x.node if fit else x.as_type(INT64),
        "replace_strict",
        sequence([constant(label) for label in positions]),
        sequence([constant(i) for i in positions.values()]),
        default=constant(None),
        return_dtype=polars_type(result),
    )


def _arg_max(args: Sequence[Arg], result: DType) -> ast.expr:
    numbers, labels = args[::2], args[1::2]
    values = [label.as_type(result) for label in labels]
    best = method(call("pl.concat_list", *(n.as_type(FLOAT64) for n in numbers)), "list.arg_max")
    label = method(call("pl.concat_list", *values), "list.get", best)
    if not any(n.is_float for n in numbers):
        return label
    # `arg_max` leaves NaN out, which is above every number.
    chain: ast.expr = dotted("pl")
    for number, value in zip(numbers, values, strict=True):
        if number.is_float:
            chain = method(method(chain, "when", method(number.node, "is_nan")), "then", value)
    return method(chain, "otherwise", label)


NATIVE: dict[str, Lowering] = {"ordinal": _ordinal, "arg_max": _arg_max}
