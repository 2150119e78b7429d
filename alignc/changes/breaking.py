"""Which changes break something, which of them are meant, and what that asks of versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from alignc.changes.aspects import Kind
from alignc.changes.compare import Change, Comparison
from alignc.changes.exposed import Exposed
from alignc.changes.renames import but_for_names
from alignc.changes.rules import BREAKING
from alignc.ir.lineage import Field
from alignc.lint.finding import Finding, NextVersion, Step, in_reading_order
from alignc.lint.suppression import Suppression
from alignc.lint.words import listed
from alignc.settings import Meant


@dataclass(frozen=True)
class Breaks:
    """What breaks, how much of it is meant, and the next version of each model that is touched.

    `unmet` are entries of the settings that no change meets.
    """

    findings: tuple[Finding, ...]
    meant: int
    unmet: tuple[Meant, ...]
    versions: tuple[NextVersion, ...]


def breaks_of(
    comparison: Comparison,
    meant: Sequence[Meant] = (),
    suppressions: Iterable[Suppression] = (),
    select: Sequence[str] = (),
    exposures: Exposed | None = None,
) -> Breaks:
    """All findings of the rules about changes, without those that are meant.

    `select` are codes and categories; without it all findings are told. Versions go by all of them.
    """
    everything = [finding for rule in BREAKING for finding in rule.check(comparison)]
    found = [f for f in everything if not select or f.code in select or f.category in select]
    comments = tuple(suppressions)
    kept = [
        finding
        for finding in found
        if not any(_covers(one, finding) for one in meant)
        and not any(one.codes and one.covers(finding) for one in comments)
    ]
    unmet = tuple(one for one in meant if not any(_covers(one, f) for f in everything))
    versions = tuple(_versions(but_for_names(comparison), everything))
    kept = [_with_readers(f, comparison, exposures or Exposed()) for f in kept]
    kept = [_with_versions(f, comparison, versions) for f in kept]
    return Breaks(tuple(in_reading_order(kept)), len(found) - len(kept), unmet, versions)


def _with_readers(finding: Finding, comparison: Comparison, exposures: Exposed) -> Finding:
    """The finding with the exposures that its change reaches."""
    names = exposures.reached_by(comparison, finding.symbol)
    if not names:
        return finding
    message = f"{finding.message}; read outside by {listed(names)}"
    return replace(finding, message=message, exposures=names)


def _with_versions(
    finding: Finding, comparison: Comparison, versions: Sequence[NextVersion]
) -> Finding:
    """The finding with the contracts that it asks for a new version."""
    changes = [change for change in comparison.changes if change.symbol == finding.symbol]
    models = {model for change in changes for model in _touched(comparison, change)}
    if not changes:
        # An input that has not changed itself.
        models = {finding.symbol.partition(".")[0]}
    asked = tuple(v for v in versions if v.model in models and v.next != v.now)
    return replace(finding, versions=asked)


def _covers(meant: Meant, finding: Finding) -> bool:
    is_about = meant.rule in (finding.code, finding.category)
    return is_about and fnmatchcase(finding.symbol, meant.symbol)


def _versions(comparison: Comparison, found: Sequence[Finding]) -> Iterator[NextVersion]:
    """Of each model that is there before and after: what the changes ask of its version.

    A change that breaks asks for a new major version even if it is meant, or not told.
    """
    broken = {finding.symbol for finding in found}
    steps: dict[str, Step] = {}
    old, new = comparison.old.contract_by_name, comparison.new.contract_by_name
    kept = old.keys() & new.keys()
    for change in comparison.changes:
        for model in sorted(kept & set(_touched(comparison, change))):
            step = _step(change, broken)
            steps[model] = min(steps.get(model, step), step)
    for model, step in sorted(steps.items()):
        contract = new[model]
        yield NextVersion(model, step, old[model].version, contract.version, contract.span)


def _touched(comparison: Comparison, change: Change) -> list[str]:
    fields: tuple[Field, ...] = (*change.fields, *comparison.downstream(change))
    return [field.owner for field in fields if field.kind == "contract"]


def _step(change: Change, broken: set[str]) -> Step:
    # The names of the steps are in the order of their weight.
    if change.symbol in broken:
        return "major"
    is_words = all(d.kind is Kind.WORDS for d in change.differences)
    return "patch" if change.state == "changed" and is_words else "minor"
