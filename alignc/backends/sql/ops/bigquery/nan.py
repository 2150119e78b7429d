"""NaN, which BigQuery compares with nothing: to us it equals NaN and is above every number."""

from __future__ import annotations

import math

from sqlglot import exp

from alignc.backends.sql.dialect import function, not_null
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
    return _beside_nan(exp.LT(this=x.operand(), expression=y.operand()), x, y)


def above(x: Arg, y: Arg) -> exp.Expr:
    """Whether a value is above another one, null if one of them is."""
    return _beside_nan(exp.GT(this=x.operand(), expression=y.operand()), y, x)


def not_above(x: Arg, y: Arg) -> exp.Expr:
    """Whether a value is not above another one, null if one of them is."""
    if can_be_nan(x) and can_be_nan(y):
        return exp.Not(this=exp.Paren(this=above(x, y)))
    return _beside_nan(exp.LTE(this=x.operand(), expression=y.operand()), x, y)


def not_below(x: Arg, y: Arg) -> exp.Expr:
    """Whether a value is not below another one, null if one of them is."""
    if can_be_nan(x) and can_be_nan(y):
        return exp.Not(this=exp.Paren(this=less(x, y)))
    return _beside_nan(exp.GTE(this=x.operand(), expression=y.operand()), y, x)


def _beside_nan(plain: exp.Expr, lower: Arg, upper: Arg) -> exp.Expr:
    """What a comparison says of numbers, or that `upper` is NaN and `lower` is a number."""
    if not can_be_nan(upper):
        return plain
    if lower.is_constant:
        is_nan_constant = can_be_nan(lower)
        return plain if is_nan_constant else exp.Or(this=plain, expression=is_nan(upper()))
    known: exp.Expr = not_null(lower.operand())
    if lower.is_float:
        known = exp.Not(this=is_nan(lower()))
    both = exp.And(this=is_nan(upper()), expression=known)
    return exp.Or(this=plain, expression=exp.Paren(this=both))
