"""Numbers. Integers are decimals of up to 38 digits, in which no sum and no product of 64 bits is too large.

A quotient of them is rounded after six digits, so floors are taken of what divides evenly.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, function, number, operand
from alignc.backends.sql.ops import arithmetic, category, division, functions
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.types import FLOAT64, FLOATS, INT64, NARROW_INTEGERS, UINT64, DType, is_decimal

_LOW, _HIGH = -(2**63), 2**63 - 1


def fitting(value: exp.Expr) -> exp.Expr:
    """A whole number, null where it does not fit into 64 bits."""
    fits = exp.Between(this=operand(value), low=number(_LOW), high=number(_HIGH))
    return case((fits, value.copy()))


def floor_mod(value: exp.Expr, step: exp.Expr) -> exp.Expr:
    """The remainder that has the sign of the step."""
    once = function("MOD", value, step)
    return function("MOD", exp.Add(this=once, expression=operand(step.copy())), step.copy())


def _arithmetic(node: type[exp.Binary]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = args
        if result in FLOATS:
            return node(this=x.as_double(dialect), expression=y.as_double(dialect))
        if is_decimal(result):
            made = node(this=x.operand(), expression=y.operand())
            # Snowflake has a type of its own for each sum and product.
            return cast(made, result, dialect)
        if x.dtype in NARROW_INTEGERS and y.dtype in NARROW_INTEGERS:
            return node(this=x.operand(), expression=y.operand())
        left, right = (
            _factor(a, b) if node is exp.Mul else a.operand() for a, b in ((x, y), (y, x))
        )
        return fitting(node(this=left, expression=right))

    return lower


def _factor(x: Arg, other: Arg) -> exp.Expr:
    """A factor whose product has no more than 38 digits."""
    if x.dtype != UINT64:
        return x.operand()
    # What is above this fits only beside a zero.
    small = exp.LTE(this=x.operand(), expression=number(2**63))
    is_zero = exp.EQ(this=other.operand(), expression=number(0))
    return case((small, x()), (is_zero, number(0)))


def _neg(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if x.is_float or is_decimal(x.dtype) or x.dtype in NARROW_INTEGERS:
        return exp.Neg(this=x.operand())
    return fitting(exp.Neg(this=x.operand()))


def _abs(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    size = exp.Abs(this=x())
    is_whole = x.is_integer and x.dtype not in NARROW_INTEGERS
    return fitting(size) if is_whole else size


def _whole(node: type[exp.Func]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        (x,) = args
        if x.is_integer:
            return x.as_type(INT64, dialect)
        whole = node(this=x())
        # NaN is above every number, so it does not fit either.
        fits = exp.And(
            this=exp.GTE(this=whole, expression=number(_LOW)),
            expression=exp.LT(this=whole.copy(), expression=number(_HIGH + 1)),
        )
        return case((fits, cast(whole.copy(), INT64, dialect)))

    return lower


def _round(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, digits = args
    if x.is_integer:
        return x.as_type(FLOAT64, dialect)
    if is_decimal(x.dtype):
        return cast(exp.Round(this=x(), decimals=digits()), result, dialect)
    assert isinstance(digits.constant, int)
    return arithmetic.round_by_text(x(), 10**digits.constant)


def _floor_div(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    if result in FLOATS:
        return division.NATIVE["floor_div"](args, result, dialect)
    divisor = _divisor(y)
    above = exp.Sub(this=x.operand(), expression=floor_mod(x(), divisor))
    quotient = exp.Div(
        this=exp.Paren(this=above), expression=divisor.copy(), typed=False, safe=False
    )
    return fitting(cast(quotient, INT64, dialect))


def _mod(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    if result in FLOATS:
        return division.NATIVE["mod"](args, result, dialect)
    remainder = floor_mod(x(), _divisor(y))
    return fitting(remainder) if UINT64 in (x.dtype, y.dtype) else remainder


def _divisor(y: Arg) -> exp.Expr:
    if y.is_constant and y.constant:
        return y.operand()
    return exp.Nullif(this=y(), expression=number(0))


def _sign(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if not x.is_float:
        return exp.Sign(this=x())
    is_nan = exp.EQ(this=x.operand(), expression=functions.special("NaN", dialect))
    sign = cast(exp.Sign(this=x()), FLOAT64, dialect)
    return case((is_nan, x()), otherwise=sign)


def _log10(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    above_zero = exp.GT(this=x.operand(), expression=number(0))
    # The base comes first; sqlglot would turn a LOG of its own.
    return case((above_zero, function("LOG", number(10), x.as_type(FLOAT64, dialect))))


def _arg_max(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    found = category.NATIVE["arg_max"](args, result, dialect)
    for call in found.find_all(exp.Anonymous):
        if call.name == "GREATEST":
            # GREATEST is null if one value is.
            call.set("this", "GREATEST_IGNORE_NULLS")
    return found


NATIVE: dict[str, Lowering] = {
    "add": _arithmetic(exp.Add),
    "sub": _arithmetic(exp.Sub),
    "mul": _arithmetic(exp.Mul),
    "neg": _neg,
    "abs": _abs,
    "floor": _whole(exp.Floor),
    "ceil": _whole(exp.Ceil),
    "round": _round,
    "floor_div": _floor_div,
    "mod": _mod,
    "sign": _sign,
    "log10": _log10,
    "arg_max": _arg_max,
}
