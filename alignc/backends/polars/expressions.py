"""Expressions of the IR as Polars expressions."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from alignc.backends.polars.functions import function_call
from alignc.backends.polars.ops import NATIVE
from alignc.backends.polars.ops.arg import Arg, cast, literal, polars_type
from alignc.backends.python.build import all_of, call, compare, constant, dotted, method, sequence
from alignc.errors import Diagnostics, InternalError
from alignc.ir.decimals import operands
from alignc.ir.expr import Call, Cast, Column, Expr, Literal, Udf
from alignc.ir.infer import infer_dtype
from alignc.ir.ops import OPS
from alignc.ir.types import (
    BOOL,
    DATE,
    FLOAT64,
    FLOATS,
    INT8,
    INTEGERS,
    JSON,
    STRING,
    TIMESTAMP,
    UNSIGNED,
    DType,
)


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
            called = function_call(source, expr.inputs)
            value = cast(called or ast.parse(source, mode="eval").body, expr.dtype)
            is_embedding = expr.dtype.name == "Embedding"
            return as_embedding(value, expr.dtype) if is_embedding else value
        case Call():
            spec = OPS[expr.op]
            result = dtype_of(expr, schema)
            given = operands(expr, [dtype_of(a, schema) for a in expr.args], result)
            if spec.name not in NATIVE:
                assert spec.expand is not None
                return lower_expr(spec.expand(*given), schema)
            args = [lower_arg(a, schema) for a in given]
            return NATIVE[spec.name](args, result)


def as_embedding(value: ast.expr, dtype: DType) -> ast.expr:
    """A list as an embedding, null where it has another length or lacks a number."""
    lengths = (method(value, "list.len"), method(method(value, "list.drop_nulls"), "list.len"))
    size = constant(dtype.sizes[0])
    fits = all_of(compare(length, ast.Eq(), size) for length in lengths)
    return method(call("pl.when", fits), "then", value)


def lower_arg(expr: Expr, schema: Mapping[str, DType]) -> Arg:
    return Arg(lower_expr(expr, schema), dtype_of(expr, schema), expr)


# Text that is a date, of the years 1 to 9999, and text that is a decimal.
_DAY = "^((?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2})$"
_DECIMAL = r"^([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))$"


def _to_decimal(arg: Arg, to: DType) -> ast.expr:
    """Rounding half away from zero is done on the decimal text."""
    value = arg.node
    if arg.dtype == BOOL:
        return cast(cast(value, INT8), to, strict=False)
    if arg.dtype == STRING:
        value = method(value, "str.extract", constant(_DECIMAL))
    elif arg.is_float:
        rounded = call("round_decimal", arg.as_type(FLOAT64), constant(to.scale))
        value = cast(rounded, STRING)
    elif arg.dtype.name == "Decimal" and arg.dtype.scale > to.scale:
        value = cast(value, STRING)
    else:
        return cast(value, to, strict=False)
    return call("to_decimal", value, polars_type(to))


def dtype_of(expr: Expr, schema: Mapping[str, DType]) -> DType:
    dtype = infer_dtype(expr, schema, Diagnostics())
    if dtype is None:
        raise InternalError("Polars lowering", f"an expression without a type: {expr!r}")
    return dtype


def _cast(arg: Arg, to: DType) -> ast.expr:
    if arg.dtype == to or {arg.dtype, to} == {STRING, JSON}:
        return arg.node
    if to.name == "Decimal":
        return _to_decimal(arg, to)
    if arg.dtype.name == "Decimal" and to in FLOATS:
        return cast(arg.node, to)
    if arg.dtype == STRING and to == DATE:
        text = method(arg.node, "str.extract", constant(_DAY))
        return method(text, "str.to_date", constant("%Y-%m-%d"), strict=constant(False))
    if (arg.dtype, to) == (DATE, TIMESTAMP):
        midnight = method(arg.node, "cast", call("pl.Datetime", constant("us")))
        return method(midnight, "dt.replace_time_zone", constant("UTC"))
    if arg.dtype in INTEGERS and to == BOOL:
        flags = ast.Dict([constant(0), constant(1)], [constant(False), constant(True)])
        return method(arg.node, "replace_strict", flags, default=constant(None))
    if arg.dtype == STRING and to == BOOL:
        lowered = method(arg.node, "str.to_lowercase")
        words = sequence([constant(w) for w in ("true", "1", "false", "0")])
        values = sequence([constant(v) for v in (True, True, False, False)])
        return method(lowered, "replace_strict", words, values, default=constant(None))
    if arg.dtype == STRING and to in UNSIGNED:
        # A zero may have a sign.
        return cast(
            method(arg.node, "cast", dotted("pl.Int128"), strict=constant(False)), to, strict=False
        )
    return cast(arg.node, to, strict=False)
