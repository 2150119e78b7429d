"""Text; regular expressions are Java's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, function, number, text
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.regex import can_match_nothing, group_tokens, parse, spell
from alignc.ir.types import INT64, DType


def _named(name: str, *, is_turned: bool = False) -> Lowering:
    """A function of two texts, with `is_turned` the other one first."""

    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, other = args
        return function(name, *((other(), x()) if is_turned else (x(), other())))

    return lower


def _matches(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, pattern = args
    return function("REGEXP_LIKE", x(), text(spell(parse(str(pattern.constant)), "java")))


def _lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    # Each character by itself: Spark looks at words and makes two letters of \u0130.
    plain = function("TRANSLATE", args[0](), text("\u03a3\u0130"), text("\u03c3i"))
    return exp.Lower(this=plain)


def _find(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    position = exp.Nullif(this=function("INSTR", x(), part()), expression=number(0))
    return cast(exp.Sub(this=position, expression=number(1)), INT64, dialect)


def _replace_matches(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, pattern, value = args
    spelled = spell(parse(str(pattern.constant)), "java")
    plain = re.sub(r"[\\$]", r"\\\g<0>", str(value.constant))
    return function("REGEXP_REPLACE", x(), text(spelled), text(plain))


def _extract(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, pattern, group = args
    tokens, which = parse(str(pattern.constant)), group.constant
    assert isinstance(which, int)
    # An empty text if nothing matches.
    spelled = text(spell(tokens, "java", which or None))
    found = function("REGEXP_EXTRACT", x(), spelled, number(min(which, 1)))
    if not can_match_nothing(group_tokens(tokens, which)):
        return exp.Nullif(this=found, expression=text(""))
    return case((_matches([x, pattern], result, dialect), found))


NATIVE: dict[str, Lowering] = {
    "contains": _named("CONTAINS"),
    "matches": _matches,
    "lower": _lower,
    "strip": _named("BTRIM"),
    "strip_start": _named("LTRIM", is_turned=True),
    "strip_end": _named("RTRIM", is_turned=True),
    "starts_with": _named("STARTSWITH"),
    "ends_with": _named("ENDSWITH"),
    "find": _find,
    "replace_matches": _replace_matches,
    "extract": _extract,
}
