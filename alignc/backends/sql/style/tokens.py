"""The words and signs of a printed SQL text, each as it stands there.

    SUM("a b") - 'it''s'      ->      SUM  (  "a b"  )  -  'it''s'

Only what a printer writes is known: there are no comments, and a text with a doubled quote is one token.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class Kind(Enum):
    """What a token is; WORD is a bare word, of which only the letters' case may change."""

    WORD = "word"
    NAME = "name"
    TEXT = "text"
    NUMBER = "number"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """A token; `is_apart` tells whether there is space before it, or the end of a line.

    `word` is a bare word in lower case, and nothing for other tokens.
    """

    kind: Kind
    text: str
    is_apart: bool = False
    word: str = ""


# A text may have a letter before it, which says how it is read; after an E a backslash takes the next sign.
_TOKEN = re.compile(
    r"""(?P<space>\s*)(?:
      (?P<text>[eE]'(?:[^'\\]|\\.|'')*'|(?:[bBnNxX]|[uU]&)?'(?:[^']|'')*')
    | (?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`)
    | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<sign>::|:=|[-+*/<>=~!@\#%^&|?]+|.)
    )""",
    re.VERBOSE | re.DOTALL,
)


# Most texts are names of columns, which a query has again and again.
@lru_cache(maxsize=4096)
def tokens_of(text: str) -> tuple[Token, ...]:
    """All tokens of a text, in their order."""
    found: list[Token] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        assert match is not None
        assert match.lastgroup is not None
        space = match.end("space")
        kind, token = Kind(match.lastgroup), text[space : match.end()]
        word = token.lower() if kind is Kind.WORD else ""
        found.append(Token(kind, token, space > place, word))
        place = match.end()
    return tuple(found)


def names_in(texts: Iterable[str]) -> set[str]:
    """The quoted names that stand before a dot in any of the texts, as they are without quotes."""
    found = set()
    for text in texts:
        tokens = tokens_of(text)
        for token, following in itertools.pairwise(tokens):
            if token.kind is Kind.NAME and following.text == ".":
                found.add(unquoted(token.text))
    return found


def unquoted(name: str) -> str:
    """The name that a quoted one stands for."""
    return name[1:-1].replace(2 * name[0], name[0])
