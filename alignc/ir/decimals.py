"""Decimals in arithmetic: the type of a result, and the type in which each operand is taken.

A result has room for every digit: a sum for the carry, a product for the digits of both sides. An
integer beside a decimal is a decimal without fraction. Beside a float, and in a function of floats, a
decimal is a float.
"""

from __future__ import annotations

from collections.abc import Sequence

from alignc.ir.expr import Call, Cast, Expr, Literal
from alignc.ir.types import (
    FLOAT64,
    FLOATS,
    INTEGERS,
    MAX_DECIMAL_DIGITS,
    DType,
    decimal,
    is_decimal,
    scale_of,
    whole_digits,
)

# Engines that have a type for each product keep one digit more than both sides have.
MAX_PRODUCT_DIGITS = MAX_DECIMAL_DIGITS - 1
_CARRY = frozenset({"add", "sub", "round"})
_SIGN = frozenset({"neg", "abs"})


def sum_type(types: Sequence[DType]) -> DType | str:
    """The type of a sum, a difference or a rounded value: one digit more than the widest operand."""
    scale = max(map(scale_of, types))
    needed = max(map(whole_digits, types)) + scale
    digits = min(needed + 1, MAX_DECIMAL_DIGITS)
    if needed > MAX_DECIMAL_DIGITS or scale == MAX_DECIMAL_DIGITS:
        return f"the result may need {needed + 1} digits, {MAX_DECIMAL_DIGITS} are the most"
    return decimal(digits, scale)


def product_type(types: Sequence[DType]) -> DType | str:
    """The type of a product: the digits of both sides together."""
    scale = sum(map(scale_of, types))
    digits = sum(whole_digits(t) + scale_of(t) for t in types)
    if digits > MAX_PRODUCT_DIGITS:
        return f"the result may need {digits} digits, {MAX_PRODUCT_DIGITS} are the most"
    return decimal(digits, scale)


def signed_type(types: Sequence[DType]) -> DType | str:
    """The type of a value with another sign: as long, but with a digit to spare for a subtraction."""
    (dtype,) = types
    if dtype.scale == MAX_DECIMAL_DIGITS:
        return f"{dtype} has no digit to spare"
    return decimal(min(dtype.digits, MAX_DECIMAL_DIGITS - 1), dtype.scale)


def operands(call: Call, types: Sequence[DType], result: DType) -> tuple[Expr, ...]:
    """The arguments of a call in the types in which engines can compute it.

    A decimal in a computation of floats becomes one. Where a sum has no room for a carry, or a
    difference from zero, the operands are taken with one digit less: what does not fit is null.
    """
    if result in FLOATS:
        return tuple(
            _as_float(a) if is_decimal(t) else a for a, t in zip(call.args, types, strict=True)
        )
    if call.op in _CARRY and is_decimal(result) and result.digits == MAX_DECIMAL_DIGITS:
        room = decimal(result.digits - 1, result.scale)
        return tuple(
            Cast(value=a, dtype=room) if is_decimal(t) and t.digits == MAX_DECIMAL_DIGITS else a
            for a, t in zip(call.args, types, strict=True)
        )
    if call.op in _SIGN and is_decimal(result) and types[0] != result:
        return (Cast(value=call.args[0], dtype=result),)
    return call.args


def in_type(value: Literal, dtype: DType) -> Literal | None:
    """A constant as a float or a decimal without loss; None where it is no number."""
    if not isinstance(value.value, int | float | str) or isinstance(value.value, bool):
        return None
    if dtype == FLOAT64:
        return Literal(dtype=dtype, value=float(value.value))
    is_exact = is_decimal(value.dtype) or value.dtype in INTEGERS
    return Literal(dtype=dtype, value=str(value.value)) if is_decimal(dtype) and is_exact else None


def _as_float(arg: Expr) -> Expr:
    if isinstance(arg, Literal) and isinstance(arg.value, int | float | str):
        return Literal(dtype=FLOAT64, value=float(arg.value))
    return Cast(value=arg, dtype=FLOAT64)
