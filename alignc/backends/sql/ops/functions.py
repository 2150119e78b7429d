"""Functions of one number. Outside of a domain PostgreSQL raises and DuckDB gives NaN: we, null."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
    DUCKDB,
    POSTGRES,
    Dialect,
    case,
    cast,
    divide,
    function,
    number,
    operand,
    text,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.types import FLOAT64, DType

# The condition under which a function of a double is defined; None if it always is.
Domain = Callable[[Arg, exp.Expr, Dialect], exp.Expr | None]


def not_a_number(x: Arg, value: exp.Expr, dialect: Dialect) -> exp.Expr | None:
    """Whether a double is NaN; None for a number that cannot be."""
    if x.is_integer:
        return None
    if dialect == DUCKDB:
        return function("ISNAN", value)
    return exp.EQ(this=operand(value), expression=special("NaN", dialect))


def special(name: str, dialect: Dialect) -> exp.Expr:
    """NaN or an infinity."""
    return cast(text(name.replace("Infinity", dialect.infinity)), FLOAT64, dialect)


def _function(name: str, domain: Domain | None = None) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        (x,) = args
        value = x.as_type(FLOAT64, dialect)
        called = function(name, value)
        condition = domain(x, value.copy(), dialect) if domain is not None else None
        return called if condition is None else case((condition, called))

    return lower


def _compared(node: type[exp.Binary], limit: int) -> Domain:
    # True of NaN where it is an upper side: NaN is above every number.
    def domain(x: Arg, value: exp.Expr, dialect: Dialect) -> exp.Expr:
        return node(this=x.operand(), expression=number(limit))

    return domain


def _size_up_to_one(node: type[exp.Binary]) -> Domain:
    def domain(x: Arg, value: exp.Expr, dialect: Dialect) -> exp.Expr:
        small = node(this=exp.Abs(this=value), expression=number(1))
        nan = not_a_number(x, value.copy(), dialect)
        return small if nan is None else exp.Or(this=small, expression=nan)

    return domain


def _not_infinite(x: Arg, value: exp.Expr, dialect: Dialect) -> exp.Expr | None:
    if x.is_integer:
        return None
    if dialect == DUCKDB:
        return exp.Not(this=function("ISINF", value))
    return exp.NEQ(this=exp.Abs(this=value), expression=special("Infinity", dialect))


def _neither_zero_nor_infinite(x: Arg, value: exp.Expr, dialect: Dialect) -> exp.Expr:
    not_zero = exp.NEQ(this=x.operand(), expression=number(0))
    finite = _not_infinite(x, value, dialect)
    return not_zero if finite is None else exp.And(this=not_zero, expression=finite)


def _exp(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    power = exp.Exp(this=x.as_type(FLOAT64, dialect))
    if dialect != POSTGRES:
        return power
    # PostgreSQL raises where the result is too large or too small for a double.
    return case(
        (exp.LT(this=x.operand(), expression=number(-745)), number(0)),
        (exp.LT(this=x.operand(), expression=number(709.78)), power),
        otherwise=exp.Mul(this=x.operand(), expression=special("Infinity", dialect)),
    )


def _log1p(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args

    def value() -> exp.Expr:
        return operand(x.as_type(FLOAT64, dialect))

    # LN(1 + x) has few correct digits where x is small.
    below = exp.Paren(this=exp.Add(this=value(), expression=number(2)))
    ratio = divide(value(), below, dialect)
    return case(
        (
            exp.LT(this=exp.Abs(this=value()), expression=number(0.5)),
            exp.Mul(this=number(2), expression=function("ATANH", ratio)),
        ),
        (
            exp.GT(this=value(), expression=number(-1)),
            function("LN", exp.Add(this=number(1), expression=value())),
        ),
    )


def _log_base(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, base = args
    quotient = divide(
        function("LN", x.as_type(FLOAT64, dialect)),
        function("LN", base.as_type(FLOAT64, dialect)),
        dialect,
    )
    return case((exp.GT(this=x.operand(), expression=number(0)), quotient))


NATIVE: dict[str, Lowering] = {
    "exp": _exp,
    "log": _function("LN", _compared(exp.GT, 0)),
    "log10": _function("LOG10", _compared(exp.GT, 0)),
    "log1p": _log1p,
    "log_base": _log_base,
    "sin": _function("SIN", _not_infinite),
    "cos": _function("COS", _not_infinite),
    "tan": _function("TAN", _not_infinite),
    "cot": _function("COT", _neither_zero_nor_infinite),
    "arcsin": _function("ASIN", _size_up_to_one(exp.LTE)),
    "arccos": _function("ACOS", _size_up_to_one(exp.LTE)),
    "arctan": _function("ATAN"),
    "sinh": _function("SINH"),
    "cosh": _function("COSH"),
    "tanh": _function("TANH"),
    "arcsinh": _function("ASINH"),
    "arccosh": _function("ACOSH", _compared(exp.GTE, 1)),
    "arctanh": _function("ATANH", _size_up_to_one(exp.LT)),
    "degrees": _function("DEGREES"),
    "radians": _function("RADIANS"),
}
