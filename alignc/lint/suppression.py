"""Comments that tell rules to be quiet: `# alignc: ignore[U101] for the dashboard of next week`.

A comment is about the statement that it is in, or, on a line of its own, about the one below it.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from alignc.errors import Span
from alignc.lint.codes import hint_about
from alignc.lint.finding import Finding

COMMENT = re.compile(r"#\s*alignc:\s*ignore(?:\[(?P<codes>[^\]]*)\]|(?!\[))(?P<reason>.*)")

# Families that are about other things than definitions as they are.
_ELSEWHERE = ("B", "S")
# The rules about features that reach no model.
UNUSED = ("U101", "U102", "U103")


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
        return self._is_about(finding.span) and (
            not self.codes or any(finding.code.startswith(c) for c in self.codes)
        )

    def will_cover(self, finding: Finding) -> bool:
        """Whether it is about what dies with an unused feature, and is found itself once that is gone."""
        return finding.code in UNUSED and any(self._is_about(one.span) for one in finding.related)

    def _is_about(self, span: Span) -> bool:
        return self.span.file == span.file and self.first <= span.line <= self.last


@dataclass(frozen=True)
class Needless:
    """A comment, or those of its codes, that nothing needs. One without codes has none.

    `unknown` are those that no rule has, each with a hint, which may be empty.
    """

    suppression: Suppression
    codes: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...] = ()


def needless_in(
    suppressions: Collection[Suppression],
    findings: Iterable[Finding],
    asked: Set[str],
    known: Collection[str],
) -> Iterator[Needless]:
    """The comments without which all these findings would be quiet, too.

    A code says nothing about rules that were not asked, so it is only judged if all of its rules were, or
    if there is no such rule.
    """
    met: dict[Suppression, set[str]] = {}
    for finding in findings:
        for one in suppressions:
            if one.covers(finding):
                met.setdefault(one, set()).add(finding.code)
            if one.will_cover(finding):
                met.setdefault(one, set()).update(UNUSED)
    for one in suppressions:
        quiet = met.get(one, set())
        needless = [
            code
            for code in one.codes or ("",)
            if not any(c.startswith(code) for c in quiet) and _is_judged(code, asked, known)
        ]
        unknown = [code for code in needless if not any(k.startswith(code) for k in known)]
        hints = tuple((code, hint_about(code, [*known]) or "") for code in unknown)
        if needless:
            yield Needless(one, tuple(needless) if one.codes else (), hints)


def _is_judged(code: str, asked: Set[str], known: Collection[str]) -> bool:
    """Whether it is known what a code of a comment would quiet: nothing, if no rule has it."""
    rules = {k for k in known if k.startswith(code)}
    return asked >= rules if rules else code[:1] not in _ELSEWHERE


def suppressions_in(texts: Mapping[str, str]) -> Iterator[Suppression]:
    """The comments of definition files, which are Python."""
    for file, text in texts.items():
        if "alignc:" not in text:
            continue
        statements = _statements(text)
        lines = text.splitlines()
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            match = COMMENT.search(token.string) if token.type == tokenize.COMMENT else None
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
