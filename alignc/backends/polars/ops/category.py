"""Categories."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering, polars_type
from alignc.backends.python.build import constant, method, sequence
from alignc.ir.expr import Scalar
from alignc.ir.types import DType


def _ordinal(args: Sequence[Arg], result: DType) -> ast.expr:
    x, *labels = args
    # Of a label that is there twice the first position counts.
    positions: dict[Scalar, int] = {}
    for i, label in enumerate(labels):
        positions.setdefault(label.constant, i)
    return method(
        x.node,
        "replace_strict",
        sequence([constant(label) for label in positions]),
        sequence([constant(i) for i in positions.values()]),
        default=constant(None),
        return_dtype=polars_type(result),
    )


NATIVE: dict[str, Lowering] = {"ordinal": _ordinal}
