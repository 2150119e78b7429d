"""Who has read what nobody reads any more, seen from an earlier state of the definitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from alignc.errors import Span
from alignc.ir.lineage import Edge, Field, Lineage, lineage_of
from alignc.ir.module import Module
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.run import Report
from alignc.lint.words import listed

# So many readers of a view are shown.
_MOST: Final = 5
_ABOUT_UNUSED: Final = ("U101", "U102", "U103", "U104")


@dataclass(frozen=True)
class Earlier:
    """The definitions as they were, and what that state is called: `git:main`."""

    name: str
    module: Module


def with_last_readers(report: Report, facts: Facts, earlier: Earlier) -> Report:
    """The report in which findings about what is unused show where its last readers have gone."""
    old = lineage_of(earlier.module)
    kept = set(facts.lineage.edges)
    told = {
        finding: _with_readers(finding, facts, earlier, old, kept) for finding in report.findings
    }
    return replace(
        report,
        findings=tuple(told.values()),
        fixes={told[finding]: edit for finding, edit in report.fixes.items()},
        unmendable={told[finding]: reason for finding, reason in report.unmendable.items()},
    )


def _with_readers(
    finding: Finding, facts: Facts, earlier: Earlier, old: Lineage, kept: set[Edge]
) -> Finding:
    if finding.code not in _ABOUT_UNUSED:
        return finding
    gone = list(_removed(_fields(finding, earlier.module), old, kept))
    related = [
        Related(place, f"last reader removed here: {_reader(edge)} in {earlier.name}")
        for edge in gone
        if (place := _place(edge.made, facts)) is not None
    ]
    without_place = [edge.made.owner for edge in gone if _place(edge.made, facts) is None]
    message = finding.message
    if without_place:
        names = listed(list(dict.fromkeys(without_place)))
        message += f"; read in {earlier.name} by {names}, gone since"
    return replace(
        finding, message=message, related=(*finding.related, *list(dict.fromkeys(related))[:_MOST])
    )


def _fields(finding: Finding, module: Module) -> list[Field]:
    """The features of an earlier state that a finding is about: one, or all of a view."""
    owner, _, name = finding.symbol.partition(".")
    view = module.view_by_name.get(owner)
    features = view.features if view is not None else ()
    return [Field("view", owner, f.name) for f in features if name in ("", f.name)]


def _removed(fields: list[Field], old: Lineage, kept: set[Edge]) -> Iterator[Edge]:
    """The steps on the ways from fields to models that were there and are not any more, nearest first."""
    ahead, seen = list(fields), set(fields)
    while ahead:
        for edge in old.out_of(ahead.pop(0)):
            if not _leads_to_a_model(edge.made, old):
                continue
            if edge not in kept:
                yield edge
            elif edge.made not in seen:
                seen.add(edge.made)
                ahead.append(edge.made)


def _leads_to_a_model(field: Field, graph: Lineage) -> bool:
    return field.kind == "contract" or any(
        edge.made.kind == "contract" for edge in graph.below([field])
    )


def _reader(edge: Edge) -> str:
    if edge.made.kind == "contract":
        return f"the model `{edge.made.owner}` read `{edge.given}`"
    return f"`{edge.made}` was made of `{edge.given}`"


def _place(field: Field, facts: Facts) -> Span | None:
    """Where a reader is now, or what it was a part of."""
    if field.kind == "contract":
        contract = facts.module.contract_by_name.get(field.owner)
        return contract.span if contract is not None else None
    if field in facts.features:
        return facts.features[field][1].span
    view = facts.module.view_by_name.get(field.owner)
    return view.span if view is not None else None
