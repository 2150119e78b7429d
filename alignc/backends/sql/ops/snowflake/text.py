"""Text; what is compared by code point has no collation."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, cast, function, number, text
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.posix import place_of, spelled
from alignc.backends.sql.ops.text import lower_by_character
from alignc.ir.regex import parse
from alignc.ir.types import INT64, DType


def _named(name: str) -> Lowering:
    return lambda args, result, dialect: function(name, *(a() for a in args))


def _matches(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, pattern = args
    # REGEXP_LIKE asks whether the whole text matches.
    place = function("REGEXP_INSTR", x(), text(spelled(parse(str(pattern.constant)))))
    return exp.GT(this=place, expression=number(0))


def _length(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return function("LENGTH", args[0]())


def _slice(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, offset, *length = args
    start = offset.constant
    assert isinstance(start, int)
    lengths = [a() for a in length]
    if start >= 0:
        return function("SUBSTR", x(), number(start + 1), *lengths)
    end = function("RIGHT", x(), number(-start))
    if not lengths:
        return end
    # A text that is shorter begins behind the offset, and has less of what is asked for.
    before = exp.Sub(this=function("LENGTH", x()), expression=number(-start))
    missing = function("LEAST", before, number(0))
    left = exp.Add(this=lengths[0], expression=missing)
    return function("LEFT", end, function("GREATEST", left, number(0)))


def _find(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    position = exp.Nullif(this=function("CHARINDEX", part(), x()), expression=number(0))
    return cast(exp.Sub(this=position, expression=number(1)), INT64, dialect)


def _replace_matches(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, pattern, value = args
    plain = str(value.constant).replace("\\", "\\\\")
    return function("REGEXP_REPLACE", x(), text(spelled(parse(str(pattern.constant)))), text(plain))


def _extract(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, pattern, group = args
    tokens, which = parse(str(pattern.constant)), group.constant
    assert isinstance(which, int)
    found = [x(), text(spelled(tokens))]
    if which:
        # From the first character on, of the first match, the group with this number.
        found += [number(1), number(1), text("e"), number(place_of(tokens, which))]
    return function("REGEXP_SUBSTR", *found)


NATIVE: dict[str, Lowering] = {
    "contains": _named("CONTAINS"),
    "matches": _matches,
    "length": _length,
    "lower": lower_by_character,
    "strip": _named("TRIM"),
    "strip_start": _named("LTRIM"),
    "strip_end": _named("RTRIM"),
    "starts_with": _named("STARTSWITH"),
    "ends_with": _named("ENDSWITH"),
    "slice": _slice,
    "find": _find,
    "replace_matches": _replace_matches,
    "extract": _extract,
}
