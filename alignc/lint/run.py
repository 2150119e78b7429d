"""From rules to a report: which rules are asked, what is ignored, how bad it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, NextVersion, Severity, in_reading_order
from alignc.lint.fixes.edit import Edit, NoFix
from alignc.lint.rule import Documented, Rule
from alignc.lint.rules import RULES
from alignc.lint.suppression import Needless, needless_in
from alignc.settings import Lint


@dataclass(frozen=True)
class Report:
    """What was found, by place, by which rules.

    `gone` are entries of the baseline that nothing meets any more, `fixes` are of the findings that can be
    mended, `unmendable` is why others of such rules cannot, `needless` what comments do not need. `command` is the one that reports; it is not `is_whole` if
    mistakes have kept it from its work. `versions` are what changes ask of contracts.
    """

    findings: tuple[Finding, ...]
    rules: Sequence[Documented] = RULES
    ignored: int = 0
    in_baseline: int = 0
    gone: tuple[str, ...] = ()
    fixes: Mapping[Finding, Edit] = field(default_factory=dict)
    unmendable: Mapping[Finding, NoFix] = field(default_factory=dict)
    needless: tuple[Needless, ...] = ()
    command: str = "lint"
    is_whole: bool = True
    versions: tuple[NextVersion, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing but notes."""
        return all(finding.severity == "note" for finding in self.findings)

    @property
    def new_versions(self) -> tuple[NextVersion, ...]:
        """The versions that are other ones than before."""
        return tuple(version for version in self.versions if version.next != version.before)


def run_rules(facts: Facts, rules: Sequence[Rule] = RULES) -> Report:
    """What the selected rules find, without what comments and settings say to ignore."""
    chosen = [rule for rule in rules if is_selected(rule.code, facts.settings)]
    about_comments = [rule for rule in chosen if rule.code.startswith("S")]
    found = [f for rule in chosen if rule not in about_comments for f in rule.check(facts)]
    codes = {rule.code for rule in chosen}
    known = [rule.code for rule in rules if not rule.code.startswith("S")]
    needless = tuple(needless_in(facts.suppressions, found, codes, known))
    # A comment about a rule that was not asked says nothing.
    asked = [s for s in facts.suppressions if _is_asked(s.codes, chosen)]
    about = replace(facts, suppressions=tuple(asked), needless=needless)
    kept = [f for f in found if not any(s.covers(f) for s in facts.suppressions)]
    ignored = len(found) - len(kept)
    kept += [f for rule in about_comments for f in rule.check(about)]
    heard = [f for f in kept if not _is_ignored_there(f, facts.settings)]
    if facts.settings.severity:
        heard = [replace(f, severity=_severity(f, facts.settings)) for f in heard]
    return Report(tuple(in_reading_order(heard)), ignored=ignored, needless=needless)


def is_selected(code: str, settings: Lint) -> bool:
    """Whether a rule is asked: the longest of the codes that it begins with decides."""
    wanted = max((len(c) for c in settings.select if code.startswith(c)), default=-1)
    unwanted = max((len(c) for c in settings.ignore if code.startswith(c)), default=-1)
    if not settings.select:
        return unwanted < 0
    return wanted > unwanted


def _is_asked(codes: tuple[str, ...], chosen: Sequence[Rule]) -> bool:
    return not codes or any(rule.code.startswith(c) for rule in chosen for c in codes)


def _is_ignored_there(finding: Finding, settings: Lint) -> bool:
    return any(
        fnmatch(finding.span.file, pattern) and any(finding.code.startswith(c) for c in codes)
        for pattern, codes in settings.per_file_ignores.items()
    )


def _severity(finding: Finding, settings: Lint) -> Severity:
    given = [(len(c), s) for c, s in settings.severity.items() if finding.code.startswith(c)]
    return max(given)[1] if given else finding.severity
