"""Rules about generated files, which have no samples: they look at what the lock says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from alignc.errors import Span
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class FileRule(Rule):
    """A rule that finds every generated file in one state."""

    BAD = ""
    GOOD = ""
    state: ClassVar[str]
    message: ClassVar[str]
    help: ClassVar[str]

    def check(self, facts: Facts) -> Iterator[Finding]:
        for file in facts.written:
            if file.state == self.state:
                yield self.found(file.path, Span(file.path, 1), self.message, self.help)
