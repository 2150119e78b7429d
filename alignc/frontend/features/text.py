"""Text."""

from __future__ import annotations

from typing import Self

from alignc.frontend.capture import here, report
from alignc.frontend.features.base import Bool, Categorical, mistake, op
from alignc.ir import types
from alignc.ir.regex import PatternError, literal_text, parse


class String(Categorical):
    """Unicode text."""

    dtype = types.STRING

    def contains(self, pattern: str, *, literal: bool = False) -> Bool:
        """Whether a regular expression (or, with `literal`, a text) is found in it."""
        if literal:
            return op(Bool, "contains", self, pattern)
        try:
            text = literal_text(parse(pattern))
        except PatternError as error:
            report("ALN112", f"pattern {pattern!r}: {error}", here(), "see docs/semantics.md, Text")
            return mistake(Bool)
        if text is not None:
            return op(Bool, "contains", self, text)
        return op(Bool, "matches", self, pattern)

    def min_length(self, length: int) -> Self:
        return self._constrained("min_length", length)

    def max_length(self, length: int) -> Self:
        return self._constrained("max_length", length)


class UUID(String):
    """A UUID, kept as its text."""

    semantic = "UUID"
