"""S101: a comment loses the codes that it does not need, and goes if none is left."""

from __future__ import annotations

import re
from collections.abc import Iterable

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.fixes.edit import NoFix, ShorterComment
from alignc.lint.fixes.reads import Readings
from alignc.lint.suppression import COMMENT

# A comment behind a comment has a blank behind its sign; `#12` is a number.
_NEXT = re.compile(r"\s(#\s.*)")


def shorter_comment(finding: Finding, facts: Facts, readings: Readings) -> ShorterComment | NoFix:
    """How the comment of a finding looks without what it does not need."""
    needless = next((n for n in facts.needless if n.suppression.span == finding.span), None)
    text = facts.texts.get(finding.span.file)
    if needless is None or text is None:
        return NoFix("its line is in no definition file")
    # A comment ends with its line.
    comment = text.split("\n")[finding.span.line - 1][finding.span.column - 1 :].rstrip()
    return ShorterComment(finding.span, without_codes(comment, needless.codes))


def without_codes(comment: str, codes: Iterable[str]) -> str:
    """
    >>> without_codes("# alignc: ignore[U101, T103] for the board", ["T103"])
    '# alignc: ignore[U101] for the board'
    >>> without_codes("# noqa  # alignc: ignore[U101] see #12  # fmt: skip", ["U101"])
    '# noqa  # fmt: skip'
    """
    match = COMMENT.search(comment)
    if match is None:
        return comment
    gone = set(codes)
    kept = [c for each in (match["codes"] or "").split(",") if (c := each.strip()) not in gone]
    if any(kept):
        start, end = match.span("codes")
        return f"{comment[:start]}{', '.join(filter(None, kept))}{comment[end:]}"
    before = comment[: match.start()].rstrip()
    after = _NEXT.search(match["reason"])
    parts = ["" if before.strip("#") == "" else before, after[1] if after else ""]
    return "  ".join(filter(None, parts))
