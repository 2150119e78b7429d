"""Numbers. An overflow ends the query, so whole numbers are computed in decimals and asked whether they fit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, function, number, operand
from alignc.backends.sql.ops import arithmetic, division
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.bounds import within
from alignc.backends.sql.ops.nan import is_nan
from alignc.backends.sql.ops.nan_functions import compared_with, on_numbers
from alignc.ir.types import FLOAT64, FLOATS, INT64, NARROW_INTEGERS, DType, decimal, is_decimal

_LOW, _HIGH = -(2**63), 2**63 - 1
_WIDE = decimal(19, 0)


def fitting(value: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A whole number in 64 bits, null where it does not fit."""
    fits = exp.Between(this=operand(value), low=number(_LOW), high=number(_HIGH))
    return case((fits, cast(value.copy(), INT64, dialect)))


def floor_mod(value: exp.Expr, step: exp.Expr) -> exp.Expr:
    """The remainder that has the sign of a step that is small."""
    once = function("MOD", value, step)
    return function("MOD", exp.Add(this=once, expression=step.copy()), step.copy())


def quotient(value: exp.Expr, step: int, dialect: Dialect) -> exp.Expr:
    """The floor of a quotient; what is divided divides evenly, and is no further from zero."""
    rest = function("MOD", value, number(step))
    even = exp.Paren(this=exp.Sub(this=operand(value.copy()), expression=rest))
    whole = exp.Div(this=even, expression=number(step), typed=True)
    is_below = exp.LT(this=rest.copy(), expression=number(0))
    less = case((is_below, number(1)), otherwise=number(0))
    return exp.Paren(this=exp.Sub(this=cast(whole, INT64, dialect), expression=less))


def _arithmetic(node: type[exp.Binary]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = args
        if result in FLOATS:
            return node(this=x.operand(), expression=y.operand())
        if is_decimal(result):
            return cast(node(this=x.operand(), expression=y.operand()), result, dialect)
        if x.dtype in NARROW_INTEGERS and y.dtype in NARROW_INTEGERS:
            return node(this=cast(x(), INT64, dialect), expression=y.operand())
        wide = cast(x(), _WIDE, dialect)
        if node is not exp.Mul:
            return fitting(node(this=wide, expression=cast(y(), _WIDE, dialect)), dialect)
        return _product(x, y, dialect)

    return lower


def _product(x: Arg, y: Arg, dialect: Dialect) -> exp.Expr:
    """A product of 64-bit integers: one of decimals may have as few as 34 digits before the point."""
    wide, float_x, float_y = (
        cast(x(), _WIDE, dialect),
        *(cast(a(), FLOAT64, dialect) for a in (x, y)),
    )
    size = exp.Abs(this=exp.Mul(this=float_x, expression=float_y))
    exact = fitting(exp.Mul(this=wide, expression=cast(y(), _WIDE, dialect)), dialect)
    return case((exp.LT(this=size, expression=number(1e19)), exact))


def _neg(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if not x.is_integer:
        return exp.Neg(this=x.operand())
    # The smallest integer has no positive counterpart.
    return exp.Neg(this=_with_counterpart(x, dialect))


def _abs(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    return exp.Abs(this=_with_counterpart(x, dialect) if x.is_integer else x())


def _with_counterpart(x: Arg, dialect: Dialect) -> exp.Expr:
    if x.dtype in NARROW_INTEGERS:
        return cast(x(), INT64, dialect)
    return case((exp.GT(this=x.operand(), expression=number(_LOW)), x()))


def _whole(node: type[exp.Func]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        (x,) = args
        if x.is_integer:
            return x.as_type(INT64, dialect)
        return within(node(this=x()), INT64, dialect)

    return lower


def _round(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, digits = args
    if x.is_integer:
        return x.as_type(FLOAT64, dialect)
    assert isinstance(digits.constant, int)
    return arithmetic.round_by_text(x(), 10**digits.constant)


def _floor_div(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    if result in FLOATS:
        return division.NATIVE["floor_div"](args, result, dialect)
    assert isinstance(y.constant, int)
    return quotient(x.as_type(INT64, dialect), y.constant, dialect)


def _mod(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    if result in FLOATS:
        return division.NATIVE["mod"](args, result, dialect)
    return floor_mod(x.as_type(INT64, dialect), y())


def _sign(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if not x.is_float:
        return cast(exp.Sign(this=x()), INT64, dialect)
    return case((is_nan(x(), dialect), x()), otherwise=exp.Sign(this=x()))


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
    # Of one number LOG has the base 10.
    "log10": on_numbers("LOG", compared_with(exp.GT, 0)),
}
