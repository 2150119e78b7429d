"""Text; regular expressions are those of RE2. Hashes are made of texts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
    Dialect,
    cast,
    function,
    micros_of,
    number,
    text,
)
from alignc.backends.sql.ops import text as shared
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.regex import parse, spell
from alignc.ir.types import INT64, STRING, TIMESTAMP, DType


def _contains(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    return exp.GT(this=function("STRPOS", x(), part()), expression=number(0))


def _matches(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, pattern = args
    return function("REGEXP_CONTAINS", x(), text(spell(parse(str(pattern.constant)), "re2")))


def _length(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return function("CHAR_LENGTH", args[0]())


def _lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    # Each character by itself: the rules of Unicode look at words and make two letters of \u0130.
    plain = function("TRANSLATE", args[0](), text("\u03a3\u0130"), text("\u03c3i"))
    return exp.Lower(this=plain)


def _strip(name: str) -> Lowering:
    return lambda args, result, dialect: function(name, args[0](), args[1]())


def _slice(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, offset, *length = args
    start = offset.constant
    assert isinstance(start, int)
    if start >= 0 or not length:
        return shared.NATIVE["slice"](args, result, dialect)
    count, behind = length[0].constant, -start
    assert isinstance(count, int)
    if count >= behind:
        return function("RIGHT", x(), number(behind))
    # SUBSTR takes a place before the text for its beginning.
    end = exp.Sub(this=function("CHAR_LENGTH", x()), expression=number(behind - count))
    before = function("LEFT", x(), function("GREATEST", end, number(0)))
    return function("RIGHT", before, number(count))


def _find(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    position = exp.Nullif(this=function("STRPOS", x(), part()), expression=number(0))
    return exp.Sub(this=position, expression=number(1))


def _replace_matches(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, pattern, value = args
    spelled = spell(parse(str(pattern.constant)), "re2")
    plain = str(value.constant).replace("\\", "\\\\")
    return function("REGEXP_REPLACE", x(), text(spelled), text(plain))


def _extract(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, pattern, group = args
    which = group.constant
    assert isinstance(which, int)
    # Of a pattern with one group it is what that holds.
    spelled = spell(parse(str(pattern.constant)), "re2", which or None)
    return function("REGEXP_EXTRACT", x(), text(spelled))


def _byte_length(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return function("BYTE_LENGTH", args[0]())


def _hash(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    first, *others = (_encoded(a, dialect) for a in args)
    for other in others:
        first = exp.DPipe(this=first, expression=other)
    digits = function("LEFT", function("TO_HEX", function("MD5", first)), number(15))
    return cast(exp.DPipe(this=text("0x"), expression=digits), INT64, dialect)


def _encoded(x: Arg, dialect: Dialect) -> exp.Expr:
    value = x() if x.dtype != TIMESTAMP else micros_of(x())
    shown = value if x.dtype == STRING else cast(value, STRING, dialect)
    length = cast(function("CHAR_LENGTH", shown), STRING, dialect)
    there = exp.DPipe(this=exp.DPipe(this=length, expression=text(":")), expression=shown.copy())
    return exp.Coalesce(this=there, expressions=[text("-")])


NATIVE: dict[str, Lowering] = {
    "contains": _contains,
    "matches": _matches,
    "length": _length,
    "lower": _lower,
    "strip": _strip("TRIM"),
    "strip_start": _strip("LTRIM"),
    "strip_end": _strip("RTRIM"),
    "slice": _slice,
    "find": _find,
    "replace_matches": _replace_matches,
    "extract": _extract,
    "byte_length": _byte_length,
    "hash": _hash,
}
