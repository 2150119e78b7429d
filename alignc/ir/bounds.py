"""What can be said about the values of an expression without seeing data."""

from __future__ import annotations

import math
from typing import Literal as Tag

from alignc.ir.expr import Call, Expr, Literal

PowerDomain = Tag["all", "not_zero", "not_negative", "positive", "depends"]


def is_never_negative(expr: Expr) -> bool:
    """Whether every value of the expression is null, NaN, zero or above."""
    match expr:
        case Call(op="square" | "abs" | "sqrt"):
            return True
        case Call(op="add", args=(a, b)):
            return is_never_negative(a) and is_never_negative(b)
        case _:
            return False


def power_domain(base: Expr, exponent: Expr) -> PowerDomain:
    """The values of `base` that have a power with this exponent; NaN always has."""
    x, y = _constant(base), _constant(exponent)
    if x is not None and x > 0:
        return "all"
    if y is None or not math.isfinite(y):
        return "depends"
    if y == math.floor(y):
        return "all" if y >= 0 else "not_zero"
    return "not_negative" if y > 0 else "positive"


def _constant(expr: Expr) -> float | None:
    if isinstance(expr, Literal) and isinstance(expr.value, int | float):
        return expr.value
    return None


def is_small_divisor(expr: Expr) -> bool:
    """Whether it is a constant from 1 to 2**31 - 1: no remainder by it overflows if it is added once more."""
    return isinstance(expr, Literal) and isinstance(expr.value, int) and 0 < expr.value < 2**31


def is_constant_within(expr: Expr, low: float, high: float) -> bool:
    """Whether the value is a constant from `low` to `high`."""
    value = _constant(expr)
    return value is not None and low <= value <= high
