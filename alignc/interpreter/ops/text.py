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


OPS: dict[str, Callable[..., Value]] = {
    "contains": null_if_any_is_null(contains),
    "matches": null_if_any_is_null(matches),
}
