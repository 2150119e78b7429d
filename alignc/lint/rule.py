"""What a rule is: a code, its documentation, samples that are its tests, and a check."""

from __future__ import annotations

import inspect
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from alignc.errors import Span
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related, Severity


class Documented(ABC):
    """A rule is named after what it finds, not after what it asks for.

    The first paragraph of its documentation says what that is, the next ones why it matters and what
    to do. `BAD` gives a finding and `GOOD` none; both are definitions as in a file, read with the
    settings in `SETTINGS`. Of a rule about changes `BEFORE` are the definitions that were there.
    `FIX` says what `--fix` does about a finding, if anything. `category` is whom a change hurts.
    """

    code: ClassVar[str]
    severity: ClassVar[Severity] = "warning"
    category: ClassVar[str] = ""
    BEFORE: ClassVar[str] = ""
    BAD: ClassVar[str]
    GOOD: ClassVar[str]
    SETTINGS: ClassVar[str] = ""
    FIX: ClassVar[str] = ""

    @classmethod
    def name(cls) -> str:
        """The name of the class as words: `unused-feature`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def paragraphs(cls) -> tuple[str, ...]:
        """Its documentation: what it finds, why that matters, what to do."""
        text = inspect.cleandoc(cls.__doc__ or "")
        return tuple(" ".join(part.split()) for part in text.split("\n\n"))

    def found(
        self,
        symbol: str,
        span: Span,
        message: str,
        help: str,
        related: tuple[Related, ...] = (),
        *,
        about: str = "",
    ) -> Finding:
        """A finding of this rule, in its own severity."""
        return Finding(
            self.code,
            self.name(),
            symbol,
            message,
            span,
            self.severity,
            help,
            related,
            category=self.category,
            about=about,
        )


class Rule(Documented):
    """A rule about a project."""

    @abstractmethod
    def check(self, facts: Facts) -> Iterator[Finding]:
        """Everything that the rule finds in a project."""
