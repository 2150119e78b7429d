"""NaN, which BigQuery compares with nothing: to us it equals NaN and is above every number."""

from __future__ import annotations

import math

from sqlglot import exp

from alignc.backends.sql.dialect import function
from alignc.backends.sql.ops.arg import Arg
from alignc.ir.expr import Literal


def is_nan(x: exp.Expr) -> exp.Expr:
    return function("IS_NAN", x)


def can_be_nan(x: Arg) -> bool:
    """Whether a value may be NaN: a constant shows whether it is."""
    if not x.is_float:
        return False
    if not isinstance(x.expr, Literal):
        return True
    return isinstance(x.expr.value, float) and math.isnan(x.expr.value)


def equal(x: Arg, y: Arg) -> exp.Expr:
    """Whether two values are the same one, null if one of them is."""
    plain = exp.EQ(this=x.operand(), expression=y.operand())
    if not (can_be_nan(x) and can_be_nan(y)):
        return plain
    both = exp.And(this=is_nan(x()), expression=is_nan(y()))
    return exp.Or(this=plain, expression=exp.Paren(this=both))


def less(x: Arg, y: Arg) -> exp.Expr:
    """Whether a value is below another one, null if one of them is."""
    plain = exp.LT(this=x.operand(), expression=y.operand())
    return plain if not can_be_nan(y) else exp.Or(this=plain, expression=_below_nan(x, y))


def not_above(x: Arg, y: Arg) -> exp.Expr:
    """Whether a value is not above another one, null if one of them is."""
    plain = exp.LTE(this=x.operand(), expression=y.operand())
    if not can_be_nan(y):
        return plain
    if not can_be_nan(x):
        return exp.Or(this=plain, expression=_below_nan(x, y))
    return exp.Not(this=exp.Paren(this=less(y, x)))


def _below_nan(x: Arg, y: Arg) -> exp.Expr:
    """Whether `y` is NaN and `x` is not; not true if `x` is null."""
    known = exp.Not(this=is_nan(x()))
    if not x.is_float:
        known = exp.Not(this=exp.Is(this=x.operand(), expression=exp.Null()))
    return exp.Paren(this=exp.And(this=is_nan(y()), expression=known))
