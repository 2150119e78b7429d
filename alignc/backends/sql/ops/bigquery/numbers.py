"""Numbers. An overflow of integers and a division by zero end the query: the SAFE functions give null.

Where a float overflows the query ends.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
    Dialect,
    case,
    cast,
    divide,
    function,
    number,
    try_cast,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.bounds import is_small_divisor
from alignc.ir.types import (
    FLOAT64,
    FLOATS,
    INT64,
    NARROW_INTEGERS,
    UINT64,
    DType,
    decimal,
    is_decimal,
)

# Where neither a sum nor a difference of 64-bit integers overflows.
_WIDE = decimal(20, 0)
# From here on all doubles are whole.
_BITS_53 = 2**53


def _arithmetic(node: type[exp.Binary], checked: str) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = args
        if result in FLOATS:
            return node(this=_double(x, dialect), expression=_double(y, dialect))
        if is_decimal(result):
            # A product of two NUMERIC has 9 digits behind the point.
            return node(this=_exact(x, result, dialect), expression=_exact(y, result, dialect))
        if x.dtype in NARROW_INTEGERS and y.dtype in NARROW_INTEGERS:
            return node(this=x.operand(), expression=y.operand())
        return function(checked, x.as_type(INT64, dialect), y.as_type(INT64, dialect))

    return lower


def _double(x: Arg, dialect: Dialect) -> exp.Expr:
    return cast(x(), FLOAT64, dialect) if is_decimal(x.dtype) else x.operand()


def _exact(x: Arg, result: DType, dialect: Dialect) -> exp.Expr:
    """An operand of decimal arithmetic in the type of the result, which has room for all digits."""
    is_there = is_decimal(x.dtype) and dialect.type_of(x.dtype) == dialect.type_of(result)
    return x.operand() if is_there else cast(x(), result, dialect)


def _div(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    below = exp.Nullif(this=y.as_type(FLOAT64, dialect), expression=number(0))
    return divide(x.as_type(FLOAT64, dialect), below, dialect)


def _neg(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if x.is_float or is_decimal(x.dtype) or x.dtype in NARROW_INTEGERS:
        return exp.Neg(this=x.operand())
    return function("SAFE_NEGATE", x.as_type(INT64, dialect))


def _abs(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if not x.is_integer or x.dtype in NARROW_INTEGERS:
        return exp.Abs(this=x())
    # The smallest integer has no positive counterpart.
    lowest = exp.Nullif(this=x.as_type(INT64, dialect), expression=number(-(2**63)))
    return exp.Abs(this=lowest)


def _whole(node: type[exp.Func]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        (x,) = args
        return (
            x.as_type(INT64, dialect) if x.is_integer else try_cast(node(this=x()), INT64, dialect)
        )

    return lower


def _round(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, digits = args
    places = digits.constant
    assert isinstance(places, int)
    if x.is_integer:
        return x.as_type(FLOAT64, dialect)
    if is_decimal(x.dtype):
        return exp.Round(this=x.as_type(result, dialect), decimals=number(places))
    if places == 0:
        return exp.Round(this=x())
    return _round_by_text(x(), 10**places, dialect)


def _round_by_text(value: exp.Expr, scale: int, dialect: Dialect) -> exp.Expr:
    """Rounding of the decimal text, without text: compare with the double nearest to the half."""
    size = exp.Abs(this=value)
    # Null where it is too large, which ends no query.
    scaled = function("SAFE_MULTIPLY", size.copy(), number(float(scale)))
    below = exp.Floor(this=scaled)
    half = divide(exp.Add(this=below.copy(), expression=number(0.5)), number(scale), dialect)
    up = case((exp.GTE(this=size, expression=half), number(1)), otherwise=number(0))
    sum_of_both = exp.Paren(this=exp.Add(this=below, expression=up))
    signed = exp.Mul(this=exp.Sign(this=value.copy()), expression=sum_of_both)
    has_fraction = exp.LT(this=scaled.copy(), expression=number(_BITS_53 // 2))
    return case((has_fraction, divide(signed, number(scale), dialect)), otherwise=value.copy())


def _floor_div(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    if result in FLOATS:
        return _float_quotient(x, y, dialect)
    if is_small_divisor(y.expr) and x.dtype != UINT64:
        value = x.as_type(INT64, dialect)
        is_cut_up = exp.LT(this=exp.Mod(this=value, expression=y()), expression=number(0))
        less = case((is_cut_up, number(1)), otherwise=number(0))
        return exp.Sub(this=exp.IntDiv(this=value.copy(), expression=y()), expression=less)
    above = exp.Sub(this=_wide(x, dialect), expression=_wide_mod(x, y, dialect))
    return try_cast(exp.IntDiv(this=above, expression=_divisor(y, dialect)), INT64, dialect)


def _mod(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    if result in FLOATS:
        whole = exp.Mul(this=_double(y, dialect), expression=_float_quotient(x, y, dialect))
        return exp.Sub(this=_double(x, dialect), expression=whole)
    if is_small_divisor(y.expr) and x.dtype != UINT64:
        rest = exp.Mod(this=x.as_type(INT64, dialect), expression=y())
        return exp.Mod(this=exp.Add(this=rest, expression=y()), expression=y())
    return try_cast(_wide_mod(x, y, dialect), INT64, dialect)


def _float_quotient(x: Arg, y: Arg, dialect: Dialect) -> exp.Expr:
    return exp.Floor(this=_div([x, y], FLOAT64, dialect))


def _wide(x: Arg, dialect: Dialect) -> exp.Expr:
    return x() if x.dtype == UINT64 else cast(x(), _WIDE, dialect)


def _divisor(y: Arg, dialect: Dialect) -> exp.Expr:
    return exp.Nullif(this=_wide(y, dialect), expression=number(0))


def _wide_mod(x: Arg, y: Arg, dialect: Dialect) -> exp.Expr:
    rest = exp.Mod(this=_wide(x, dialect), expression=_divisor(y, dialect))
    forth = exp.Add(this=rest, expression=_wide(y, dialect))
    return exp.Mod(this=forth, expression=_divisor(y, dialect))


def _sign(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    sign = exp.Sign(this=x())
    return sign if x.is_float else cast(sign, INT64, dialect)


NATIVE: dict[str, Lowering] = {
    "add": _arithmetic(exp.Add, "SAFE_ADD"),
    "sub": _arithmetic(exp.Sub, "SAFE_SUBTRACT"),
    "mul": _arithmetic(exp.Mul, "SAFE_MULTIPLY"),
    "div": _div,
    "neg": _neg,
    "abs": _abs,
    "floor": _whole(exp.Floor),
    "ceil": _whole(exp.Ceil),
    "round": _round,
    "floor_div": _floor_div,
    "mod": _mod,
    "sign": _sign,
}
