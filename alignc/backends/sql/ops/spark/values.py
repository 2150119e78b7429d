"""Hashes, and the values in JSON texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, function, micros_of, number, text
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.json_path import parse_path
from alignc.ir.types import FLOAT64, INT64, STRING, TIMESTAMP, DType


def _hash(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    first, *others = (_encoded(a, dialect) for a in args)
    for other in others:
        first = exp.DPipe(this=first, expression=other)
    digits = function("LEFT", function("MD5", first), number(15))
    return cast(function("CONV", digits, number(16), number(10)), INT64, dialect)


def _encoded(x: Arg, dialect: Dialect) -> exp.Expr:
    value = x() if x.dtype != TIMESTAMP else micros_of(x())
    shown = value if x.dtype == STRING else cast(value, STRING, dialect)
    length = exp.DPipe(this=function("CHAR_LENGTH", shown), expression=text(":"))
    there = exp.DPipe(this=length, expression=shown.copy())
    return exp.Coalesce(this=there, expressions=[text("-")])


def _json(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, path = args
    spelled = text("$" + "".join(map(_step, parse_path(str(path.constant)))))
    value = function("TRY_VARIANT_GET", function("TRY_PARSE_JSON", x()), spelled, text("variant"))
    kind = function("SCHEMA_OF_VARIANT", value)
    if result == FLOAT64:
        # With a point a number is a decimal, if that has room for its digits.
        fits: exp.Expr = function("REGEXP_LIKE", kind, text("^(?:BIGINT|DECIMAL|DOUBLE)"))
    else:
        fits = exp.EQ(this=kind, expression=text(dialect.type_text(result)))
    return case((fits, cast(value.copy(), result, dialect)))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", step) else f'["{step}"]'


NATIVE: dict[str, Lowering] = {
    "hash": _hash,
    **dict.fromkeys(("json_string", "json_integer", "json_float", "json_boolean"), _json),
}
