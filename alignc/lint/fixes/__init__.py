"""What `alignc lint --fix` can mend: by the code of a rule the function that says how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.fixes.edit import Edit, NoFix
from alignc.lint.fixes.reads import Readings
from alignc.lint.fixes.shorter_comment import shorter_comment
from alignc.lint.fixes.without_feature import without_feature

Fixer = Callable[[Finding, Facts, Readings], Edit | NoFix]

FIXERS: Final[Mapping[str, Fixer]] = {
    "U101": without_feature,
    "U102": without_feature,
    "U103": without_feature,
    "S101": shorter_comment,
}


def fixes_of(
    facts: Facts, findings: Iterable[Finding], others: Iterable[str], tests: Iterable[str]
) -> Iterator[tuple[Finding, Edit | NoFix]]:
    """How findings of rules with a fix can be mended, or why not.

    `others` are a project's Python files without definitions, `tests` its files of tests.
    """
    readings = Readings(tuple(facts.texts.values()), others, tests)
    for finding in findings:
        fixer = FIXERS.get(finding.code)
        if fixer is not None:
            yield finding, fixer(finding, facts, readings)
