"""Casts and columns of tables: null where a value does not fit, or a text is not a value of the type."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, function, number, text
from alignc.backends.sql.ops.arg import Arg
from alignc.backends.sql.ops.bounds import within
from alignc.backends.sql.ops.calendar import date_literal
from alignc.backends.sql.ops.clock import day_text
from alignc.backends.sql.ops.comparison import told_apart
from alignc.backends.sql.ops.nan import is_number
from alignc.backends.sql.ops.redshift.text import has_form
from alignc.backends.sql.ops.redshift.time import from_micros
from alignc.ir.calendar import FIRST_DAY, FIRST_MICROSECOND, LAST_MICROSECOND
from alignc.ir.module import UnixTime
from alignc.ir.plan import ScanColumn
from alignc.ir.types import (
    BOOL,
    DATE,
    INT64,
    INTEGERS,
    STRING,
    DType,
    decimal,
    is_decimal,
)

_WORDS = {"true": True, "1": True, "false": False, "0": False}
# As many digits as a decimal has, and zeros before them.
_INTEGER = "^[+-]?0*[0-9]{1,38}$"
_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_UNITS = {"s": 1_000_000, "ms": 1_000, "us": 1}


def read_value(given: ScanColumn, node: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A column as a value of its declared type."""
    if isinstance(given.times, UnixTime):
        return _unix_time(node, _UNITS[given.times.unit], dialect)
    value = cast(node, given.dtype, dialect)
    if given.nan_as_null:
        return case((is_number(value, dialect), value.copy()))
    return value


def _unix_time(node: exp.Expr, size: int, dialect: Dialect) -> exp.Expr:
    value = cast(node, INT64, dialect)
    micros = value if size == 1 else exp.Mul(this=value, expression=number(size))
    is_time = exp.Between(
        this=value.copy(),
        low=number(-(-FIRST_MICROSECOND // size)),
        high=number(LAST_MICROSECOND // size),
    )
    return case((is_time, from_micros(micros, dialect)))


def converted(arg: Arg, to: DType, dialect: Dialect) -> exp.Expr:
    """A value of one type as one of another."""
    if arg.dtype == STRING:
        return _parsed(arg(), to, dialect)
    if arg.dtype == BOOL:
        yes, no = (text("true"), text("false")) if to == STRING else (number(1), number(0))
        chosen = case((arg(), yes), (exp.Not(this=arg.operand()), no))
        return cast(chosen, to, dialect)
    if to == BOOL:
        truths = [exp.If(this=number(n), true=exp.Boolean(this=bool(n))) for n in (1, 0)]
        return exp.Case(this=arg(), ifs=truths)
    if (arg.dtype, to) == (DATE, STRING):
        return day_text(arg())
    if to in INTEGERS:
        # Casts of SQL round; a conversion to an integer cuts off.
        whole = arg() if arg.is_integer else function("TRUNC", arg())
        return within(whole, to, dialect)
    if is_decimal(to):
        limit = number(10 ** (to.digits - to.scale))
        return case((exp.LT(this=exp.Abs(this=arg()), expression=limit), cast(arg(), to, dialect)))
    return cast(arg(), to, dialect)


def _parsed(node: exp.Expr, to: DType, dialect: Dialect) -> exp.Expr:
    """The value of a text."""
    if to == BOOL:
        word = told_apart(exp.Lower(this=node), STRING, dialect)
        ifs = [
            exp.If(this=told_apart(text(w), STRING, dialect), true=exp.Boolean(this=v))
            for w, v in _WORDS.items()
        ]
        return exp.Case(this=word, ifs=ifs)
    if to == DATE:
        # Written again it is the same text; there is no year 0.
        read = exp.TryCast(this=node, to=dialect.type_of(DATE))
        is_same = exp.EQ(this=day_text(read.copy()), expression=node.copy())
        is_there = exp.GTE(this=read.copy(), expression=date_literal(FIRST_DAY, dialect))
        day = case((exp.And(this=is_same, expression=is_there), read.copy()))
        return case((has_form(node.copy(), _DAY), day))
    wide = exp.TryCast(this=node, to=dialect.type_of(decimal(38, 0)))
    value = within(wide, to, dialect)
    return case((has_form(node.copy(), _INTEGER), value))
