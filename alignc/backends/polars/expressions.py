"""Expressions of the IR as Polars expressions."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from alignc.backends.polars.ops import NATIVE
from alignc.backends.polars.ops.arg import Arg, cast, literal
from alignc.backends.python.build import call, constant, method, sequence
from alignc.errors import Diagnostics, InternalError
from alignc.ir.expr import Call, Cast, Column, Expr, Literal, Udf
from alignc.ir.infer import infer_dtype
from alignc.ir.ops import OPS
from alignc.ir.types import BOOL, STRING, DType


def lower_expr(expr: Expr, schema: Mapping[str, DType]) -> ast.expr:
    """The Polars expression over columns with the types of `schema`."""
    match expr:
        case Column():
            return call("pl.col", constant(expr.name))
        case Literal():
            return literal(expr)
        case Cast():
            return _cast(lower_arg(expr.value, schema), expr.dtype)
        case Udf():
            source = expr.text_for("polars")
            if source is None:
                raise InternalError("Polars lowering", "user code without a text for Polars")
            return cast(ast.parse(source, mode="eval").body, expr.dtype)
        case Call():
            spec = OPS[expr.op]
            if spec.name not in NATIVE:
                assert spec.expand is not None
                return lower_expr(spec.expand(*expr.args), schema)
            args = [lower_arg(a, schema) for a in expr.args]
            return NATIVE[spec.name](args, dtype_of(expr, schema))


def lower_arg(expr: Expr, schema: Mapping[str, DType]) -> Arg:
    return Arg(lower_expr(expr, schema), dtype_of(expr, schema), expr)


def dtype_of(expr: Expr, schema: Mapping[str, DType]) -> DType:
    dtype = infer_dtype(expr, schema, Diagnostics())
    if dtype is None:
        raise InternalError("Polars lowering", f"an expression without a type: {expr!r}")
    return dtype


def _cast(arg: Arg, to: DType) -> ast.expr:
    if arg.dtype == to:
        return arg.node
    if arg.dtype == STRING and to == BOOL:
        lowered = method(arg.node, "str.to_lowercase")
        words = sequence([constant(w) for w in ("true", "1", "false", "0")])
        values = sequence([constant(v) for v in (True, True, False, False)])
        return method(lowered, "replace_strict", words, values, default=constant(None))
    return cast(arg.node, to, strict=False)
