"""Text."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import binary, call, constant, method, texts
from alignc.ir.ops.text import CAPITAL, SMALL
from alignc.ir.regex import parse, spell
from alignc.ir.types import INT64, DType


def _contains(args: Sequence[Arg], result: DType) -> ast.expr:
    x, part = args
    return method(x.node, "str.contains", part.value, literal=constant(True))


def _matches(args: Sequence[Arg], result: DType) -> ast.expr:
    x, pattern = args
    spelled = spell(parse(str(pattern.constant)), "rust")
    return method(x.node, "str.contains", constant(spelled))


def _length(args: Sequence[Arg], result: DType) -> ast.expr:
    return cast(method(args[0].node, "str.len_chars"), INT64)


def _lower(args: Sequence[Arg], result: DType) -> ast.expr:
    # Each character by itself: Polars looks at words and makes two letters of \u0130.
    old, new = texts(["\u03a3", "\u0130"]), texts(["\u03c3", "i"])
    return method(method(args[0].node, "str.replace_many", old, new), "str.to_lowercase")


def _upper(args: Sequence[Arg], result: DType) -> ast.expr:
    old, new = (call("list", constant(a)) for a in (SMALL, CAPITAL))
    return method(args[0].node, "str.replace_many", old, new)


def _with(name: str) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, other = args
        return method(x.node, name, other.value)

    return lower


def _concat(args: Sequence[Arg], result: DType) -> ast.expr:
    first, *others = args
    joined = first.node if all(a.is_constant for a in args) else first.value
    for other in others:
        joined = binary(joined, ast.Add(), other.value)
    return joined


def _slice(args: Sequence[Arg], result: DType) -> ast.expr:
    x, *bounds = args
    return method(x.node, "str.slice", *(b.value for b in bounds))


def _find(args: Sequence[Arg], result: DType) -> ast.expr:
    x, part = args
    # `str.find` counts bytes.
    parts = method(x.node, "str.splitn", part.value, constant(2))
    before = method(parts, "struct.field", constant("field_0"))
    position = cast(method(before, "str.len_chars"), INT64)
    return method(call("pl.when", _contains(args, result)), "then", position)


def _replace(args: Sequence[Arg], result: DType) -> ast.expr:
    x, *parts = args
    return method(x.node, "str.replace_all", *(p.value for p in parts), literal=constant(True))


def _replace_matches(args: Sequence[Arg], result: DType) -> ast.expr:
    x, pattern, value = args
    spelled = constant(spell(parse(str(pattern.constant)), "rust"))
    plain = constant(str(value.constant).replace("$", "$$"))
    return method(x.node, "str.replace_all", spelled, plain)


def _extract(args: Sequence[Arg], result: DType) -> ast.expr:
    x, pattern, group = args
    assert isinstance(group.constant, int)
    spelled = spell(parse(str(pattern.constant)), "rust", group.constant or None)
    if group.constant == 0:
        return method(x.node, "str.extract", constant(spelled), constant(0))
    return method(x.node, "str.extract", constant(spelled))


NATIVE: dict[str, Lowering] = {
    "contains": _contains,
    "matches": _matches,
    "length": _length,
    "lower": _lower,
    "upper": _upper,
    "strip": _with("str.strip_chars"),
    "strip_start": _with("str.strip_chars_start"),
    "strip_end": _with("str.strip_chars_end"),
    "starts_with": _with("str.starts_with"),
    "ends_with": _with("str.ends_with"),
    "concat": _concat,
    "slice": _slice,
    "find": _find,
    "replace": _replace,
    "replace_matches": _replace_matches,
    "extract": _extract,
}
