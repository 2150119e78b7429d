"""Text as numbers and booleans. What a cast would take besides differs from engine to engine:
DuckDB reads `1.5` as the integer 2 and `yes` as true, PostgreSQL ends with an error."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.dialect import DUCKDB, Dialect, cast, function, number, text, try_cast
from alignc.ir.types import BOOL, FLOATS, INTEGER_BOUNDS, INTEGERS, DType

_INTEGER = r"^[+-]?[0-9]+$"
_NUMBER = r"(?i)^[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|nan|inf(inity)?)$"


def parsed(node: exp.Expr, dtype: DType, dialect: Dialect) -> exp.Expr:
    """The value of a text, null where it has none of that type."""
    if dtype == BOOL:
        return _boolean(node)
    if dtype in INTEGERS:
        return _integer(node, dtype, dialect)
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


def _matched(node: exp.Expr, pattern: str, dialect: Dialect) -> exp.Expr:
    """The text if it has the form; else null, or what DuckDB's casts make null of."""
    if dialect == DUCKDB:
        return function("REGEXP_EXTRACT", node, text(pattern))
    return function("SUBSTRING", node, text(pattern))
