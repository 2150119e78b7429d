"""What is null on every row, so that nobody needs to look at one."""

from __future__ import annotations

from alignc.ir.expr import Call, Cast, Expr, Literal
from alignc.ir.ops import OPS
from alignc.ir.ops.spec import Nulls


def is_always_null(expr: Expr) -> bool:
    """Whether the expression is null whatever its columns are.

    >>> from alignc.ir.expr import Column, call
    >>> nothing = call("null_like", Column(name="x"))
    >>> is_always_null(call("add", Column(name="x"), nothing))
    True
    >>> is_always_null(call("fill_na", nothing, Column(name="x")))
    False
    """
    match expr:
        case Literal(value=None) | Call(op="null_like"):
            return True
        case Cast(value=value):
            return is_always_null(value)
        case Call(op=op, args=args):
            return OPS[op].nulls is Nulls.PROPAGATE and any(map(is_always_null, args))
        case _:
            return False
