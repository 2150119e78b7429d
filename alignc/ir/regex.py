r"""Regular expressions that mean the same everywhere: the RE2 subset, by character.

A pattern is read into tokens, and each engine gets the tokens in its own spelling. `\d`, `\w` and
`\s` are the ASCII classes, `.` is any character but a newline, `^` and `$` are the start and the
end of the text. Look-around, back-references, inline flags, possessive quantifiers and Unicode
properties have no common meaning and are refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["literal", "class", "any", "start", "end", "open", "close", "or", "repeat"]


@dataclass(frozen=True)
class Token:
    """`text` is the character of a literal, the body of a class, the quantifier of a repeat.

    Of an `open` it is `(` or `(?:`, which groups without a number.
    """

    kind: TokenKind
    text: str = ""


class PatternError(ValueError):
    """The pattern is not one that every engine understands in the same way."""


_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}
_NEGATED = {"D": "0-9", "W": "0-9A-Za-z_", "S": r"\t\n\f\r "}
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})\??")
_MOST_ALTERNATIVES = 64
_SPECIAL = set(r"\.^$|?*+()[]{}")


def parse(pattern: str) -> tuple[Token, ...]:
    """The tokens of a pattern; PatternError with the reason if it is outside the subset.

    >>> [t.kind for t in parse("^a.$")]
    ['start', 'literal', 'any', 'end']
    """
    tokens: list[Token] = []
    i = 0
    while i < len(pattern):
        token, i = _next(pattern, i)
        tokens.append(token)
    try:
        re.compile(spell(tokens, "python"))
    except re.error as error:
        raise PatternError(str(error)) from None
    return tuple(tokens)


def _next(pattern: str, i: int) -> tuple[Token, int]:
    rest = pattern[i:]
    match rest[0]:
        case "\\":
            return _escape(rest), i + 2
        case ".":
            return Token("any"), i + 1
        case "^":
            return Token("start"), i + 1
        case "$":
            return Token("end"), i + 1
        case "|":
            return Token("or"), i + 1
        case ")":
            return Token("close"), i + 1
        case "(":
            if rest.startswith("(?:"):
                return Token("open", "(?:"), i + 3
            if rest.startswith("(?"):
                raise PatternError(f"`{rest[:4]}` is not supported: only plain groups and `(?:`")
            return Token("open", "("), i + 1
        case "[":
            return _class(pattern, i)
        case "*" | "+" | "?" | "{":
            if quantifier := _QUANTIFIER.match(rest):
                end = i + quantifier.end()
                if pattern[end : end + 1] == "+":
                    raise PatternError("possessive quantifiers are not supported")
                return Token("repeat", quantifier[0]), end
            return Token("literal", rest[0]), i + 1
        case character:
            return Token("literal", character), i + 1


def _escape(rest: str) -> Token:
    if len(rest) < 2:
        raise PatternError("the pattern ends in a backslash")
    letter = rest[1]
    if letter in _CLASSES:
        return Token("class", _CLASSES[letter])
    if letter in _NEGATED:
        return Token("class", "^" + _NEGATED[letter])
    if letter in _ESCAPED:
        return Token("literal", _ESCAPED[letter])
    if letter.isalnum():
        raise PatternError(f"`\\{letter}` is not supported")
    return Token("literal", letter)


def _class(pattern: str, start: int) -> tuple[Token, int]:
    i, body = start + 1, ""
    if pattern[i : i + 1] == "^":
        body, i = "^", i + 1
    first = True
    while i < len(pattern) and (pattern[i] != "]" or first):
        first = False
        character = pattern[i]
        if character == "[":
            raise PatternError("write `\\[` inside a character class")
        if character == "\\":
            letter = pattern[i + 1 : i + 2]
            if letter in _CLASSES:
                body += _CLASSES[letter]
            elif letter in _ESCAPED:
                body += "\\" + letter
            elif not letter or letter.isalnum():
                raise PatternError(f"`\\{letter}` is not supported inside a character class")
            else:
                body += "\\" + letter
            i += 2
        elif character in "&~^":
            # Some engines read && and ~~ as set operations, and a later ^ as a negation.
            body, i = body + "\\" + character, i + 1
        else:
            body, i = body + character, i + 1
    if i >= len(pattern):
        raise PatternError("a character class is not closed")
    return Token("class", body), i + 1


def literal_text(tokens: tuple[Token, ...]) -> str | None:
    """The text that the pattern spells if it has no operators, else None."""
    if all(t.kind == "literal" for t in tokens):
        return "".join(t.text for t in tokens)
    return None


def check_replaceable(tokens: tuple[Token, ...]) -> None:
    """PatternError if engines would not agree on what to replace."""
    if can_match_nothing(tokens):
        raise PatternError(
            "it matches the empty text, of which there is one between all characters"
        )
    _check_one_match(tokens)


def check_extractable(tokens: tuple[Token, ...], group: int) -> None:
    """PatternError if there is no such group, or engines would not agree on what it holds.

    Some engines give an empty text for a group that took no part in the match, others a null.
    """
    _check_one_match(tokens)
    groups = _groups(tokens)
    if not 0 <= group <= len(groups):
        raise PatternError(f"it has no group {group}")
    if group and not groups[group - 1]:
        raise PatternError(f"group {group} may take no part in a match")


def group_tokens(tokens: Sequence[Token], group: int) -> Sequence[Token]:
    """The pattern of a numbered group; the whole pattern is group 0."""
    if group == 0:
        return tokens
    start = [i for i, t in enumerate(tokens) if t == Token("open", "(")][group - 1] + 1
    return tokens[start : closing(tokens, start)]


def can_match_nothing(tokens: Sequence[Token]) -> bool:
    """Whether the pattern matches in an empty text."""
    return re.search(spell(tokens, "python"), "") is not None


def _groups(tokens: Sequence[Token], is_certain: bool = True) -> list[bool]:
    """For each numbered group whether it takes part, once, in every match."""
    found: list[bool] = []
    branches = branches_of(tokens)
    for branch in branches:
        i = 0
        while i < len(branch):
            token, i = branch[i], i + 1
            if token.kind == "open":
                end = closing(branch, i)
                is_repeated = any(t.kind == "repeat" for t in branch[end + 1 : end + 2])
                inside = is_certain and len(branches) == 1 and not is_repeated
                found += [inside] if token.text == "(" else []
                found += _groups(branch[i:end], inside)
                i = end + 1
    return found


def _check_one_match(tokens: tuple[Token, ...]) -> None:
    """PatternError unless all engines choose the same of the matches that start in one place.

    PostgreSQL takes the longest and the others the first, so the first must be the longest. That is
    so for characters in a row, each with a quantifier or without, and where alternatives become
    shorter.
    """
    if any(t.kind == "repeat" and t.text.endswith("?") and t.text != "?" for t in tokens):
        raise PatternError("`*?` and the like are not supported here")
    lengths = [_fixed_length(branch) for branch in _alternatives(tokens)]
    if len(lengths) == 1:
        return
    known = [length for length in lengths if length is not None]
    if len(known) < len(lengths):
        raise PatternError("beside `|` or an optional group there is a `*` or `+`")
    if known != sorted(known, reverse=True):
        raise PatternError("of alternatives the longer one must come first")


def _fixed_length(branch: Sequence[Token]) -> int | None:
    """How many characters it matches; None if that depends on the text."""
    if any(t.kind == "repeat" for t in branch):
        return None
    return sum(t.kind in ("literal", "class", "any") for t in branch)


def _alternatives(tokens: Sequence[Token]) -> list[list[Token]]:
    """The pattern as alternatives without groups, in the order in which they are tried."""
    made: list[list[Token]] = []
    for branch in branches_of(tokens):
        ways: list[list[Token]] = [[]]
        i = 0
        while i < len(branch):
            token, i = branch[i], i + 1
            inner = [[token]]
            if token.kind == "open":
                end = closing(branch, i)
                inner, i = _alternatives(branch[i:end]), end + 1
            if i < len(branch) and branch[i].kind == "repeat":
                quantifier, i = branch[i], i + 1
                if token.kind != "open":
                    inner = [[token, quantifier]]
                elif quantifier.text == "?":
                    inner = [*inner, []]
                else:
                    raise PatternError("a repeated group is not supported here")
            ways = [[*way, *more] for way in ways for more in inner]
            if len(ways) > _MOST_ALTERNATIVES:
                raise PatternError("it has too many alternatives")
        made += ways
    return made


def branches_of(tokens: Sequence[Token]) -> list[list[Token]]:
    """The branches between the `|` outside of groups."""
    branches: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if token.kind == "or" and depth == 0:
            branches.append([])
        else:
            branches[-1].append(token)
    return branches


def closing(tokens: Sequence[Token], start: int) -> int:
    """Where the group ends whose content begins at `start`."""
    depth = 1
    for i in range(start, len(tokens)):
        depth += {"open": 1, "close": -1}.get(tokens[i].kind, 0)
        if depth == 0:
            return i
    raise PatternError("a group is not closed")


Engine = Literal["python", "re2", "rust", "java", "postgres"]


def spell(tokens: Sequence[Token], engine: Engine, group: int | None = None) -> str:
    """The pattern as an engine wants it, for a search anywhere in the text.

    Only the numbered `group`, which is the whole pattern if 0, is one that the engine numbers.
    """
    end = {"python": r"\Z", "re2": r"\z", "rust": r"\z", "java": r"\z", "postgres": r"\Z"}[engine]
    start = r"\A"
    spelled: list[str] = []
    groups = 0
    for token in tokens:
        match token.kind:
            case "literal":
                spelled.append("\\" + token.text if token.text in _SPECIAL else token.text)
            case "class":
                spelled.append(f"[{token.text}]")
            case "any":
                spelled.append(r"[^\n]")
            case "start":
                spelled.append(start)
            case "end":
                spelled.append(end)
            case "open":
                groups += token.text == "("
                is_wanted = token.text == "(" and groups == group
                spelled.append("(" if is_wanted else "(?:")
            case "close":
                spelled.append(")")
            case "or":
                spelled.append("|")
            case "repeat":
                spelled.append(token.text)
    return f"({''.join(spelled)})" if group == 0 else "".join(spelled)
