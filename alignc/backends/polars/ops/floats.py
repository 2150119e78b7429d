"""The values of a float that are not numbers."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering
from alignc.backends.python.build import method
from alignc.ir.types import FLOAT64, DType


def _question(name: str) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        (x,) = args
        return method(x.node if x.is_float else x.as_type(FLOAT64), name)

    return lower


NATIVE: dict[str, Lowering] = {
    name: _question(name) for name in ("is_nan", "is_not_nan", "is_finite", "is_infinite")
}
