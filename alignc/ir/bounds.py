"""What can be said about the values of an expression without seeing data."""

from __future__ import annotations

from alignc.ir.expr import Call, Expr


def is_never_negative(expr: Expr) -> bool:
    """Whether every value of the expression is null, NaN, zero or above."""
    match expr:
        case Call(op="square" | "abs" | "sqrt"):
            return True
        case Call(op="add", args=(a, b)):
            return is_never_negative(a) and is_never_negative(b)
        case _:
            return False
