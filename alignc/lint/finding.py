"""What a rule has found."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

from alignc.errors import Span

# An error or a warning ends `alignc lint` with 1, a note does not.
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding is about."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule says about one definition.

    `symbol` is the definition's name: `view.feature`, `contract`, or the path of a file. `about` tells
    findings of a rule about one definition from each other.
    """

    code: str
    name: str
    symbol: str
    message: str
    span: Span
    severity: Severity
    help: str
    related: tuple[Related, ...] = ()
    # A definition that is gone has a place, and nothing to show there.
    is_there: bool = True
    # Of a change: whom it hurts, see `alignc.changes.rule`.
    category: str = ""
    about: str = ""
    # Of a change: who reads elsewhere what it reaches.
    exposures: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """The same for the same rule and definition, wherever the definition has moved to."""
        words = (self.code, self.symbol, *filter(None, [self.about]))
        return hashlib.sha256("\0".join(words).encode()).hexdigest()[:16]


def in_reading_order(findings: list[Finding]) -> list[Finding]:
    """By place, each once. Of those with one fingerprint the second is `about` being the second."""
    ordered = sorted(
        dict.fromkeys(findings),
        key=lambda f: (f.span.file, f.span.line, f.span.column, f.code, f.symbol, f.message),
    )
    counts: Counter[str] = Counter()
    told: list[Finding] = []
    for finding in ordered:
        counts[finding.fingerprint] += 1
        number = counts[finding.fingerprint]
        about = f"{finding.about}\0{number}" if number > 1 else finding.about
        told.append(replace(finding, about=about))
    return told
