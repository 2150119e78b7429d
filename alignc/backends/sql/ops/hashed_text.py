"""What is hashed of a value where dates have texts of their own: in Snowflake and Redshift."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, cast, function, text
from alignc.backends.sql.ops.arg import Arg
from alignc.backends.sql.ops.clock import day_text, micros_of
from alignc.ir.types import DATE, STRING, TIMESTAMP


def hashed_text(x: Arg, length: str, dialect: Dialect) -> exp.Expr:
    """What is hashed of a value: its text behind the length of that; `length` is what counts characters."""
    shown = _shown(x, dialect)
    size = exp.DPipe(this=cast(function(length, shown), STRING, dialect), expression=text(":"))
    there = exp.DPipe(this=size, expression=shown.copy())
    return exp.Coalesce(this=there, expressions=[text("-")])


def _shown(x: Arg, dialect: Dialect) -> exp.Expr:
    if x.dtype == STRING:
        return x.operand()
    if x.dtype == DATE:
        return day_text(x())
    return cast(micros_of(x(), dialect) if x.dtype == TIMESTAMP else x(), STRING, dialect)
