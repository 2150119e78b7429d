from __future__ import annotations

from collections.abc import Iterator

from alignc.errors import Span
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class MissingFile(Rule):
    """A generated file is recorded in the lock, and is not there.

    Why it matters: what runs it stops with an error.

    What to do: `alignc build` writes it again.
    """

    code = "G103"
    BAD = ""
    GOOD = ""

    def check(self, facts: Facts) -> Iterator[Finding]:
        for file in facts.written:
            if file.state == "missing":
                yield self.found(
                    file.path, Span(file.path, 1), "it is not there", "run `alignc build`"
                )
