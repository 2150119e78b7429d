"""Precision and recall of the rules over all variants, and the table of both."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from alignc.lint.project import lint_project
from alignc.lint.rules import RULES
from alignc.settings import find_project
from tests.corpus.variant import Variant

# Generated files and comments have tests elsewhere.
MEASURED = [rule.code for rule in RULES if rule.code[0] not in "GS"]
HEADER = ("rule", "planted", "near", "found", "missed", "false", "precision", "recall")


@dataclass(frozen=True)
class Outcome:
    """What lint said of a variant, without what is disputed."""

    variant: Variant
    found: tuple[str, ...]
    missed: tuple[str, ...]
    false: tuple[str, ...]
    # Disputes about which corpus and rule are of one mind.
    settled: tuple[str, ...]


def outcome_of(variant: Variant) -> Outcome:
    """The outcome of linting one variant in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="aln") as name:
        folder = Path(name).resolve()
        variant.write(folder)
        project = find_project(folder)
        report = lint_project(project, project.settings.lint)
    said = Counter(f"{finding.code} {finding.symbol}" for finding in report.findings)
    expected = Counter(variant.finds)
    open_disputes = {d for d in variant.disputed if said[d] != expected[d]}
    for disputed in open_disputes:
        del said[disputed], expected[disputed]
    return Outcome(
        variant,
        tuple((said & expected).elements()),
        tuple((expected - said).elements()),
        tuple((said - expected).elements()),
        tuple(d for d in variant.disputed if d not in open_disputes),
    )


def outcomes_of(variants: Iterable[Variant]) -> list[Outcome]:
    """The outcomes of all variants, computed in as many processes as there are cores."""
    # A process of its own has few modules loaded, and lint looks at all of them.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        return list(processes.map(outcome_of, variants, chunksize=8))


def table(outcomes: Sequence[Outcome]) -> str:
    """A row for each rule and one for all."""
    found = _by_code(code for o in outcomes for code in o.found)
    missed = _by_code(code for o in outcomes for code in o.missed)
    false = _by_code(code for o in outcomes for code in o.false)
    near = Counter(code for o in outcomes for code in o.variant.near)
    rows = [_row(c, near[c], found[c], missed[c], false[c]) for c in MEASURED]
    total = (near.total(), found.total(), missed.total(), false.total())
    lines = [HEADER, *rows, _row("all", *total)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADER))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def complaints(outcomes: Sequence[Outcome]) -> list[str]:
    """What is not as it should be, a line each."""
    return [
        f"{o.variant.project}: {o.variant.name}: {what} {finding}"
        for o in outcomes
        for what, findings in (
            ("missed", o.missed),
            ("false", o.false),
            ("no longer disputed", o.settled),
        )
        for finding in findings
    ]


def _by_code(findings: Iterable[str]) -> Counter[str]:
    return Counter(finding.split()[0] for finding in findings)


def _row(code: str, near: int, found: int, missed: int, false: int) -> tuple[str, ...]:
    numbers = (found + missed, near, found, missed, false)
    shares = (share(found, found + false), share(found, found + missed))
    return (code, *map(str, numbers), *shares)


def share(part: int, whole: int) -> str:
    """A share with two digits, cut off so that only 1 is 1.00.

    >>> share(999, 1000), share(3, 3), share(0, 0)
    ('0.99', '1.00', '-')
    """
    return f"{part * 100 // whole / 100:.2f}" if whole else "-"
