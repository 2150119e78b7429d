"""Missing values."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering, literal
from alignc.backends.python.build import method
from alignc.ir.expr import Literal
from alignc.ir.types import DType


def _is_null(args: Sequence[Arg], result: DType) -> ast.expr:
    return method(args[0].node, "is_null")


def _is_not_null(args: Sequence[Arg], result: DType) -> ast.expr:
    return method(args[0].node, "is_not_null")


def _fill_na(args: Sequence[Arg], result: DType) -> ast.expr:
    x, value = args
    return method(x.as_type(result), "fill_null", value.as_type(result))


def _null_like(args: Sequence[Arg], result: DType) -> ast.expr:
    return literal(Literal(dtype=result))


NATIVE: dict[str, Lowering] = {
    "is_null": _is_null,
    "is_not_null": _is_not_null,
    "fill_na": _fill_na,
    "null_like": _null_like,
}
