"""Text."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
    POSTGRES,
    Dialect,
    case,
    cast,
    function,
    identifier,
    number,
    text,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.expr import Literal
from alignc.ir.ops.text import CAPITAL, SMALL
from alignc.ir.regex import can_match_nothing, group_tokens, parse, spell
from alignc.ir.types import INT64, DType


def _contains(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    if dialect == POSTGRES:
        return exp.GT(this=function("STRPOS", x(), part()), expression=number(0))
    return function("CONTAINS", x(), part())


def _matches(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, pattern = args
    tokens = parse(str(pattern.constant))
    if dialect == POSTGRES:
        return exp.RegexpLike(this=x.operand(), expression=text(spell(tokens, "postgres")))
    return function("REGEXP_MATCHES", x(), text(spell(tokens, "re2")))


def _length(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return cast(function("LENGTH", args[0]()), INT64, dialect)


def _lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if dialect != POSTGRES:
        return exp.Lower(this=x())
    # The collation of the database may know ASCII alone; ICU looks at words and makes \u0130 two letters.
    plain = function("TRANSLATE", x(), text("\u03a3\u0130"), text("\u03c3i"))
    lowered = exp.Lower(this=exp.Collate(this=plain, expression=identifier("und-x-icu")))
    # Else a column of it could not be compared with one that is ordered by code points.
    return exp.Collate(this=lowered, expression=identifier("default"))


def lower_by_character(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    """Each character by itself: what stands around one must not matter."""
    plain = function("TRANSLATE", args[0](), text("\u03a3\u0130"), text("\u03c3i"))
    return exp.Lower(this=plain)


def _upper(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    return function("TRANSLATE", x(), text(SMALL), text(CAPITAL))


def _strip(duckdb: str, postgres: str) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, characters = args
        return function(postgres if dialect == POSTGRES else duckdb, x(), characters())

    return lower


def _starts_with(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, start = args
    return function("STARTS_WITH", x(), start())


def _ends_with(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, end = args
    if dialect != POSTGRES:
        return function("ENDS_WITH", x(), end())
    if isinstance(end.expr, Literal):
        length = number(len(str(end.constant)))
    else:
        length = function("LENGTH", end())
    return exp.EQ(this=function("RIGHT", x(), length), expression=end.operand())


def _concat(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    joined, *others = (a.operand() for a in args)
    for other in others:
        joined = exp.DPipe(this=joined, expression=other)
    return joined


def _slice(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, offset, *length = args
    start = offset.constant
    assert isinstance(start, int)
    lengths = [a() for a in length]
    if start >= 0:
        if start == 0 and lengths:
            return function("LEFT", x(), *lengths)
        return function("SUBSTR", x(), number(start + 1), *lengths)
    if not lengths:
        return function("RIGHT", x(), number(-start))
    if dialect != POSTGRES:
        return function("SUBSTR", x(), number(start), *lengths)
    first = exp.Sub(this=function("LENGTH", x()), expression=number(-start - 1))
    return function("SUBSTR", x(), first, *lengths)


def _find(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    position = exp.Nullif(this=function("STRPOS", x(), part()), expression=number(0))
    return cast(exp.Sub(this=position, expression=number(1)), INT64, dialect)


def _replace(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return function("REPLACE", *(a() for a in args))


def _replace_matches(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, pattern, value = args
    spelled = spell(parse(str(pattern.constant)), "postgres" if dialect == POSTGRES else "re2")
    plain = str(value.constant).replace("\\", "\\\\")
    return function("REGEXP_REPLACE", x(), text(spelled), text(plain), text("g"))


def _extract(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, pattern, group = args
    tokens, which = parse(str(pattern.constant)), group.constant
    assert isinstance(which, int)
    if dialect == POSTGRES:
        return function("SUBSTRING", x(), text(spell(tokens, "postgres", which)))
    # An empty text if nothing matches.
    spelled = text(spell(tokens, "re2", which or None))
    found = function("REGEXP_EXTRACT", x(), spelled, *([number(1)] if which else []))
    if not can_match_nothing(group_tokens(tokens, which)):
        return exp.Nullif(this=found, expression=text(""))
    return case((_matches([x, pattern], result, dialect), found))


NATIVE: dict[str, Lowering] = {
    "contains": _contains,
    "matches": _matches,
    "length": _length,
    "lower": _lower,
    "upper": _upper,
    "strip": _strip("TRIM", "BTRIM"),
    "strip_start": _strip("LTRIM", "LTRIM"),
    "strip_end": _strip("RTRIM", "RTRIM"),
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "concat": _concat,
    "slice": _slice,
    "find": _find,
    "replace": _replace,
    "replace_matches": _replace_matches,
    "extract": _extract,
}
