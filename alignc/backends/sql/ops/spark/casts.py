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
from alignc.backends.sql.ops.spark.time import midnight
from alignc.ir.types import (
    BOOL,
    DATE,
    DURATION,
    FLOATS,
    INT64,
    INTEGER_BOUNDS,
    INTEGERS,
    TIMESTAMP,
    UNSIGNED,
    DType,
    is_decimal,
)

# Text that is a value of a type; what else Spark would take differs from the other engines.
_INTEGER = r"\A[+-]?[0-9]+\z"
_NUMBER = r"(?i)\A[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|nan|inf(?:inity)?)\z"
_DECIMAL = r"\A[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)\z"
_DAY = r"\A(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}\z"


def converted(arg: Arg, to: DType, dialect: Dialect) -> exp.Expr:
    """A value that is no text as one of another type."""
    if (arg.dtype, to) == (DATE, TIMESTAMP):
        return midnight(arg())
    if to == INT64 and arg.is_float:
        # Spark takes 2^63 for the largest integer.
        fits = exp.LT(this=arg.operand(), expression=number(2.0**63))
        return try_cast(case((fits, arg())), to, dialect)
    if is_decimal(arg.dtype) and to in FLOATS:
        return cast(arg(), to, dialect)
    return fitted(try_cast(arg(), to, dialect), arg.dtype, to)


def fitted(value: exp.Expr, given: DType | None, to: DType) -> exp.Expr:
    """A number within the bounds of its type: what holds a number without a sign holds more."""
    if to not in UNSIGNED or given == BOOL:
        return value
    low, high = INTEGER_BOUNDS[to]
    fits = exp.Between(this=operand(value), low=number(low), high=number(high))
    return case((fits, value.copy()))


def parsed_text(node: exp.Expr, to: DType, dialect: Dialect) -> exp.Expr:
    """The value of a text of any type but BOOL."""
    dtype = INT64 if to == DURATION else to
    pattern = _INTEGER if dtype in INTEGERS else _NUMBER
    if dtype == DATE or is_decimal(dtype):
        pattern = _DAY if dtype == DATE else _DECIMAL
    matched = function("REGEXP_SUBSTR", node, text(pattern))
    return fitted(try_cast(matched, dtype, dialect), None, dtype)


def embedding(node: exp.Expr, dtype: DType, dialect: Dialect) -> exp.Expr:
    """A list as an embedding, null where it has another length or lacks a number."""
    size = number(dtype.sizes[0])
    complete = function("ARRAY_COMPACT", node.copy())
    fits = exp.And(
        this=exp.EQ(this=function("ARRAY_SIZE", node), expression=size),
        expression=exp.EQ(this=function("ARRAY_SIZE", complete), expression=size.copy()),
    )
    return case((fits, cast(node.copy(), dtype, dialect)))
