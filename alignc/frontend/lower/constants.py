"""Whole constants beside decimals: `price * 2` multiplies by a decimal of one digit.

As an integer the 2 would count 19 digits, and the result would soon need more than there are.
"""

from __future__ import annotations

from collections.abc import Mapping

from alignc.errors import Diagnostics
from alignc.ir.expr import Call, Expr, Literal, rewrite
from alignc.ir.infer import infer_dtype, parameters
from alignc.ir.ops import OPS
from alignc.ir.types import INT64, DType, decimal, is_decimal


def with_exact_constants(expr: Expr, columns: Mapping[str, DType | None]) -> Expr:
    """The expression, in which whole constants beside decimals are decimals of as many digits."""

    def change(part: Expr) -> Expr:
        if not isinstance(part, Call) or not any(map(_is_whole, part.args)):
            return part
        types = [infer_dtype(a, columns, Diagnostics()) for a in part.args]
        if not any(t is not None and is_decimal(t) for t in types):
            return part
        takes = parameters(OPS[part.op], len(part.args))
        args = [
            _exact(arg) if any_decimal in param.accepts else arg
            for arg, param in zip(part.args, takes, strict=False)
        ]
        return Call(op=part.op, args=(*args, *part.args[len(args) :]), span=part.span)

    any_decimal = decimal(1, 0)
    return rewrite(expr, change)


def _is_whole(expr: Expr) -> bool:
    return isinstance(expr, Literal) and expr.dtype == INT64 and expr.value is not None


def _exact(expr: Expr) -> Expr:
    if not isinstance(expr, Literal) or not _is_whole(expr):
        return expr
    assert isinstance(expr.value, int)
    return Literal(dtype=decimal(len(str(abs(expr.value))), 0), value=str(expr.value))
