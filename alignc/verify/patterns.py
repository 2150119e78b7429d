"""Texts that match a pattern of the common subset, drawn token by token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from random import Random

from alignc.ir.regex import Token, branches_of, closing, parse

# What a character of a class is drawn from: most of them are ASCII.
_CHARACTERS = "".join(map(chr, range(32, 127))) + "\t\n\u00e9\u00df\u0130\u0301\U0001f600"


def draw_match(pattern: str, draw: Random) -> str:
    """A text that the pattern matches, if its anchors are where they usually are."""
    return _any_of(parse(pattern), draw)


def _any_of(tokens: Sequence[Token], draw: Random) -> str:
    branch = draw.choice(branches_of(tokens))
    made: list[str] = []
    i = 0
    while i < len(branch):
        token, i = branch[i], i + 1
        inside: Sequence[Token] = ()
        if token.kind == "open":
            end = closing(branch, i)
            inside, i = branch[i:end], end + 1
        count = 1
        if i < len(branch) and branch[i].kind == "repeat":
            count, i = _count(branch[i].text, draw), i + 1
        made += [_one(token, inside, draw) for _ in range(count)]
    return "".join(made)


def _one(token: Token, inside: Sequence[Token], draw: Random) -> str:
    match token.kind:
        case "literal":
            return token.text
        case "class":
            return draw.choice(_members(token.text))
        case "any":
            return draw.choice(_members("^\\n"))
        case "open":
            return _any_of(inside, draw)
        case _:
            return ""


@cache
def _members(body: str) -> str:
    found = "".join(c for c in _CHARACTERS if re.match(f"[{body}]", c))
    # A class of none of these: its first character.
    return found or body.lstrip("\\")[:1]


def _count(quantifier: str, draw: Random) -> int:
    match quantifier.removesuffix("?") or "?":
        case "*":
            return draw.randint(0, 3)
        case "+":
            return draw.randint(1, 4)
        case "?":
            return draw.randint(0, 1)
        case bounds:
            low, comma, high = bounds[1:-1].partition(",")
            most = int(high) if high else int(low) + (3 if comma else 0)
            return draw.choice([int(low), draw.randint(int(low), most), most])
