"""NaN where it is compared with nothing, or nothing says how: to us it equals NaN and is above every number.

What is said here is right whichever of the two an engine does.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from sqlglot import exp

from alignc.backends.sql.dialect import (
    Dialect,
    case,
    cast,
    function,
    not_null,
    operand,
    text,
)
from alignc.backends.sql.ops.arg import Arg
from alignc.backends.sql.ops.comparison import told_apart
from alignc.ir.expr import Literal
from alignc.ir.types import FLOAT64


def is_nan(x: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Whether a float is NaN, null of a null."""
    if dialect.asks_nan:
        return function("IS_NAN", x)
    return case(
        (is_number(x, dialect), exp.Boolean(this=False)),
        (not_null(operand(x.copy())), exp.Boolean(this=True)),
    )


def is_number(x: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Whether a float is neither NaN nor null."""
    if dialect.asks_nan:
        return exp.Not(this=is_nan(x, dialect))
    return exp.LTE(this=operand(x), expression=cast(text("Infinity"), FLOAT64, dialect))


def is_infinite(x: exp.Expr, dialect: Dialect) -> exp.Expr:
    if dialect.asks_nan:
        return function("IS_INF", x)
    return exp.EQ(this=exp.Abs(this=x), expression=cast(text("Infinity"), FLOAT64, dialect))


def can_be_nan(x: Arg) -> bool:
    """Whether a value may be NaN: a constant shows whether it is."""
    if not x.is_float:
        return False
    if not isinstance(x.expr, Literal):
        return True
    return isinstance(x.expr.value, float) and math.isnan(x.expr.value)


def equal(x: Arg, y: Arg, dialect: Dialect) -> exp.Expr:
    """Whether two values are the same one, null if one of them is."""
    plain = exp.EQ(this=_side(x, dialect), expression=_side(y, dialect))
    if not (can_be_nan(x) and can_be_nan(y)):
        return plain
    both = exp.And(this=is_nan(x(), dialect), expression=is_nan(y(), dialect))
    return exp.Or(this=plain, expression=exp.Paren(this=both))


def different(x: Arg, y: Arg, dialect: Dialect) -> exp.Expr:
    """Whether two values are not the same one, null if one of them is."""
    if can_be_nan(x) and can_be_nan(y):
        return exp.Not(this=exp.Paren(this=equal(x, y, dialect)))
    return exp.NEQ(this=_side(x, dialect), expression=_side(y, dialect))


def less(x: Arg, y: Arg, dialect: Dialect) -> exp.Expr:
    """Whether a value is below another one, null if one of them is."""
    return _beside_nan(exp.LT, x, y, dialect, known=_is_number)


def above(x: Arg, y: Arg, dialect: Dialect) -> exp.Expr:
    """Whether a value is above another one, null if one of them is."""
    return _beside_nan(exp.GT, x, y, dialect, known=_is_number)


def not_above(x: Arg, y: Arg, dialect: Dialect) -> exp.Expr:
    """Whether a value is not above another one, null if one of them is."""
    return _beside_nan(exp.LTE, x, y, dialect, known=_is_there)


def not_below(x: Arg, y: Arg, dialect: Dialect) -> exp.Expr:
    """Whether a value is not below another one, null if one of them is."""
    return _beside_nan(exp.GTE, x, y, dialect, known=_is_there)


def _side(x: Arg, dialect: Dialect) -> exp.Expr:
    return told_apart(x.operand(), x.dtype, dialect)


def _is_number(x: Arg, dialect: Dialect) -> exp.Expr:
    return is_number(x(), dialect) if x.is_float else not_null(x.operand())


def _is_there(x: Arg, dialect: Dialect) -> exp.Expr:
    return not_null(x.operand())


def _beside_nan(
    node: type[exp.Binary],
    x: Arg,
    y: Arg,
    dialect: Dialect,
    known: Callable[[Arg, Dialect], exp.Expr],
) -> exp.Expr:
    """What a comparison says of numbers, or that the upper side is NaN and the other one is `known`."""
    plain = node(this=_side(x, dialect), expression=_side(y, dialect))
    lower, upper = (x, y) if node in (exp.LT, exp.LTE) else (y, x)
    if not can_be_nan(upper) or (known is _is_number and can_be_nan(lower) and lower.is_constant):
        return plain
    nan = is_nan(upper(), dialect)
    if lower.is_constant:
        return exp.Or(this=plain, expression=nan)
    both = exp.And(this=nan, expression=known(lower, dialect))
    return exp.Or(this=plain, expression=exp.Paren(this=both))
