"""Comparison. Text compares by code point, in PostgreSQL through the "C" collation."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import POSTGRES, Dialect, identifier
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.types import STRING, DType


def _equality(node: type[exp.Binary]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = args
        return node(this=x.operand(), expression=y.operand())

    return lower


def _order(node: type[exp.Binary]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = args
        return node(this=by_code_point(x.operand(), x.dtype, dialect), expression=y.operand())

    return lower


def by_code_point(node: exp.Expr, dtype: DType, dialect: Dialect) -> exp.Expr:
    """The value to order by, whatever the collation of the database."""
    if dtype == STRING and dialect == POSTGRES:
        return exp.Collate(this=node, expression=identifier("C"))
    return node


def _is_in(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, *values = args
    return exp.In(this=x.operand(), expressions=[v() for v in values])


NATIVE: dict[str, Lowering] = {
    "eq": _equality(exp.EQ),
    "ne": _equality(exp.NEQ),
    "lt": _order(exp.LT),
    "le": _order(exp.LTE),
    "gt": _order(exp.GT),
    "ge": _order(exp.GTE),
    "is_in": _is_in,
}
