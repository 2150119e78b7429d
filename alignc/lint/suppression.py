"""Comments that tell rules to be quiet: `# alignc: ignore[U101] for the dashboard of next week`.

A comment is about the statement that it is in, or, on a line of its own, about the one below it.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alignc.errors import Span
from alignc.lint.finding import Finding

_COMMENT = re.compile(r"#\s*alignc:\s*ignore(?:\[(?P<codes>[^\]]*)\])?(?P<reason>.*)")


@dataclass(frozen=True)
class Suppression:
    """A comment: the codes or families that it is about, all if there are none, and its reason."""

    span: Span
    codes: tuple[str, ...]
    reason: str
    # The lines of the statement, the first and the last one.
    first: int
    last: int

    def covers(self, finding: Finding) -> bool:
        """Whether it is about the rule and the place of a finding."""
        is_there = (
            self.span.file == finding.span.file and self.first <= finding.span.line <= self.last
        )
        return is_there and (not self.codes or any(finding.code.startswith(c) for c in self.codes))


def suppressions_in(texts: Mapping[str, str]) -> Iterator[Suppression]:
    """The comments of definition files, which are Python."""
    for file, text in texts.items():
        if "alignc:" not in text:
            continue
        statements = _statements(text)
        lines = text.splitlines()
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            match = _COMMENT.search(token.string) if token.type == tokenize.COMMENT else None
            if match is None:
                continue
            line, column = token.start
            is_alone = not lines[line - 1][:column].strip()
            first, last = _about(line, statements, is_alone=is_alone)
            codes = tuple(c.strip() for c in (match["codes"] or "").split(",") if c.strip())
            span = Span(file, line, column + 1)
            yield Suppression(span, codes, match["reason"].strip(" :-"), first, last)


def _statements(text: str) -> list[tuple[int, int]]:
    """The lines of each statement; of one with a body only those before it."""
    found: list[tuple[int, int]] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            first = _start(node)
            last = node.end_lineno or node.lineno
            if isinstance(body, list) and body:
                last = max(node.lineno, _start(body[0]) - 1)
            found.append((first, last))
    return sorted(found)


def _start(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)])


def _about(line: int, statements: list[tuple[int, int]], *, is_alone: bool) -> tuple[int, int]:
    inside = [s for s in statements if s[0] <= line <= s[1]]
    if inside:
        return min(inside, key=lambda s: s[1] - s[0])
    below = [s for s in statements if s[0] > line]
    return below[0] if is_alone and below else (line, line)
