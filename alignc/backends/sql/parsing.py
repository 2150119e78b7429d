"""Text as numbers, booleans and dates. What a cast would take besides differs from engine to engine:
DuckDB reads `1.5` as the integer 2 and `yes` as true, PostgreSQL ends with an error."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.dialect import (
    DUCKDB,
    SNOWFLAKE,
    Dialect,
    cast,
    function,
    number,
    text,
    try_cast,
)
from alignc.backends.sql.ops.snowflake.casts import parsed_text as parsed_on_snowflake
from alignc.backends.sql.ops.spark.casts import parsed_text
from alignc.ir.types import BOOL, DATE, DURATION, FLOATS, INT64, INTEGER_BOUNDS, INTEGERS, DType

# Groups are not numbered: PostgreSQL would take the first one for the whole.
_INTEGER = r"^[+-]?[0-9]+$"
_NUMBER = r"(?i)^[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|nan|inf(?:inity)?)$"
_DECIMAL = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$"
_YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_DAY = f"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}$"
# The days that each month has, and 29 February of the years that have one.
_EXISTING_DAY = (
    f"^(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])"
    "|(?:[02468][48]|[13579][26]|[2468]0)00)-02-29)$"
)


def parsed(node: exp.Expr, dtype: DType, dialect: Dialect) -> exp.Expr:
    """The value of a text, null where it has none of that type."""
    if dtype == BOOL:
        return _boolean(node)
    if dialect.name == "spark":
        return parsed_text(node, dtype, dialect)
    if dialect == SNOWFLAKE:
        return parsed_on_snowflake(node, dtype, dialect)
    if dtype in INTEGERS or dtype == DURATION:
        return _integer(node, INT64 if dtype == DURATION else dtype, dialect)
    if dtype == DATE:
        # PostgreSQL ends with an error on a day that does not exist.
        day = _matched(node, _DAY if dialect == DUCKDB else _EXISTING_DAY, dialect)
        return try_cast(day, DATE, dialect)
    if dtype.name == "Decimal":
        digits = _matched(node, _DECIMAL, dialect)
        if dialect == DUCKDB:
            return try_cast(digits, dtype, dialect)
        return fitting(exp.Cast(this=digits, to=exp.DataType.build("DECIMAL")), dtype, dialect)
    assert dtype in FLOATS, dtype
    # A number beyond the floats is infinite; PostgreSQL ends with an error instead.
    return try_cast(_matched(node, _NUMBER, dialect), dtype, dialect)


def _boolean(node: exp.Expr) -> exp.Expr:
    words = {"true": True, "1": True, "false": False, "0": False}
    ifs = [exp.If(this=text(word), true=exp.Boolean(this=value)) for word, value in words.items()]
    return exp.Case(this=function("LOWER", node), ifs=ifs)


def _integer(node: exp.Expr, dtype: DType, dialect: Dialect) -> exp.Expr:
    digits = _matched(node, _INTEGER, dialect)
    if dialect == DUCKDB:
        return try_cast(digits, dtype, dialect)
    whole = exp.Cast(this=digits, to=exp.DataType.build("DECIMAL", dialect=dialect.name))
    low, high = INTEGER_BOUNDS[dtype]
    fits = exp.Between(this=whole, low=number(low), high=number(high))
    return exp.Case(ifs=[exp.If(this=fits, true=cast(whole.copy(), dtype, dialect))])


def fitting(node: exp.Expr, dtype: DType, dialect: Dialect) -> exp.Expr:
    """A number as a decimal with fewer digits in PostgreSQL, null where it does not fit."""
    rounded = exp.Round(this=node, decimals=number(dtype.scale))
    limit = number(10 ** (dtype.digits - dtype.scale))
    fits = exp.LT(this=exp.Abs(this=rounded), expression=limit)
    return exp.Case(ifs=[exp.If(this=fits, true=cast(node.copy(), dtype, dialect))])


def _matched(node: exp.Expr, pattern: str, dialect: Dialect) -> exp.Expr:
    """The text if it has the form; else null, or what DuckDB's casts make null of."""
    if dialect == DUCKDB:
        return function("REGEXP_EXTRACT", node, text(pattern))
    return function("SUBSTRING", node, text(pattern))
