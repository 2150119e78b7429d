"""Numbers that are asked whether a type holds them before they are converted."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, number, operand
from alignc.ir.types import INT64, INTEGER_BOUNDS, DType


def within(node: exp.Expr, to: DType, dialect: Dialect) -> exp.Expr:
    """A number as an integer or a duration, null where it is out of range.

    NaN is out of range, whether it is above every number or compares with none.
    """
    low, high = INTEGER_BOUNDS.get(to, INTEGER_BOUNDS[INT64])
    fits = exp.And(
        this=exp.GTE(this=operand(node), expression=number(low)),
        expression=exp.LT(this=operand(node.copy()), expression=number(high + 1)),
    )
    return case((fits, cast(node.copy(), to, dialect)))
