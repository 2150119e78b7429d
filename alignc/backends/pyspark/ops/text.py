"""Text."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import binary, call, constant, method
from alignc.ir.ops.text import CAPITAL, SMALL
from alignc.ir.regex import can_match_nothing, group_tokens, parse, spell
from alignc.ir.types import INT64, DType


def _contains(args: Sequence[Arg], result: DType) -> ast.expr:
    x, part = args
    return method(x.node, "contains", part.value)


def _matches(args: Sequence[Arg], result: DType) -> ast.expr:
    x, pattern = args
    return method(x.node, "rlike", constant(spell(parse(str(pattern.constant)), "java")))


def _length(args: Sequence[Arg], result: DType) -> ast.expr:
    return cast(call("F.char_length", args[0].node), INT64)


def _lower(args: Sequence[Arg], result: DType) -> ast.expr:
    # Each character by itself: Spark looks at words and makes two letters of \u0130.
    old, new = constant("\u03a3\u0130"), constant("\u03c3i")
    return call("F.lower", call("F.translate", args[0].node, old, new))


def _upper(args: Sequence[Arg], result: DType) -> ast.expr:
    old, new = constant(SMALL), constant(CAPITAL)
    return call("F.translate", args[0].node, old, new)


def _with(name: str) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, other = args
        return call(f"F.{name}", x.node, other.node)

    return lower


def _edge(name: str) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, other = args
        return method(x.node, name, other.value)

    return lower


def _concat(args: Sequence[Arg], result: DType) -> ast.expr:
    return call("F.concat", *(a.node for a in args))


def _slice(args: Sequence[Arg], result: DType) -> ast.expr:
    x, offset, *length = args
    start = offset.constant
    assert isinstance(start, int)
    first = start + 1 if start >= 0 else start
    if length:
        return call("F.substring", x.node, constant(first), length[0].value)
    if start < 0:
        return call("F.right", x.node, call("F.lit", constant(-start)))
    return call("F.substr", x.node, call("F.lit", constant(first)))


def _find(args: Sequence[Arg], result: DType) -> ast.expr:
    x, part = args
    position = call("F.nullif", call("F.instr", x.node, part.value), call("F.lit", constant(0)))
    return binary(cast(position, INT64), ast.Sub(), constant(1))


def _replace(args: Sequence[Arg], result: DType) -> ast.expr:
    return call("F.replace", *(a.node for a in args))


def _replace_matches(args: Sequence[Arg], result: DType) -> ast.expr:
    x, pattern, value = args
    spelled = constant(spell(parse(str(pattern.constant)), "java"))
    plain = re.sub(r"[\\$]", r"\\\g<0>", str(value.constant))
    return call("F.regexp_replace", x.node, spelled, constant(plain))


def _extract(args: Sequence[Arg], result: DType) -> ast.expr:
    x, pattern, group = args
    tokens, which = parse(str(pattern.constant)), group.constant
    assert isinstance(which, int)
    # An empty text if nothing matches.
    spelled = constant(spell(tokens, "java", which or None))
    found = call("F.regexp_extract", x.node, spelled, constant(min(which, 1)))
    if not can_match_nothing(group_tokens(tokens, which)):
        return call("F.nullif", found, call("F.lit", constant("")))
    return call("F.when", _matches([x, pattern], result), found)


NATIVE: dict[str, Lowering] = {
    "contains": _contains,
    "matches": _matches,
    "length": _length,
    "lower": _lower,
    "upper": _upper,
    "strip": _with("btrim"),
    "strip_start": _with("ltrim"),
    "strip_end": _with("rtrim"),
    "starts_with": _edge("startswith"),
    "ends_with": _edge("endswith"),
    "concat": _concat,
    "slice": _slice,
    "find": _find,
    "replace": _replace,
    "replace_matches": _replace_matches,
    "extract": _extract,
}
