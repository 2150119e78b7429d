"""Floor division and its remainder, powers and signs.

SQL cuts off where Python takes the floor: `-7 / 2` is -3 and `-7 % 2` is -1.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
    POSTGRES,
    Dialect,
    case,
    cast,
    divide,
    function,
    number,
    operand,
    try_cast,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.functions import not_a_number, special
from alignc.ir.bounds import is_small_divisor, power_domain
from alignc.ir.expr import Literal
from alignc.ir.types import FLOAT64, FLOATS, INT64, UINT64, DType

_LOW, _HIGH = -(2**63), 2**63 - 1


def _floor_div(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    if result in FLOATS:
        return _float_quotient(x, y, dialect)
    if is_small_divisor(y.expr) and x.dtype != UINT64:
        value = operand(x.as_type(INT64, dialect))
        below = exp.LT(this=_remainder(value.copy(), y()), expression=number(0))
        one_less = exp.Cast(this=below, to=exp.DataType.build("INT"))
        return exp.Sub(this=_quotient(value, y(), dialect), expression=one_less)
    above = exp.Sub(this=_wide(x, dialect), expression=exp.Paren(this=_wide_mod(x, y, dialect)))
    if dialect == POSTGRES:
        return _fitting(function("DIV", above, _divisor(y)), args, dialect)
    return _fitting(_quotient(exp.Paren(this=above), _divisor(y), dialect), args, dialect)


def _mod(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    if result in FLOATS:
        whole = exp.Mul(this=_double(y, x, dialect), expression=_float_quotient(x, y, dialect))
        return exp.Sub(this=_double(x, y, dialect), expression=whole)
    if is_small_divisor(y.expr) and x.dtype != UINT64:
        remainder = _remainder(operand(x.as_type(INT64, dialect)), y())
        moved = exp.Paren(this=exp.Add(this=remainder, expression=y()))
        return _remainder(moved, y())
    wide = _wide_mod(x, y, dialect)
    if dialect == POSTGRES and not _has_unsigned(args):
        return cast(wide, INT64, dialect)
    return _fitting(wide, args, dialect)


def _float_quotient(x: Arg, y: Arg, dialect: Dialect) -> exp.Expr:
    below = _divisor(y) if y.is_float or x.dtype == FLOAT64 else cast(_divisor(y), FLOAT64, dialect)
    return exp.Floor(this=divide(_double(x, y, dialect), operand(below), dialect))


def _double(x: Arg, beside: Arg, dialect: Dialect) -> exp.Expr:
    """`x` as a double; a double beside it makes it one without a cast."""
    if isinstance(x.expr, Literal) or (x.is_integer and beside.dtype == FLOAT64):
        return x.operand()
    return operand(x.as_type(FLOAT64, dialect))


def _divisor(y: Arg) -> exp.Expr:
    if isinstance(y.expr, Literal) and y.expr.value:
        return y.operand()
    return exp.Nullif(this=y(), expression=number(0))


def _has_unsigned(args: Sequence[Arg]) -> bool:
    return any(a.dtype == UINT64 for a in args)


def _wide(x: Arg, dialect: Dialect) -> exp.Expr:
    """`x` where neither a sum nor a difference can overflow."""
    if dialect == POSTGRES:
        return exp.Cast(this=x(), to=exp.DataType.build("DECIMAL"))
    return exp.Cast(this=x(), to=exp.DataType.build("INT128", dialect="duckdb"))


def _wide_mod(x: Arg, y: Arg, dialect: Dialect) -> exp.Expr:
    remainder = _remainder(_wide(x, dialect), _divisor(y))
    moved = exp.Paren(this=exp.Add(this=remainder, expression=y.operand()))
    return _remainder(moved, _divisor(y))


def _remainder(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    return exp.Mod(this=x, expression=y)


def _quotient(x: exp.Expr, y: exp.Expr, dialect: Dialect) -> exp.Expr:
    if dialect == POSTGRES:
        return divide(x, y, dialect)
    return exp.IntDiv(this=x, expression=y)


def _fitting(wide: exp.Expr, args: Sequence[Arg], dialect: Dialect) -> exp.Expr:
    """A wide integer as Int64; null where it does not fit."""
    if dialect != POSTGRES:
        return try_cast(wide, INT64, dialect)
    fits = exp.Between(this=operand(wide), low=number(_LOW), high=number(_HIGH))
    return case((fits, cast(wide.copy(), INT64, dialect)))


def _pow(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    exponent = y() if isinstance(y.expr, Literal) else y.as_type(FLOAT64, dialect)
    power = function("POWER", x.as_type(FLOAT64, dialect), exponent)
    if dialect == POSTGRES and not isinstance(y.expr, Literal):
        power = _power_of_any_size(x, y, power)
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
            return case((_has_power(x, y), power))


def _power_of_any_size(x: Arg, y: Arg, power: exp.Expr) -> exp.Expr:
    """PostgreSQL raises where a power is too large or too small for a double."""
    size = function("LN", exp.Abs(this=cast(_divisor(x), FLOAT64, POSTGRES)))
    logarithm = exp.Mul(this=y.operand(), expression=size)
    infinity = special("Infinity", POSTGRES)
    sign = function("POWER", exp.Sign(this=x()), y.as_type(FLOAT64, POSTGRES))
    return case(
        (exp.LT(this=logarithm, expression=number(-745)), number(0)),
        (
            exp.Between(this=exp.Paren(this=logarithm.copy()), low=number(709.78), high=infinity),
            exp.Mul(this=sign, expression=infinity.copy()),
        ),
        otherwise=power,
    )


def _has_power(x: Arg, y: Arg) -> exp.Expr:
    not_negative = exp.GTE(this=y.operand(), expression=number(0))
    if y.is_integer:
        not_zero = exp.NEQ(this=x.operand(), expression=number(0))
        return exp.Or(this=not_zero, expression=not_negative)
    positive = exp.GT(this=x.operand(), expression=number(0))
    zero = exp.EQ(this=x.operand(), expression=number(0))
    whole = exp.EQ(this=exp.Floor(this=y()), expression=y.operand())
    negative = exp.LT(this=x.operand(), expression=number(0))
    return exp.Or(
        this=exp.Or(
            this=positive,
            expression=exp.Paren(this=exp.And(this=zero, expression=not_negative)),
        ),
        expression=exp.Paren(this=exp.And(this=negative, expression=whole)),
    )


def _sign(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if not x.is_float:
        return cast(exp.Sign(this=x()), INT64, dialect)
    value = x.as_type(FLOAT64, dialect)
    nan = not_a_number(x, value, dialect)
    assert nan is not None
    return case((nan, value.copy()), otherwise=exp.Sign(this=value.copy()))


NATIVE: dict[str, Lowering] = {
    "floor_div": _floor_div,
    "mod": _mod,
    "pow": _pow,
    "sign": _sign,
}
