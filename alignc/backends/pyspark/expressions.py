"""Expressions of the IR as Spark columns."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from alignc.backends.pyspark.ops import NATIVE
from alignc.backends.pyspark.ops.arg import Arg, cast, column, literal, try_cast
from alignc.backends.python.build import call, constant
from alignc.errors import Diagnostics, InternalError
from alignc.ir.expr import Call, Cast, Column, Expr, Literal, Udf
from alignc.ir.infer import infer_dtype
from alignc.ir.ops import OPS
from alignc.ir.types import DType


def lower_expr(expr: Expr, schema: Mapping[str, DType]) -> ast.expr:
    """The Spark column over columns with the types of `schema`."""
    match expr:
        case Column():
            return column(expr.name)
        case Literal():
            return literal(expr)
        case Cast():
            arg = lower_arg(expr.value, schema)
            return arg.node if arg.dtype == expr.dtype else try_cast(arg.node, expr.dtype)
        case Udf():
            source = expr.text_for("pyspark")
            if source is None:
                raise InternalError("PySpark lowering", "user code without a text for PySpark")
            return cast(call("F.expr", constant(source)), expr.dtype)
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
        raise InternalError("PySpark lowering", f"an expression without a type: {expr!r}")
    return dtype
