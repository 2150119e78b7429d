"""Expressions of the IR as Spark columns."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from alignc.backends.pyspark.ops import NATIVE
from alignc.backends.pyspark.ops.arg import Arg, cast, column, literal, try_cast
from alignc.backends.python.build import all_of, call, compare, constant, method
from alignc.errors import Diagnostics, InternalError
from alignc.ir.decimals import operands
from alignc.ir.expr import Call, Cast, Column, Expr, Literal, Udf
from alignc.ir.infer import infer_dtype
from alignc.ir.ops import OPS
from alignc.ir.types import (
    BOOL,
    DATE,
    FLOATS,
    INT64,
    INTEGER_BOUNDS,
    INTEGERS,
    JSON,
    STRING,
    UINT64,
    UNSIGNED,
    DType,
)


def lower_expr(expr: Expr, schema: Mapping[str, DType]) -> ast.expr:
    """The Spark column over columns with the types of `schema`."""
    match expr:
        case Column():
            return column(expr.name)
        case Literal():
            return literal(expr)
        case Cast():
            return _cast(lower_arg(expr.value, schema), expr.dtype)
        case Udf():
            source = expr.text_for("pyspark")
            if source is None:
                raise InternalError("PySpark lowering", "user code without a text for PySpark")
            value = cast(call("F.expr", constant(source)), expr.dtype)
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


# Text that is a value of a type; what else Spark would take differs from the other engines.
_WHOLE_NUMBER = r"\A[+-]?[0-9]+\z"
_NUMBER = r"(?i)\A[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|nan|inf(?:inity)?)\z"
_DECIMAL = r"\A[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)\z"
_DAY = r"\A(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}\z"


def _cast(arg: Arg, to: DType) -> ast.expr:
    """Null where the value does not fit."""
    node = arg.node
    if arg.dtype == to or {arg.dtype, to} == {STRING, JSON}:
        return node
    if to == BOOL and arg.dtype == STRING:
        words = call("F.lower", node)
        yes = method(words, "isin", constant("true"), constant("1"))
        no = method(words, "isin", constant("false"), constant("0"))
        return method(call("F.when", yes, constant(True)), "when", no, constant(False))
    if to == BOOL:
        yes, no = (compare(node, ast.Eq(), constant(n)) for n in (1, 0))
        return method(call("F.when", yes, constant(True)), "when", no, constant(False))
    if arg.dtype == STRING:
        pattern = _WHOLE_NUMBER if to in INTEGERS else _NUMBER
        pattern = _DAY if to == DATE else _DECIMAL if to.name == "Decimal" else pattern
        node = call("F.when", method(node, "rlike", constant(pattern)), node)
    elif to == INT64 and arg.is_float:
        # Spark takes 2^63 for the largest integer.
        node = call("F.when", compare(node, ast.Lt(), constant(2.0**63)), node)
    if arg.dtype.name == "Decimal" and to in FLOATS:
        return cast(node, to)
    whole = try_cast(node, to)
    if to not in UNSIGNED or arg.dtype == BOOL:
        return whole
    # Spark has no unsigned integers: the type that holds them has room for more.
    low, high = map(constant, INTEGER_BOUNDS[to])
    if to == UINT64:
        high = cast(call("F.lit", constant(str(INTEGER_BOUNDS[to][1]))), to)
    return call("F.when", method(whole, "between", low, high), whole)


def as_embedding(value: ast.expr, dtype: DType) -> ast.expr:
    """A list as an embedding, null where it has another length or lacks a number."""
    lengths = (call("F.array_size", value), call("F.array_size", call("F.array_compact", value)))
    fits = all_of(compare(length, ast.Eq(), constant(dtype.sizes[0])) for length in lengths)
    return call("F.when", fits, value)


def lower_arg(expr: Expr, schema: Mapping[str, DType]) -> Arg:
    return Arg(lower_expr(expr, schema), dtype_of(expr, schema), expr)


def dtype_of(expr: Expr, schema: Mapping[str, DType]) -> DType:
    dtype = infer_dtype(expr, schema, Diagnostics())
    if dtype is None:
        raise InternalError("PySpark lowering", f"an expression without a type: {expr!r}")
    return dtype
