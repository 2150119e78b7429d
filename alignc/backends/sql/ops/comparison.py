"""Comparison. Text compares by code point, in PostgreSQL through the "C" collation."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
    POSTGRES,
    Dialect,
    case,
    cast,
    function,
    identifier,
    not_null,
    number,
    operand,
    text,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.spark.lists import with_missing_last
from alignc.ir.expr import Call
from alignc.ir.types import FLOAT64, FLOATS, JSON, STRING, DType, is_decimal, list_of


def _equality(node: type[exp.Binary]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = args
        return node(this=x.operand(), expression=y.operand())

    return lower


def _order(node: type[exp.Binary]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = args
        left = by_code_point(x.operand(), x.dtype, dialect)
        return node(this=left, expression=_beside(y, dialect))

    return lower


def _beside(y: Arg, dialect: Dialect) -> exp.Expr:
    """The other side of a comparison; what is computed may have a collation of its own."""
    if isinstance(y.expr, Call):
        return by_code_point(y.operand(), y.dtype, dialect)
    return told_apart(y.operand(), y.dtype, dialect)


def by_code_point(node: exp.Expr, dtype: DType, dialect: Dialect) -> exp.Expr:
    """The value to order by, whatever the collation of the database; in a list, what is missing is last."""
    if dtype in (STRING, JSON, list_of(STRING)) and dialect == POSTGRES:
        return exp.Collate(this=node, expression=identifier("C"))
    if dtype.name == "List" and dialect.name == "spark":
        return with_missing_last(node)
    return told_apart(node, dtype, dialect)


def told_apart(node: exp.Expr, dtype: DType, dialect: Dialect) -> exp.Expr:
    """The value to compare, which is another one for each value: a text has a sign behind its spaces."""
    if dialect.counts_spaces or dtype not in (STRING, JSON):
        return node
    # No sign that a text may have is below this one, so the order is that of the texts.
    return exp.Paren(this=exp.DPipe(this=operand(node), expression=function("CHR", number(1))))


def partition_key(node: exp.Expr, dtype: DType, dialect: Dialect) -> exp.Expr:
    """What to partition or group by, so that different values are apart."""
    return told_apart(node, dtype, dialect).unnest()


def order_keys(node: exp.Expr, dtype: DType, dialect: Dialect) -> list[exp.Expr]:
    """What to order by, the first one first: NaN may be below every number, or who knows where."""
    if dtype in FLOATS and not dialect.orders_nan:
        if dialect.asks_nan:
            return [function("IS_NAN", node), node.copy()]
        infinity = cast(text("Infinity"), FLOAT64, dialect)
        is_number = exp.LTE(this=operand(node), expression=infinity)
        place = case((is_number, number(0)), (not_null(node.copy()), number(1)))
        return [place, node.copy()]
    return [by_code_point(node, dtype, dialect).unnest()]


def _is_in(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, *values = args
    if not values:
        return case((not_null(x.operand()), exp.Boolean(this=False)))
    value = told_apart(x.operand(), x.dtype, dialect)
    return exp.In(this=value, expressions=[told_apart(v(), v.dtype, dialect) for v in values])


def _is_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, lower, upper = args
    value = by_code_point(x.operand(), x.dtype, dialect)
    low = _beside(lower, dialect)
    if isinstance(low, exp.Collate):
        # PostgreSQL's grammar has no collation before AND.
        low = exp.Paren(this=low)
    return exp.Between(this=value, low=low, high=_beside(upper, dialect))


def _choose(first: type[exp.Binary], second: type[exp.Binary]) -> Lowering:
    """`x` or `y`, by how they compare; LEAST and GREATEST would leave a null out."""

    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = args
        return case(
            (_order(first)(args, result, dialect), x.as_type(result, dialect)),
            (_order(second)(args, result, dialect), y.as_type(result, dialect)),
        )

    return lower


def _clip(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, lower, upper = args
    return case(
        (exp.LT(this=x.operand(), expression=lower()), _bound(lower, result, dialect)),
        (exp.GT(this=x.operand(), expression=upper()), _bound(upper, result, dialect)),
        otherwise=x.as_type(result, dialect),
    )


def _bound(x: Arg, result: DType, dialect: Dialect) -> exp.Expr:
    return x.as_type(result, dialect) if is_decimal(result) else x()


NATIVE: dict[str, Lowering] = {
    "eq": _equality(exp.EQ),
    "ne": _equality(exp.NEQ),
    "lt": _order(exp.LT),
    "le": _order(exp.LTE),
    "gt": _order(exp.GT),
    "ge": _order(exp.GTE),
    "is_in": _is_in,
    "is_between": _is_between,
    "least": _choose(exp.LTE, exp.GT),
    "greatest": _choose(exp.GTE, exp.LT),
    "clip": _clip,
}
