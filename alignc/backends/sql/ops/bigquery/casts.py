"""Casts: null where a value does not fit, text that is not a value of the type is null."""

from __future__ import annotations

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
from alignc.backends.sql.ops.arg import Arg
from alignc.backends.sql.ops.bigquery.time import midnight
from alignc.ir.types import (
    BOOL,
    DATE,
    DURATION,
    FLOAT64,
    FLOATS,
    INT64,
    INTEGER_BOUNDS,
    INTEGERS,
    STRING,
    TIMESTAMP,
    DType,
    decimal,
    is_decimal,
)

# Text that is a value of a type; what else BigQuery would take differs from the other engines.
_INTEGER = r"\A[+-]?[0-9]+\z"
_NUMBER = r"(?i)\A[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|nan|inf(?:inity)?)\z"
_DECIMAL = r"\A[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)\z"
_DAY = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z"
# A decimal with room for 38 digits on either side of the point.
_EXACT = decimal(38, 19)


def converted(arg: Arg, to: DType, dialect: Dialect) -> exp.Expr:
    """A value of one type as one of another."""
    if arg.dtype == STRING:
        return parsed(arg(), to, dialect)
    if arg.dtype == BOOL:
        whole = cast(arg(), STRING if to == STRING else INT64, dialect)
        return whole if to == STRING or to in INTEGERS else cast(whole, to, dialect)
    if to == BOOL:
        truths = [exp.If(this=number(n), true=exp.Boolean(this=bool(n))) for n in (1, 0)]
        return exp.Case(this=arg(), ifs=truths)
    if (arg.dtype, to) == (DATE, TIMESTAMP):
        return midnight(arg())
    if to == STRING:
        if is_decimal(arg.dtype):
            # A cast leaves out zeros at the end.
            return function("FORMAT", text(f"%.{arg.dtype.scale}f"), arg())
        return cast(arg(), STRING, dialect)
    if is_decimal(to):
        return fitting(_digits(arg(), dialect) if arg.is_float else arg(), to, dialect)
    if to in FLOATS:
        return cast(arg(), to, dialect)
    if to in INTEGERS or to == DURATION:
        whole = arg() if arg.is_integer else function("TRUNC", arg())
        return within(try_cast(whole, to, dialect), to)
    return try_cast(arg(), to, dialect)


def _digits(value: exp.Expr, dialect: Dialect) -> exp.Expr:
    """The shortest decimal text that a float is read from."""

    def shown(digits: int) -> exp.Expr:
        return function("FORMAT", text(f"%.{digits}g"), value.copy())

    same = [
        (exp.EQ(this=cast(shown(n), FLOAT64, dialect), expression=operand(value.copy())), shown(n))
        for n in (15, 16)
    ]
    return case(*same, otherwise=shown(17))


def within(value: exp.Expr, to: DType) -> exp.Expr:
    """An integer within the bounds of its type: all integers have 64 bits."""
    if to in (INT64, DURATION):
        return value
    low, high = INTEGER_BOUNDS[to]
    top = exp.Literal.number(high) if high < 2**63 else None
    if top is None:
        return case((exp.GTE(this=operand(value), expression=number(low)), value.copy()))
    fits = exp.Between(this=operand(value), low=number(low), high=top)
    return case((fits, value.copy()))


def fitting(value: exp.Expr, to: DType, dialect: Dialect) -> exp.Expr:
    """A number or its text as a decimal, rounded; null where it has too many digits."""
    exact = try_cast(value, _EXACT, dialect)
    rounded = exp.Round(this=exact, decimals=number(to.scale))
    limit = 10 ** (to.digits - to.scale)
    bound: exp.Expr = number(limit)
    if limit >= 2**63:
        bound = cast(text(str(limit)), _EXACT, dialect)
    fits = exp.LT(this=exp.Abs(this=rounded), expression=bound)
    return case((fits, cast(rounded.copy(), to, dialect)))


def parsed(node: exp.Expr, to: DType, dialect: Dialect) -> exp.Expr:
    """The value of a text."""
    if to == BOOL:
        words = {"true": True, "1": True, "false": False, "0": False}
        ifs = [exp.If(this=text(w), true=exp.Boolean(this=v)) for w, v in words.items()]
        return exp.Case(this=exp.Lower(this=node), ifs=ifs)
    if to in INTEGERS or to == DURATION:
        digits = function("LTRIM", _matched(node, _INTEGER), text("+"))
        return within(try_cast(digits, to, dialect), to)
    if to == DATE:
        return try_cast(_matched(node, _DAY), to, dialect)
    if is_decimal(to):
        return fitting(function("LTRIM", _matched(node, _DECIMAL), text("+")), to, dialect)
    assert to in FLOATS, to
    return try_cast(_matched(node, _NUMBER), to, dialect)


def _matched(node: exp.Expr, pattern: str) -> exp.Expr:
    return function("REGEXP_EXTRACT", node, text(pattern))
