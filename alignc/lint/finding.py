"""What a rule has found."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

from alignc.errors import Span

# An error or a warning ends `alignc lint` with 1, a note does not.
Severity = Literal["error", "warning", "note"]


# Of a version, which part the changes ask for.
Step = Literal["major", "minor", "patch"]


@dataclass(frozen=True, slots=True)
class NextVersion:
    """What changes ask of the version of a contract: it was `before`, and the definitions say `now`.

    The version is one number, so that only a major step is another one.
    """

    model: str
    step: Step
    before: int
    now: int
    span: Span

    @property
    def next(self) -> int:
        """The version that the contract is to have."""
        return max(self.before + (self.step == "major"), self.now)

    def __str__(self) -> str:
        if self.next == self.before:
            return f"version of `{self.model}` stays {self.before} ({self.step})"
        said = ", as it says" if self.next == self.now else ""
        return f"next version of `{self.model}`: {self.before} -> {self.next} ({self.step}){said}"


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
    # Of a change: the contracts that have to have a new version because of it, and do not say so.
    versions: tuple[NextVersion, ...] = ()

    @property
    def advice(self) -> str:
        """What to do, and which contracts need a new version, for formats that tell findings one by one."""
        shown = [f"of `{v.model}`: {v.before} -> {v.next}" for v in self.versions[:5]]
        if not shown:
            return self.help
        left = len(self.versions) - len(shown)
        return f"{self.help}; next version {', '.join(shown)}{f' and {left} more' if left else ''}"

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
        fingerprint = finding.fingerprint
        counts[fingerprint] += 1
        number = counts[fingerprint]
        if number > 1:
            finding = replace(finding, about=f"{finding.about}\0{number}")
        told.append(finding)
    return told
