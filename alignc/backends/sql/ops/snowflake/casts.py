"""Casts: null where a value does not fit, text that is not a value of the type is null.

TRY_CAST takes text alone, so numbers are asked first whether they fit.
"""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, function, number, operand, text
from alignc.backends.sql.ops.arg import Arg
from alignc.backends.sql.ops.bounds import within
from alignc.backends.sql.ops.clock import day_text
from alignc.ir.types import (
    BOOL,
    DATE,
    DURATION,
    FLOAT64,
    FLOATS,
    INT64,
    INTEGERS,
    MAX_DECIMAL_DIGITS,
    STRING,
    TIMESTAMP,
    DType,
    is_decimal,
)

# Text that is a number; what else Snowflake would take differs from the other engines.
_INTEGER = "^[+-]?[0-9]+"
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_DECIMAL = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)"
_ODD = {
    "nan": ("nan", "+nan", "-nan"),
    "inf": ("inf", "+inf", "infinity", "+infinity"),
    "-inf": ("-inf", "-infinity"),
}


def converted(arg: Arg, to: DType, dialect: Dialect) -> exp.Expr:
    """A value that is no text as one of another type but BOOL."""
    if (arg.dtype, to) == (DATE, STRING):
        return day_text(arg())
    if to in (STRING, TIMESTAMP):
        return cast(arg(), to, dialect)
    if arg.dtype == BOOL:
        # There is no way from a boolean to a float but by an integer.
        return cast(cast(arg(), INT64, dialect), to, dialect)
    if to in FLOATS:
        return cast(arg(), to, dialect)
    if is_decimal(to):
        return _fitted(arg(), to, dialect)
    if to in INTEGERS:
        # Casts of SQL round; a conversion to an integer cuts off.
        whole = arg() if arg.is_integer else function("TRUNC", arg())
        return within(whole, to, dialect)
    return cast(arg(), to, dialect)


def parsed_text(node: exp.Expr, to: DType, dialect: Dialect) -> exp.Expr:
    """The value of a text of any type but BOOL."""
    dtype = INT64 if to == DURATION else to
    if dtype == DATE:
        return _day(node, dialect)
    if dtype in FLOATS:
        return _float(node, dialect)
    form = _DECIMAL if is_decimal(dtype) else _INTEGER
    if dtype in INTEGERS:
        value = _number(node, form, MAX_DECIMAL_DIGITS, 0)
        return within(value, dtype, dialect)
    return _number(node, form, dtype.digits, dtype.scale)


def _has_form(node: exp.Expr, form: str) -> exp.Expr:
    """Whether a text as a whole has a form: what begins it and has the form is all of it."""
    return exp.EQ(
        this=function("REGEXP_SUBSTR", node.copy(), text(form)), expression=operand(node.copy())
    )


def _number(node: exp.Expr, form: str, digits: int, scale: int) -> exp.Expr:
    read = function("TRY_TO_NUMBER", node.copy(), number(digits), number(scale))
    return case((_has_form(node, form), read))


def _float(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    word = function("LOWER", node.copy())
    odd = [
        (
            exp.In(this=word.copy(), expressions=[text(name) for name in names]),
            cast(text(value), FLOAT64, dialect),
        )
        for value, names in _ODD.items()
    ]
    read = function("TRY_TO_DOUBLE", node.copy())
    return case((_has_form(node, _NUMBER), read), *odd)


def _day(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    read = function("TRY_TO_DATE", node.copy(), text("YYYY-MM-DD"))
    # Written again it is the same text; there is no year 0.
    is_same = exp.EQ(this=day_text(read), expression=operand(node.copy()))
    first = cast(text("0001-01-01"), DATE, dialect)
    is_there = exp.GTE(this=read.copy(), expression=first)
    return case((exp.And(this=is_same, expression=is_there), read.copy()))


def _fitted(node: exp.Expr, to: DType, dialect: Dialect) -> exp.Expr:
    """A number as a decimal, null where it has too many digits before the point."""
    whole = to.digits - to.scale
    if whole == MAX_DECIMAL_DIGITS:
        return cast(node, to, dialect)
    rounded = exp.Round(this=node, decimals=number(to.scale))
    fits = exp.LT(this=exp.Abs(this=rounded), expression=number(10**whole))
    return case((fits, cast(node.copy(), to, dialect)))
