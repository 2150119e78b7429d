from __future__ import annotations

from collections.abc import Iterator

from alignc.errors import Span
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class OutOfDateFiles(Rule):
    """The definitions have changed since the generated files were written.

    Why it matters: what runs is not what was reviewed: the change has no effect until somebody builds.

    What to do: `alignc build`, and commit what it writes.
    """

    code = "G101"
    BAD = ""
    GOOD = ""

    def check(self, facts: Facts) -> Iterator[Finding]:
        for file in facts.written:
            if file.state == "outdated":
                yield self.found(
                    file.path,
                    Span(file.path, 1),
                    "the generated files are older than the definitions",
                    "run `alignc build`",
                )
