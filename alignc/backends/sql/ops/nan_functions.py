"""Functions that end the query outside of their domain, where NaN has to be asked for; of NaN they are NaN."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, divide, function, number, operand, text
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.earth import great_circle
from alignc.backends.sql.ops.nan import can_be_nan, is_infinite, is_nan
from alignc.ir.bounds import is_never_negative, power_domain
from alignc.ir.types import FLOAT64, DType

# The condition under which a function of a number is defined, NaN apart; None if it always is.
_Domain = Callable[[Arg, Dialect], exp.Expr | None]


def on_numbers(name: str, domain: _Domain | None = None) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        (x,) = args
        called = function(name, x.as_type(FLOAT64, dialect))
        condition = domain(x, dialect) if domain is not None else None
        if condition is None:
            return called
        if can_be_nan(x):
            condition = exp.Or(this=condition, expression=is_nan(x(), dialect))
        return case((condition, called))

    return lower


def compared_with(node: type[exp.Binary], limit: int) -> _Domain:
    return lambda x, dialect: node(this=x.operand(), expression=number(limit))


def _size(node: type[exp.Binary]) -> _Domain:
    """Numbers whose distance from 0 compares so with 1."""
    return lambda x, dialect: node(
        this=exp.Abs(this=x.as_type(FLOAT64, dialect)), expression=number(1)
    )


def _not_infinite(x: Arg, dialect: Dialect) -> exp.Expr | None:
    return exp.Not(this=is_infinite(x(), dialect)) if can_be_nan(x) else None


def _neither_zero_nor_infinite(x: Arg, dialect: Dialect) -> exp.Expr:
    not_zero = exp.NEQ(this=x.operand(), expression=number(0))
    finite = _not_infinite(x, dialect)
    return not_zero if finite is None else exp.And(this=not_zero, expression=finite)


def _exp(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    infinity = cast(text("Infinity"), FLOAT64, dialect)
    return case(
        (exp.LT(this=x.operand(), expression=number(-745)), number(0.0)),
        (
            exp.LT(this=x.operand(), expression=number(709.78)),
            exp.Exp(this=x.as_type(FLOAT64, dialect)),
        ),
        otherwise=exp.Mul(this=operand(x.as_type(FLOAT64, dialect)), expression=infinity),
    )


def _log1p(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    value = operand(x.as_type(FLOAT64, dialect))
    above = exp.Add(this=value.copy(), expression=number(2))
    ratio = divide(value.copy(), above, dialect)
    # LN(1 + x) has few correct digits where x is small.
    is_small = exp.LT(this=exp.Abs(this=value.copy()), expression=number(0.5))
    in_domain: exp.Expr = exp.GT(this=value.copy(), expression=number(-1))
    if can_be_nan(x):
        in_domain = exp.Or(this=in_domain, expression=is_nan(x(), dialect))
    return case(
        (is_small, exp.Mul(this=number(2), expression=function("ATANH", ratio))),
        (in_domain, function("LN", exp.Add(this=number(1), expression=value))),
    )


def _log_base(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, base = args
    above, below = (function("LN", a.as_type(FLOAT64, dialect)) for a in (x, base))
    positive: exp.Expr = exp.GT(this=x.operand(), expression=number(0))
    if can_be_nan(x):
        positive = exp.Or(this=positive, expression=is_nan(x(), dialect))
    return case((positive, divide(above, below, dialect)))


def _scaled(factor: float) -> Lowering:
    """A product: there is not always a function for it."""
    return lambda args, result, dialect: exp.Mul(
        this=operand(args[0].as_type(FLOAT64, dialect)), expression=number(factor)
    )


_DEGREE = math.pi / 180


def _haversine_distance(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    def degrees(x: Arg) -> exp.Expr:
        return operand(x.as_type(FLOAT64, dialect))

    def haversine(x: Arg, y: Arg) -> exp.Expr:
        between = exp.Paren(this=exp.Sub(this=degrees(y), expression=degrees(x)))
        half = exp.Mul(this=between, expression=number(_DEGREE / 2))
        return function("POWER", function("SIN", half), number(2))

    def cosine(x: Arg) -> exp.Expr:
        return function("COS", exp.Mul(this=degrees(x), expression=number(_DEGREE)))

    return great_circle(args, haversine, cosine, number(1.0))


def _pow(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    power = function("POWER", x.as_type(FLOAT64, dialect), y.as_type(FLOAT64, dialect))
    zero = number(0)

    def compared(node: type[exp.Binary]) -> exp.Expr:
        """True of NaN as well, which has all powers."""
        plain = node(this=x.operand(), expression=zero.copy())
        return exp.Or(this=plain, expression=is_nan(x(), dialect)) if can_be_nan(x) else plain

    match power_domain(x.expr, y.expr):
        case "all":
            return power
        case "not_zero":
            return case((exp.NEQ(this=x.operand(), expression=zero), power))
        case "not_negative":
            return case((compared(exp.GTE), power))
        case "positive":
            return case((compared(exp.GT), power))
        case "depends":
            return case((_has_power(x, y, compared(exp.GT), dialect), power))


def _has_power(x: Arg, y: Arg, positive: exp.Expr, dialect: Dialect) -> exp.Expr:
    not_negative: exp.Expr = exp.GTE(this=y.operand(), expression=number(0))
    if can_be_nan(y):
        not_negative = exp.Paren(this=exp.Or(this=not_negative, expression=is_nan(y(), dialect)))
    is_zero = exp.EQ(this=x.operand(), expression=number(0))
    of_zero = exp.Paren(this=exp.And(this=is_zero, expression=not_negative))
    negative = exp.LT(this=x.operand(), expression=number(0))
    whole: exp.Expr = exp.EQ(this=exp.Floor(this=y()), expression=y.operand())
    if can_be_nan(y):
        whole = exp.Paren(this=exp.Or(this=whole, expression=is_nan(y(), dialect)))
    of_negative: exp.Expr = negative
    if not y.is_integer:
        of_negative = exp.Paren(this=exp.And(this=negative, expression=whole))
    return exp.or_(positive, of_zero, of_negative, copy=False)


def _square(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return function("POWER", args[0].as_type(FLOAT64, dialect), number(2))


def _sqrt(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    root = exp.Sqrt(this=x.as_type(FLOAT64, dialect))
    if is_never_negative(x.expr):
        return root
    not_negative: exp.Expr = exp.GTE(this=x.operand(), expression=number(0))
    if can_be_nan(x):
        not_negative = exp.Or(this=not_negative, expression=is_nan(x(), dialect))
    return case((not_negative, root))


NATIVE: dict[str, Lowering] = {
    "exp": _exp,
    "log": on_numbers("LN", compared_with(exp.GT, 0)),
    "log10": on_numbers("LOG10", compared_with(exp.GT, 0)),
    "log1p": _log1p,
    "log_base": _log_base,
    "sin": on_numbers("SIN", _not_infinite),
    "cos": on_numbers("COS", _not_infinite),
    "tan": on_numbers("TAN", _not_infinite),
    "cot": on_numbers("COT", _neither_zero_nor_infinite),
    "arcsin": on_numbers("ASIN", _size(exp.LTE)),
    "arccos": on_numbers("ACOS", _size(exp.LTE)),
    "arccosh": on_numbers("ACOSH", compared_with(exp.GTE, 1)),
    "arctanh": on_numbers("ATANH", _size(exp.LT)),
    "degrees": _scaled(180 / math.pi),
    "radians": _scaled(_DEGREE),
    "haversine_distance": _haversine_distance,
    "pow": _pow,
    "square": _square,
    "sqrt": _sqrt,
}
