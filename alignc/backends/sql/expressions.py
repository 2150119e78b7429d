"""Expressions of the IR as sqlglot trees of a dialect."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import sqlglot
from sqlglot import exp

from alignc.backends.sql.conversions import as_embedding, convert
from alignc.backends.sql.dialect import BIGQUERY, Dialect, cast, column, number, text
from alignc.backends.sql.ops import NATIVE
from alignc.backends.sql.ops.arg import Arg, decimal_number, is_plain_decimal
from alignc.backends.sql.ops.calendar import timestamp_literal
from alignc.errors import Diagnostics, InternalError
from alignc.ir.decimals import operands
from alignc.ir.expr import Call, Cast, Column, Expr, Literal, Udf
from alignc.ir.infer import infer_dtype
from alignc.ir.ops import OPS
from alignc.ir.types import BOOL, FLOATS, JSON, STRING, TIMESTAMP, DType

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
            return convert(arg, expr.dtype, dialect)
        case Udf():
            return _udf(expr, dialect, columns)
        case Call():
            spec = OPS[expr.op]
            result = _dtype(expr, schema)
            given = operands(expr, [_dtype(a, schema) for a in expr.args], result)
            native = NATIVE[dialect.name].get(spec.name)
            if native is None:
                assert spec.expand is not None
                return lower_expr(spec.expand(*given), schema, dialect, columns)
            args = [lower_arg(a, schema, dialect, columns) for a in given]
            return native(_typed(args, dialect), result, dialect)


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
            return timestamp_literal(value, dialect)
        case str() as value if literal.dtype not in (STRING, JSON):
            # A date or a decimal.
            return cast(text(value), literal.dtype, dialect)
        case str() as value:
            return text(value)
        case float() as value if not math.isfinite(value):
            sign = "-" if value < 0 else ""
            name = "NaN" if math.isnan(value) else f"{sign}{dialect.infinity}"
            return cast(text(name), literal.dtype, dialect)
        case int() as value if value >= 2**63 and dialect == BIGQUERY:
            return cast(text(str(value)), literal.dtype, dialect)
        case int() | float() as value:
            return number(value)
        case tuple():
            return _list(literal, dialect)


def _list(literal: Literal, dialect: Dialect) -> exp.Expr:
    """A list of constants; those of texts and of truth values show their type."""
    array = exp.Array(expressions=[lower_literal(e, dialect) for e in literal.elements])
    shows_type = literal.dtype.element in (BOOL, STRING)
    if shows_type and any(e.value is not None for e in literal.elements):
        return array
    return cast(array, literal.dtype, dialect)


def _typed(args: Sequence[Arg], dialect: Dialect) -> list[Arg]:
    """The arguments, their constants as SQL has them beside the others.

    SQL reads `0.5` as a decimal. So is a decimal written; a float is, too, beside another float, which
    makes it one, and else gets a type.
    """
    has_float = any(a.dtype in FLOATS and not isinstance(a.expr, Literal) for a in args)

    def written(a: Arg) -> Arg:
        match a.expr:
            case Literal(value=str()) if is_plain_decimal(a.dtype) and dialect.reads_decimals:
                return Arg(decimal_number(a.constant), a.dtype, a.expr)
            case Literal(value=float() as value) if math.isfinite(value) and not has_float:
                return Arg(cast(a.sql, a.dtype, dialect), a.dtype, a.expr)
            case _:
                return a

    return [written(a) for a in args]


def _udf(udf: Udf, dialect: Dialect, columns: Columns) -> exp.Expr:
    """The user's own text, parsed, its columns quoted and found where they are."""
    source = udf.text_for(dialect.user_code)
    if source is None:
        raise InternalError("SQL lowering", "user code without a text for this dialect")
    tree = sqlglot.parse_one(source, dialect=dialect.name)

    def placed(node: exp.Expr) -> exp.Expr:
        return columns(node.name) if isinstance(node, exp.Column) else node

    value = tree.transform(placed)
    if udf.dtype.name == "Embedding":
        return as_embedding(value, udf.dtype, dialect)
    return cast(value, udf.dtype, dialect)
