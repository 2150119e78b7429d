"""Who has read what nobody reads any more, seen from an earlier state of the definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from alignc.changes.renames import renamed_fields
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
    past = _Past(earlier, facts)
    told = {finding: past.with_readers(finding) for finding in report.findings}
    return replace(
        report,
        findings=tuple(told.values()),
        fixes={told[finding]: edit for finding, edit in report.fixes.items()},
        unmendable={told[finding]: reason for finding, reason in report.unmendable.items()},
    )


class _Past:
    """An earlier state beside the one of today. Its graph has the names of today, where there are any."""

    def __init__(self, earlier: Earlier, facts: Facts) -> None:
        names = renamed_fields(earlier.module, facts.module)
        old = lineage_of(earlier.module)
        self._earlier = earlier
        self._facts = facts
        self._before = {after: field for field, after in names.items()}
        self._graph = Lineage(tuple(_with_names(edge, names) for edge in old.edges))
        self._kept = set(facts.lineage.edges)
        asked = [field for field in self._graph.fields if field.kind == "contract"]
        self._read = {edge.given for edge in self._graph.above(asked)}

    def with_readers(self, finding: Finding) -> Finding:
        if finding.code not in _ABOUT_UNUSED:
            return finding
        gone = list(self._removed(self._fields(finding)))
        places = {edge: self._place(edge.made) for edge in gone}
        related = [
            Related(place, f"last reader removed here: {self._said(edge)} in {self._earlier.name}")
            for edge, place in places.items()
            if place is not None
        ]
        without_place = [self._owner(edge.made) for edge in gone if places[edge] is None]
        message = finding.message
        if without_place:
            names = listed(list(dict.fromkeys(without_place)))
            message += f"; read in {self._earlier.name} by {names}, gone since"
        shown = list(dict.fromkeys(related))[:_MOST]
        return replace(finding, message=message, related=(*finding.related, *shown))

    def _fields(self, finding: Finding) -> list[Field]:
        """The features that a finding is about: one, or all of a view, and those that die with them."""
        owner, _, name = finding.symbol.partition(".")
        unit = Field("view", owner, name)
        units = (unit, *self._facts.removable.get(unit, ()))
        return [field for one in units for field in self._features(one)]

    def _features(self, unit: Field) -> list[Field]:
        view = self._facts.module.view_by_name[unit.owner]
        if unit.name:
            return [unit]
        # Its key and times are read along with its features.
        features = [f for f in view.features if f.role == "feature"] or view.features
        return [Field("view", view.name, feature.name) for feature in features]

    def _removed(self, fields: list[Field]) -> Iterator[Edge]:
        """The steps on the ways from fields to models that were there and are not any more, nearest first."""
        ahead, seen = list(fields), set(fields)
        while ahead:
            for edge in self._graph.out_of(ahead.pop(0)):
                if edge.made.kind != "contract" and edge.made not in self._read:
                    continue
                if edge not in self._kept:
                    yield edge
                elif edge.made not in seen:
                    seen.add(edge.made)
                    ahead.append(edge.made)

    def _said(self, edge: Edge) -> str:
        given, made = (self._before.get(field, field) for field in (edge.given, edge.made))
        if made.kind == "contract":
            return f"the model `{made.owner}` read `{given}`"
        return f"`{made}` was made of `{given}`"

    def _owner(self, field: Field) -> str:
        return self._before.get(field, field).owner

    def _place(self, field: Field) -> Span | None:
        """Where a reader is now, or what it was a part of."""
        if field.kind == "contract":
            contract = self._facts.module.contract_by_name.get(field.owner)
            return contract.span if contract is not None else None
        if field in self._facts.features:
            return self._facts.features[field][1].span
        view = self._facts.module.view_by_name.get(field.owner)
        return view.span if view is not None else None


def _with_names(edge: Edge, names: Mapping[Field, Field]) -> Edge:
    given, made = (names.get(field, field) for field in (edge.given, edge.made))
    return edge if (given, made) == (edge.given, edge.made) else Edge(given, made, edge.effect)
