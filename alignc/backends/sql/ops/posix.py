r"""Regular expressions as POSIX has them, which Snowflake knows besides `\d`, `\w` and `\s`; so does Redshift.

All groups have a number, classes are written letter by letter, and no quantifier is lazy: of a match
that is only looked for, laziness changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from alignc.ir.regex import Token

_SPECIAL = set(r"\.^$|?*+()[]{}")
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_MEMBER = re.compile(r"\\.|.", re.DOTALL)


def spelled(tokens: Sequence[Token]) -> str:
    """The pattern for a search anywhere in a text."""
    return "".join(map(_spelled, tokens))


def without_backslashes(tokens: Sequence[Token]) -> str:
    """The same pattern if all signs that it has can be in a class; a literal `^` cannot."""
    return "".join(
        f"[{token.text}]" if token.kind == "literal" and token.text in _SPECIAL else _spelled(token)
        for token in tokens
    )


def place_of(tokens: Sequence[Token], group: int) -> int:
    """The number that a group has if all groups are numbered; 0 is the whole match."""
    if group == 0:
        return 0
    opened = [t.text for t in tokens if t.kind == "open"]
    numbered = [i for i, text in enumerate(opened, start=1) if text == "("]
    return numbered[group - 1]


def _spelled(token: Token) -> str:
    match token.kind:
        case "literal":
            return "\\" + token.text if token.text in _SPECIAL else token.text
        case "class":
            return _class(token.text)
        case "any":
            return "[^\n]"
        case "repeat":
            return token.text[:-1] if len(token.text) > 1 and token.text[-1] == "?" else token.text
        case "start":
            return "^"
        case "end":
            return "$"
        case "open":
            return "("
        case "close":
            return ")"
        case "or":
            return "|"


def _class(body: str) -> str:
    """A class as POSIX reads it: `]` first, `-` last, `^` behind something else."""
    is_negated, members = _members(body)
    ends = {"]": "", "-": "", "^": ""}
    inner: list[str] = []
    for member in members:
        if member in ends:
            ends[member] = member
        else:
            inner.append(member)
    if not inner and not ends["]"] and not ends["-"] and not is_negated:
        return r"\^"
    last = ends["^"] + ends["-"]
    if not inner and not ends["]"] and ends["^"] and not is_negated:
        last = "-^"
    return f"[{'^' if is_negated else ''}{ends[']']}{''.join(inner)}{last}]"


def _members(body: str) -> tuple[bool, list[str]]:
    """Whether a class is of all other characters, and its characters and ranges."""
    is_negated = body.startswith("^")
    found: list[str] = []
    parts = _MEMBER.findall(body[is_negated:])
    i = 0
    while i < len(parts):
        character = _character(parts[i])
        if parts[i + 1 : i + 2] == ["-"] and i + 2 < len(parts):
            found.append(f"{character}-{_character(parts[i + 2])}")
            i += 3
        else:
            found.append(character)
            i += 1
    return is_negated, found


def _character(part: str) -> str:
    if not part.startswith("\\"):
        return part
    return _CONTROL.get(part[1], part[1])
