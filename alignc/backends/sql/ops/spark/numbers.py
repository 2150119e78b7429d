"""Numbers. In ANSI mode an overflow and a division by zero are errors: the TRY functions give null."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
    Dialect,
    case,
    cast,
    function,
    number,
    operand,
    text,
    try_cast,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.bounds import is_small_divisor, power_domain
from alignc.ir.types import (
    FLOAT64,
    FLOATS,
    INT64,
    NARROW_INTEGERS,
    UINT64,
    DType,
    decimal,
    is_decimal,
    whole_digits,
)

# Where neither a sum nor a difference of 64-bit integers overflows.
_WIDE = decimal(20, 0)
_LOW, _HIGH = -(2**63), 2**63
# From here on all doubles are whole.
_BITS_53 = 2**53
# Spark rounds a longer decimal where only its sign changes.
_DIGITS_128 = 34


def _arithmetic(node: type[exp.Binary], checked: str) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = args
        if result in FLOATS:
            return node(this=x.as_double(dialect), expression=y.as_double(dialect))
        if is_decimal(result):
            made = node(this=_exact(x, dialect), expression=_exact(y, dialect))
            # Spark has types of its own for constants and for products.
            is_same = node is not exp.Mul and not x.is_constant and not y.is_constant
            return made if is_same else cast(made, result, dialect)
        if x.dtype in NARROW_INTEGERS and y.dtype in NARROW_INTEGERS:
            return node(this=cast(x(), INT64, dialect), expression=y.operand())
        return function(checked, x.as_type(INT64, dialect), y.as_type(INT64, dialect))

    return lower


def _exact(x: Arg, dialect: Dialect) -> exp.Expr:
    """An operand of decimal arithmetic; Spark counts 20 digits for 64-bit integers, which have 19."""
    if x.is_integer and not x.is_constant:
        return cast(x(), decimal(whole_digits(x.dtype), 0), dialect)
    return x.operand()


def _div(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    above, below = x.as_type(FLOAT64, dialect), y.as_type(FLOAT64, dialect)
    return function("TRY_DIVIDE", above, below)


def _neg(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if is_decimal(x.dtype):
        return _negative(x, dialect)
    if x.is_float:
        return exp.Neg(this=x.as_double(dialect))
    if x.dtype in NARROW_INTEGERS:
        return exp.Neg(this=cast(x(), INT64, dialect))
    return function("TRY_SUBTRACT", cast(number(0), INT64, dialect), x.as_type(INT64, dialect))


def _negative(x: Arg, dialect: Dialect) -> exp.Expr:
    if x.dtype.digits <= _DIGITS_128:
        return exp.Neg(this=x.operand())
    return cast(exp.Sub(this=number(0), expression=x.operand()), x.dtype, dialect)


def _abs(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if is_decimal(x.dtype) and x.dtype.digits > _DIGITS_128:
        is_negative = exp.LT(this=x.operand(), expression=number(0))
        return case((is_negative, _negative(x, dialect)), otherwise=x())
    if is_decimal(x.dtype):
        return exp.Abs(this=x())
    if x.is_float:
        return exp.Abs(this=x.as_type(FLOAT64, dialect))
    if x.dtype in NARROW_INTEGERS:
        return exp.Abs(this=cast(x(), INT64, dialect))
    # The smallest integer has no positive counterpart.
    return exp.Abs(this=exp.Nullif(this=x.as_type(INT64, dialect), expression=number(_LOW)))


def _whole(node: type[exp.Func]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        (x,) = args
        if x.is_integer:
            return x.as_type(INT64, dialect)
        if is_decimal(x.dtype):
            return try_cast(node(this=x()), INT64, dialect)
        value = x.as_type(FLOAT64, dialect)
        # NaN is above every number, so it does not fit either.
        fits = exp.And(
            this=exp.GTE(this=operand(value), expression=number(float(_LOW))),
            expression=exp.LT(this=operand(value.copy()), expression=number(float(_HIGH))),
        )
        return case((fits, node(this=value.copy())))

    return lower


def _round(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, digits = args
    if x.is_integer:
        return x.as_type(FLOAT64, dialect)
    value = x() if is_decimal(x.dtype) else x.as_type(FLOAT64, dialect)
    rounded = exp.Round(this=value, decimals=digits())
    return cast(rounded, result, dialect) if is_decimal(result) else rounded


def _floor_div(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    if result in FLOATS:
        return _float_quotient(x, y, dialect)
    if is_small_divisor(y.expr) and x.dtype != UINT64:
        quotient = exp.Div(this=_wide(x, dialect), expression=y(), typed=False, safe=False)
        return cast(exp.Floor(this=quotient), INT64, dialect)
    above = exp.Sub(this=_wide(x, dialect), expression=_wide_mod(x, y, dialect))
    return try_cast(function("TRY_DIVIDE", above, _wide(y, dialect)), INT64, dialect)


def _mod(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    if result in FLOATS:
        whole = exp.Mul(
            this=operand(y.as_type(FLOAT64, dialect)),
            expression=_float_quotient(x, y, dialect),
        )
        return exp.Sub(this=operand(x.as_type(FLOAT64, dialect)), expression=whole)
    if is_small_divisor(y.expr) and x.dtype != UINT64:
        return function("PMOD", x.as_type(INT64, dialect), y())
    return try_cast(_wide_mod(x, y, dialect), INT64, dialect)


def _float_quotient(x: Arg, y: Arg, dialect: Dialect) -> exp.Expr:
    quotient = function("TRY_DIVIDE", x.as_type(FLOAT64, dialect), y.as_type(FLOAT64, dialect))
    # FLOOR gives an integer; what does not fit into one is whole.
    has_fraction = exp.LT(this=exp.Abs(this=quotient), expression=number(_BITS_53))
    floor = exp.Floor(this=quotient.copy())
    return case((has_fraction, floor), otherwise=quotient.copy())


def _wide(x: Arg, dialect: Dialect) -> exp.Expr:
    return x() if x.dtype == UINT64 and not x.is_constant else cast(x(), _WIDE, dialect)


def _wide_mod(x: Arg, y: Arg, dialect: Dialect) -> exp.Expr:
    remainder = function("TRY_MOD", _wide(x, dialect), _wide(y, dialect))
    moved = exp.Add(this=remainder, expression=_wide(y, dialect))
    return function("TRY_MOD", moved, _wide(y, dialect))


def _pow(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    exponent = y() if y.is_constant else y.as_type(FLOAT64, dialect)
    power = function("POWER", x.as_type(FLOAT64, dialect), exponent)
    zero = number(0)
    match power_domain(x.expr, y.expr):
        case "all":
            return power
        case "not_zero":
            return case((exp.NEQ(this=x.operand(), expression=zero), power))
        case "not_negative":
            return case((exp.GTE(this=x.operand(), expression=zero), power))
        case "positive":
            return case((exp.GT(this=x.operand(), expression=zero), power))
        case "depends":
            return _guarded(x, y, power, dialect)


def _guarded(x: Arg, y: Arg, power: exp.Expr, dialect: Dialect) -> exp.Expr:
    zero, one = number(0), number(1)
    not_negative = exp.GTE(this=y.operand(), expression=zero)
    if y.is_integer:
        not_zero = exp.NEQ(this=x.operand(), expression=zero)
        return case((exp.or_(not_zero, not_negative, copy=False), power))
    of_zero = exp.and_(exp.EQ(this=x.operand(), expression=zero), not_negative, copy=False)
    whole = exp.EQ(this=function("RINT", y()), expression=y.operand())
    of_negative = exp.and_(exp.LT(this=x.operand(), expression=zero), whole, copy=False)
    of_positive = exp.GT(this=x.operand(), expression=zero)
    # Java has NaN for 1 to the power of NaN or infinity, where everybody else has 1.
    infinity = cast(text("Infinity"), FLOAT64, dialect)
    of_size_one = exp.and_(
        exp.EQ(this=exp.Abs(this=x.as_type(FLOAT64, dialect)), expression=one),
        exp.EQ(this=exp.Abs(this=y()), expression=infinity),
        copy=False,
    )
    is_nan = exp.GT(this=y.operand(), expression=infinity.copy())
    of_one = exp.and_(exp.EQ(this=x.operand(), expression=one.copy()), is_nan, copy=False)
    return case(
        (exp.or_(of_size_one, of_one, copy=False), one.copy()),
        (exp.or_(of_positive, of_zero, of_negative, copy=False), power),
    )


NATIVE: dict[str, Lowering] = {
    "add": _arithmetic(exp.Add, "TRY_ADD"),
    "sub": _arithmetic(exp.Sub, "TRY_SUBTRACT"),
    "mul": _arithmetic(exp.Mul, "TRY_MULTIPLY"),
    "div": _div,
    "neg": _neg,
    "abs": _abs,
    "floor": _whole(exp.Floor),
    "ceil": _whole(exp.Ceil),
    "round": _round,
    "floor_div": _floor_div,
    "mod": _mod,
    "pow": _pow,
}
