r"""Times written as text: the strptime parts that mean the same on every engine.

`%Y%m%dT%H` is the texts that match a regular expression with a group for each part; such a text says
the same as the ISO 8601 text of its groups, `1-2-3 4`. Programs read it that way, because engines do
not agree on what their own formats let pass: a missing zero, two digits of a year, hour 24.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

# What a text may have in place of a part. The offset is the way ISO 8601 has it.
PARTS: Final = {
    "%Y": "[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9]",
    "%m": "0[1-9]|1[0-2]",
    "%d": "0[1-9]|[12][0-9]|3[01]",
    "%H": "[01][0-9]|2[0-3]",
    "%M": "[0-5][0-9]",
    "%S": "[0-5][0-9]",
    "%f": "[0-9]{1,6}",
    "%z": "Z|[+-][0-9]{2}:?[0-9]{2}",
}

_TOKEN = re.compile(r"%.|[^%]+|%", re.DOTALL)
_SPECIAL = re.compile(r"[.^$*+?()\[\]{}|\\]")


def mistake_in(format: str) -> str | None:
    """What is wrong with a format; None if every engine can read it."""
    parts = [t for t in _TOKEN.findall(format) if t.startswith("%") and t != "%%"]
    for part in parts:
        if part not in PARTS:
            return f"`{part}` is not among the parts that every engine knows: {', '.join(PARTS)}"
        if parts.count(part) > 1:
            return f"`{part}` is there twice"
    missing = [part for part in ("%Y", "%m", "%d") if part not in parts]
    if missing:
        return f"`{missing[0]}` is missing: a time needs a year, a month and a day"
    for part, needed in (("%f", "%S"), ("%S", "%M"), ("%M", "%H"), ("%H", "%M"), ("%z", "%M")):
        if part in parts and needed not in parts:
            return f"`{part}` needs `{needed}`"
    return None


def pattern_of(format: str) -> str:
    """The regular expression of a text in the format, without anchors, a group for each part."""
    return "".join(_pattern(token) for token in _TOKEN.findall(format))


def iso_of(format: str, group: Callable[[int], str]) -> str:
    """The ISO 8601 text of the groups of `pattern_of`; `group` spells a reference to one."""
    parts = [t for t in _TOKEN.findall(format) if t in PARTS]
    at = {part: group(i) for i, part in enumerate(parts, start=1)}
    text = f"{at['%Y']}-{at['%m']}-{at['%d']}"
    for part, before in (("%H", " "), ("%M", ":"), ("%S", ":"), ("%f", "."), ("%z", "")):
        if part in at:
            text += before + at[part]
    return text


def _pattern(token: str) -> str:
    if token in PARTS:
        return f"({PARTS[token]})"
    literal = "%" if token == "%%" else token
    return _SPECIAL.sub(r"\\\g<0>", literal)
