"""Text."""

from __future__ import annotations

import re
from collections.abc import Callable

from alignc.interpreter.values import Value, null_if_any_is_null
from alignc.ir.regex import parse, spell


def contains(x: str, text: str) -> bool:
    return text in x


def matches(x: str, pattern: str) -> bool:
    return re.search(spell(parse(pattern), "python"), x) is not None


def length(x: str) -> int:
    return len(x)


def lower(x: str) -> str:
    # Of one character alone: a final sigma needs a word, and the small \u0130 would be two characters.
    return "".join("i" if character == "\u0130" else character.lower() for character in x)


def upper(x: str) -> str:
    return "".join(c.upper() if c.isascii() or "\u00e0" <= c <= "\u00ff" else c for c in x)


def starts_with(x: str, text: str) -> bool:
    return x[: len(text)] == text


def ends_with(x: str, text: str) -> bool:
    return x[len(x) - len(text) :] == text if len(text) <= len(x) else False


def concat(*texts: str) -> str:
    return "".join(texts)


def slice_(x: str, offset: int, length: int | None = None) -> str:
    start = len(x) + offset if offset < 0 else offset
    return "".join(
        character
        for position, character in enumerate(x)
        if start <= position and (length is None or position < start + length)
    )


def find(x: str, text: str) -> int | None:
    position = x.find(text)
    return None if position < 0 else position


def replace(x: str, text: str, value: str) -> str:
    return x.replace(text, value)


def replace_matches(x: str, pattern: str, value: str) -> str:
    return re.sub(spell(parse(pattern), "python"), lambda _: value, x)


def extract(x: str, pattern: str, group: int) -> str | None:
    found = re.search(spell(parse(pattern), "python", group), x)
    return None if found is None else found[1]


OPS: dict[str, Callable[..., Value]] = {
    "contains": null_if_any_is_null(contains),
    "matches": null_if_any_is_null(matches),
    "length": null_if_any_is_null(length),
    "lower": null_if_any_is_null(lower),
    "upper": null_if_any_is_null(upper),
    "strip": null_if_any_is_null(str.strip),
    "strip_start": null_if_any_is_null(str.lstrip),
    "strip_end": null_if_any_is_null(str.rstrip),
    "starts_with": null_if_any_is_null(starts_with),
    "ends_with": null_if_any_is_null(ends_with),
    "concat": null_if_any_is_null(concat),
    "slice": null_if_any_is_null(slice_),
    "find": null_if_any_is_null(find),
    "replace": null_if_any_is_null(replace),
    "replace_matches": null_if_any_is_null(replace_matches),
    "extract": null_if_any_is_null(extract),
}
