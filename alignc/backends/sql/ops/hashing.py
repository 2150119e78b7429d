"""Hashes: 15 hexadecimal digits of an MD5 as a number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import POSTGRES, Dialect, cast, function, number, text
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.types import INT64, STRING, TIMESTAMP, DType


def _hash(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    first, *others = (_encoded(a, dialect) for a in args)
    for other in others:
        first = exp.DPipe(this=first, expression=other)
    digits = function("LEFT", function("MD5", first), number(15))
    if dialect != POSTGRES:
        return cast(exp.DPipe(this=text("0x"), expression=digits), INT64, dialect)
    # A hexadecimal number becomes an integer by way of its 64 bits.
    bits = exp.DataType.build("BIT(64)", dialect="postgres")
    return cast(
        exp.Cast(this=exp.DPipe(this=text("x0"), expression=digits), to=bits), INT64, dialect
    )


def _encoded(x: Arg, dialect: Dialect) -> exp.Expr:
    value = _text(x, dialect)
    length = exp.DPipe(this=function("LENGTH", value), expression=text(":"))
    there = exp.DPipe(this=length, expression=value.copy())
    return exp.Coalesce(this=there, expressions=[text("-")])


def _text(x: Arg, dialect: Dialect) -> exp.Expr:
    if x.dtype == STRING:
        return x.operand()
    if x.dtype != TIMESTAMP:
        return cast(x(), STRING, dialect)
    if dialect != POSTGRES:
        return cast(function("EPOCH_US", x()), STRING, dialect)
    seconds = exp.Extract(this=exp.Var(this="EPOCH"), expression=x())
    micros = exp.Mul(this=seconds, expression=number(1_000_000))
    return cast(cast(micros, INT64, dialect), STRING, dialect)


NATIVE: dict[str, Lowering] = {"hash": _hash}
