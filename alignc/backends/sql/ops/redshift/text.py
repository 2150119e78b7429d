"""Text, which has no collation but that of its bytes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, cast, function, number, text
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.comparison import told_apart
from alignc.backends.sql.ops.hashed_text import hashed_text
from alignc.backends.sql.ops.posix import without_backslashes
from alignc.backends.sql.ops.text import lower_by_character
from alignc.ir.expr import Literal
from alignc.ir.regex import parse
from alignc.ir.types import INT64, STRING, DType


def has_form(node: exp.Expr, pattern: str) -> exp.Expr:
    """Whether a part of a text has a form."""
    return exp.GT(this=function("REGEXP_INSTR", node, text(pattern)), expression=number(0))


def _matches(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, pattern = args
    return has_form(x(), without_backslashes(parse(str(pattern.constant))))


def _contains(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    return exp.GT(this=function("STRPOS", x(), part()), expression=number(0))


def _length(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return cast(function("LEN", args[0]()), INT64, dialect)


def _stripped(name: str) -> Lowering:
    return lambda args, result, dialect: function(name, *(a() for a in args))


def _size(x: Arg) -> exp.Expr:
    if isinstance(x.expr, Literal):
        return number(len(str(x.constant)))
    return function("LEN", x())


def _starts_with(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, start = args
    first = function("SUBSTRING", x(), number(1), _size(start))
    return _same(first, start, dialect)


def _ends_with(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, end = args
    place = exp.Sub(this=function("LEN", x()), expression=_size(end))
    last = function("SUBSTRING", x(), exp.Add(this=place, expression=number(1)), _size(end))
    return _same(last, end, dialect)


def _same(part: exp.Expr, wanted: Arg, dialect: Dialect) -> exp.Expr:
    return exp.EQ(
        this=told_apart(part, STRING, dialect),
        expression=told_apart(wanted(), STRING, dialect),
    )


def _slice(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, offset, *length = args
    start = offset.constant
    assert isinstance(start, int)
    first: exp.Expr = number(start + 1)
    if start < 0:
        first = exp.Sub(this=function("LEN", x()), expression=number(-start - 1))
    return function("SUBSTRING", x(), first, *(a() for a in length))


def _find(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    position = exp.Nullif(this=function("STRPOS", x(), part()), expression=number(0))
    return cast(exp.Sub(this=position, expression=number(1)), INT64, dialect)


def _hash(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    first, *others = (hashed_text(a, "LEN", dialect) for a in args)
    for other in others:
        first = exp.DPipe(this=first, expression=other)
    return function("STRTOL", function("LEFT", function("MD5", first), number(15)), number(16))


NATIVE: dict[str, Lowering] = {
    "contains": _contains,
    "matches": _matches,
    "length": _length,
    "lower": lower_by_character,
    "strip": _stripped("BTRIM"),
    "strip_start": _stripped("LTRIM"),
    "strip_end": _stripped("RTRIM"),
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "slice": _slice,
    "find": _find,
    "hash": _hash,
}
