"""Categories."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering
from alignc.backends.python.build import call, compare, constant, dotted, method
from alignc.ir.types import DType


def _ordinal(args: Sequence[Arg], result: DType) -> ast.expr:
    x, *labels = args
    chain: ast.expr = dotted("F")
    for position, label in enumerate(labels):
        is_label = compare(x.node, ast.Eq(), label.value)
        chain = method(chain, "when", is_label, constant(position))
    return chain if labels else call("F.lit", constant(None))


NATIVE: dict[str, Lowering] = {"ordinal": _ordinal}
