from __future__ import annotations

from collections.abc import Iterator

from alignc.errors import Span
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class EditedFile(Rule):
    """A generated file was changed by hand.

    Why it matters: the next build cannot write it without losing the change, and the definitions do not know of it.

    What to do: move the change into the definitions; delete the file and build again.
    """

    code = "G102"
    BAD = ""
    GOOD = ""

    def check(self, facts: Facts) -> Iterator[Finding]:
        for file in facts.written:
            if file.state == "edited":
                yield self.found(
                    file.path,
                    Span(file.path, 1),
                    "it was changed by hand",
                    "move the change into the definitions, delete the file and run `alignc build`",
                )
