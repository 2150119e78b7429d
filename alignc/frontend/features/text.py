"""Text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Self

from alignc.frontend.capture import here, report
from alignc.frontend.features.base import (
    Bool,
    Categorical,
    Feature,
    Float64,
    Int64,
    made,
    mistake,
    op,
)
from alignc.frontend.features.lists import List
from alignc.frontend.features.origins import CastOrigin
from alignc.ir import types
from alignc.ir.ops.text import WHITE_SPACE
from alignc.ir.regex import (
    PatternError,
    Token,
    check_extractable,
    check_replaceable,
    literal_text,
    parse,
)


class String(Categorical):
    """Unicode text. Lengths and positions count code points."""

    dtype = types.STRING

    # -- questions

    def contains(self, pattern: str, *, literal: bool = False) -> Bool:
        """Whether a regular expression (or, with `literal`, a text) is found in it."""
        if literal:
            return op(Bool, "contains", self, pattern)
        tokens = _parsed(pattern)
        if tokens is None:
            return mistake(Bool)
        text = literal_text(tokens)
        if text is not None:
            return op(Bool, "contains", self, text)
        return op(Bool, "matches", self, pattern)

    def starts_with(self, text: str | String) -> Bool:
        return op(Bool, "starts_with", self, text)

    def ends_with(self, text: str | String) -> Bool:
        return op(Bool, "ends_with", self, text)

    def find(self, text: str) -> Int64:
        """The position, from 0, at which a text first occurs; null if nowhere."""
        if not text:
            report("ALN153", "an empty text is everywhere", here())
            return mistake(Int64)
        return op(Int64, "find", self, text)

    def length(self) -> Int64:
        return op(Int64, "length", self)

    # -- other texts

    def lower(self) -> String:
        """In small letters, each character by itself."""
        return op(String, "lower", self)

    def upper(self) -> String:
        """With capitals for the letters of Latin-1."""
        return op(String, "upper", self)

    def strip(self, characters: str = WHITE_SPACE) -> String:
        """Without white space, or some characters, at both ends."""
        return op(String, "strip", self, characters)

    def lstrip(self, characters: str = WHITE_SPACE) -> String:
        """Without white space, or some characters, at the start."""
        return op(String, "strip_start", self, characters)

    def rstrip(self, characters: str = WHITE_SPACE) -> String:
        """Without white space, or some characters, at the end."""
        return op(String, "strip_end", self, characters)

    def slice(self, offset: int, length: int | None = None) -> String:
        """The text from a position on, counted from the end if it is negative."""
        if length is None:
            return op(String, "slice", self, offset)
        if length < 0:
            report("ALN151", f"there is no text of length {length}", here())
            return mistake(String)
        return op(String, "slice", self, offset, length)

    def replace(
        self, pattern: str | Mapping[str, str], value: str | None = None, *, literal: bool = False
    ) -> String:
        """With `value` wherever a regular expression (or, with `literal`, a text) is found.

        `replace({pattern: value, ...})` makes several replacements, one after the other.
        """
        if isinstance(pattern, str):
            return _replaced(self, pattern, value or "", literal)
        result: String = self
        for each, new in pattern.items():
            result = _replaced(result, each, new, literal)
        return result

    def extract(self, pattern: str, group: int = 1) -> String:
        """What a group of a regular expression holds where it first matches, else null.

        Group 0 is the whole match.
        """
        tokens = _parsed(pattern)
        if tokens is None:
            return mistake(String)
        try:
            check_extractable(tokens, group)
        except PatternError as error:
            _report_pattern(pattern, error)
            return mistake(String)
        return op(String, "extract", self, pattern, group)

    def append(self, *others: str | Feature) -> String:
        """With other texts behind it."""
        return op(String, "concat", self, *map(_as_text, others))

    def prepend(self, *others: str | Feature) -> String:
        """With other texts before it."""
        return op(String, "concat", *map(_as_text, others), self)

    concat = append

    def split(self, separator: str) -> List:
        """The pieces between the places where a text occurs, also empty ones."""
        if not separator:
            report("ALN153", "an empty text is everywhere", here())
            return mistake(List)
        return op(List(String), "split", self, separator)

    # -- numbers

    def as_float(self) -> Float64:
        """The number that the text is; null if it is none."""
        return made(Float64, CastOrigin(self))

    def as_int(self) -> Int64:
        """The whole number that the text is; null if it is none."""
        return made(Int64, CastOrigin(self))

    # -- claims

    def min_length(self, length: int, *, severity: str | None = None, allow: float = 0.0) -> Self:
        return self._constrained("min_length", length, severity=severity, allow=allow)

    def max_length(self, length: int, *, severity: str | None = None, allow: float = 0.0) -> Self:
        return self._constrained("max_length", length, severity=severity, allow=allow)

    def validate_regex(
        self, pattern: str, *, severity: str | None = None, allow: float = 0.0
    ) -> Self:
        """The regular expression is found in every value."""
        if isinstance(pattern, str) and _parsed(pattern) is None:
            return self
        return self._constrained("matches", pattern, severity=severity, allow=allow)

    def validate_startswith(
        self, text: str, *, severity: str | None = None, allow: float = 0.0
    ) -> Self:
        return self._constrained("starts_with", text, severity=severity, allow=allow)

    def validate_endswith(
        self, text: str, *, severity: str | None = None, allow: float = 0.0
    ) -> Self:
        return self._constrained("ends_with", text, severity=severity, allow=allow)


class UUID(String):
    """A UUID, kept as its text."""

    semantic = "UUID"


def format_string(features: Sequence[Feature], fmt: str) -> String:
    """A text with features in the places of `{}`: `format_string([a, b], "{}-{}")`."""
    texts = [""]
    try:
        for text, field, spec, conversion in Formatter().parse(fmt):
            texts[-1] += text
            if field is None:
                continue
            if field or spec or conversion:
                raise ValueError(f"`{{{field}}}` is not `{{}}`")
            texts.append("")
        if len(texts) != len(features) + 1:
            raise ValueError(f"it has {len(texts) - 1} places for {len(features)} features")
        if not features:
            raise ValueError("it has no places")
    except ValueError as error:
        report("ALN154", f"format {fmt!r}: {error}", here())
        return mistake(String)
    parts: list[str | Feature] = [texts[0]]
    for feature, text in zip(features, texts[1:], strict=True):
        parts += [_as_text(feature), text]
    return op(String, "concat", *(part for part in parts if not isinstance(part, str) or part))


def _as_text(value: str | Feature) -> str | Feature:
    if isinstance(value, str | String):
        return value
    return made(String, CastOrigin(value))


def _parsed(pattern: str) -> tuple[Token, ...] | None:
    try:
        return parse(pattern)
    except PatternError as error:
        _report_pattern(pattern, error)
        return None


def _report_pattern(pattern: str, error: PatternError) -> None:
    report("ALN112", f"pattern {pattern!r}: {error}", here(), "see docs/semantics.md, Text")


def _replaced(x: String, pattern: str, value: str, literal: bool) -> String:
    text: str | None = pattern
    if not literal:
        tokens = _parsed(pattern)
        if tokens is None:
            return mistake(String)
        text = literal_text(tokens)
        if text is None:
            try:
                check_replaceable(tokens)
            except PatternError as error:
                _report_pattern(pattern, error)
                return mistake(String)
            return op(String, "replace_matches", x, pattern, value)
    if not text:
        report("ALN153", "an empty text is everywhere", here())
        return mistake(String)
    return op(String, "replace", x, text, value)
