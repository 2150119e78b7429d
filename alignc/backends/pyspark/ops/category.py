"""Categories."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering
from alignc.backends.python.build import call, compare, constant, dotted, method
from alignc.ir.types import FLOAT64, DType


def _ordinal(args: Sequence[Arg], result: DType) -> ast.expr:
    x, *labels = args
    chain: ast.expr = dotted("F")
    for position, label in enumerate(labels):
        is_label = compare(x.node, ast.Eq(), label.value)
        chain = method(chain, "when", is_label, constant(position))
    return chain if labels else call("F.lit", constant(None))


def _arg_max(args: Sequence[Arg], result: DType) -> ast.expr:
    numbers, labels = args[::2], args[1::2]
    values = [label.as_type(result) for label in labels]
    if len(numbers) == 1:
        return call("F.when", method(numbers[0].node, "isNotNull"), values[0])
    chain: ast.expr = dotted("F")
    sizes = [number.as_type(FLOAT64) for number in numbers]
    for size, value in zip(sizes, values, strict=True):
        largest = call("F.greatest", *sizes)
        chain = method(chain, "when", compare(size, ast.Eq(), largest), value)
    return chain


NATIVE: dict[str, Lowering] = {"ordinal": _ordinal, "arg_max": _arg_max}
