"""Expressions of the IR as sqlglot trees of a dialect."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import sqlglot
from sqlglot import exp

from alignc.backends.sql.dialect import (
    Dialect,
    case,
    cast,
    column,
    function,
    number,
    text,
    try_cast,
)
from alignc.backends.sql.ops import NATIVE
from alignc.backends.sql.ops.arg import Arg
from alignc.backends.sql.parsing import parsed
from alignc.errors import Diagnostics, InternalError
from alignc.ir.expr import Call, Cast, Column, Expr, Literal, Udf
from alignc.ir.infer import infer_dtype
from alignc.ir.ops import OPS
from alignc.ir.types import BOOL, FLOATS, INTEGER_BOUNDS, INTEGERS, STRING, TIMESTAMP, DType

# Where a column of the current relation is found.
Columns = Callable[[str], exp.Expr]


def lower_expr(
    expr: Expr, schema: Mapping[str, DType], dialect: Dialect, columns: Columns = column
) -> exp.Expr:
    """The SQL of an expression over columns with the types of `schema`."""
    match expr:
        case Column():
            return columns(expr.name)
        case Literal():
            return lower_literal(expr, dialect)
        case Cast():
            arg = lower_arg(expr.value, schema, dialect, columns)
            return _cast(arg, expr.dtype, dialect)
        case Udf():
            return _udf(expr, dialect, columns)
        case Call():
            spec = OPS[expr.op]
            if spec.name not in NATIVE:
                assert spec.expand is not None
                return lower_expr(spec.expand(*expr.args), schema, dialect, columns)
            args = [lower_arg(a, schema, dialect, columns) for a in expr.args]
            return NATIVE[spec.name](_typed(args, dialect), _dtype(expr, schema), dialect)


def lower_arg(
    expr: Expr, schema: Mapping[str, DType], dialect: Dialect, columns: Columns = column
) -> Arg:
    return Arg(lower_expr(expr, schema, dialect, columns), _dtype(expr, schema), expr)


def _dtype(expr: Expr, schema: Mapping[str, DType]) -> DType:
    dtype = infer_dtype(expr, schema, Diagnostics())
    if dtype is None:
        raise InternalError("SQL lowering", f"an expression without a type: {expr!r}")
    return dtype


def lower_literal(literal: Literal, dialect: Dialect) -> exp.Expr:
    """A constant. Floats get no type of their own here, see `_typed`."""
    match literal.value:
        case None:
            return exp.Null()
        case bool() as value:
            return exp.Boolean(this=value)
        case str() as value if literal.dtype == TIMESTAMP:
            return cast(text(value), TIMESTAMP, dialect)
        case str() as value:
            return text(value)
        case float() as value if not math.isfinite(value):
            name = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
            return cast(text(name), literal.dtype, dialect)
        case int() | float() as value:
            return number(value)


def _typed(args: Sequence[Arg], dialect: Dialect) -> list[Arg]:
    """The arguments, with a type for float constants beside which there is no other float.

    SQL reads `0.5` as a decimal; beside a double it becomes one.
    """
    has_float = any(a.dtype in FLOATS and not isinstance(a.expr, Literal) for a in args)
    return [
        Arg(cast(a.sql, a.dtype, dialect), a.dtype, a.expr)
        if isinstance(a.expr, Literal)
        and isinstance(a.expr.value, float)
        and math.isfinite(a.expr.value)
        and not has_float
        else a
        for a in args
    ]


def _cast(arg: Arg, to: DType, dialect: Dialect) -> exp.Expr:
    if arg.dtype == to:
        return arg.sql
    if arg.dtype == STRING and (to == BOOL or to in INTEGERS or to in FLOATS):
        return parsed(arg(), to, dialect)
    if arg.dtype in FLOATS and to in INTEGERS:
        # Casts of SQL round; a conversion to an integer cuts off.
        whole = function("TRUNC", arg())
        if dialect.name == "duckdb":
            return try_cast(whole, to, dialect)
        return case((_in_range(whole, to), cast(whole.copy(), to, dialect)))
    if arg.dtype == BOOL and to in INTEGERS | FLOATS and dialect.name == "postgres":
        return case((arg(), number(1)), (exp.Not(this=arg.operand()), number(0)))
    if arg.dtype == BOOL and to == STRING and dialect.name == "postgres":
        return case((arg(), text("true")), (exp.Not(this=arg.operand()), text("false")))
    return try_cast(arg.sql, to, dialect)


def _in_range(node: exp.Expr, to: DType) -> exp.Expr:

    low, high = INTEGER_BOUNDS[to]
    return exp.And(
        this=exp.GTE(this=node, expression=number(low)),
        expression=exp.LT(this=node.copy(), expression=number(high + 1)),
    )


def _udf(udf: Udf, dialect: Dialect, columns: Columns) -> exp.Expr:
    """The user's own text, parsed, its columns quoted and found where they are."""
    source = udf.text_for(dialect.name)
    if source is None:
        raise InternalError("SQL lowering", "user code without a text for this dialect")
    tree = sqlglot.parse_one(source, dialect=dialect.name)

    def placed(node: exp.Expr) -> exp.Expr:
        return columns(node.name) if isinstance(node, exp.Column) else node

    return cast(tree.transform(placed), udf.dtype, dialect)
