"""How rules tell of features and views that reach no model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from alignc.errors import Span
from alignc.ir.lineage import Field
from alignc.ir.module import Aggregated, Derived, Feature, Raw, is_declared
from alignc.lint.facts import Facts
from alignc.lint.finding import Related
from alignc.lint.words import listed

# What `--fix` does about a feature.
FEATURE_GOES: Final = (
    "the statement goes, with the comment above it that is no heading, then what has died with it, and imports "
    "that nothing else has used. It stays if it is "
    "more than `name = ...`, if anything in the project's Python files, a text included, has the name, "
    "if a test or a query of an exposure has it, or if the view would have other rows without it"
)


@dataclass(frozen=True)
class Dead:
    """A definition that can be removed, and the places of those that die with it."""

    symbol: str
    span: Span
    related: tuple[Related, ...]
    # The end of a sentence about it.
    tail: str


def dead_features(
    facts: Facts, kind: type[Raw] | type[Derived] | type[Aggregated]
) -> Iterator[tuple[Feature, Dead]]:
    """The features of one kind that can be removed, of views of which others are used."""
    for unit, others in facts.removable.items():
        if unit.name:
            view, feature = facts.features[unit]
            if isinstance(feature.compute, kind) and is_declared(view, feature):
                yield feature, _told(facts, str(unit), feature.span, others)


def dead_views(facts: Facts) -> Iterator[Dead]:
    """The views that can be removed."""
    for unit, others in facts.removable.items():
        if not unit.name:
            yield _told(facts, unit.owner, facts.module.view_by_name[unit.owner].span, others)


def _told(facts: Facts, symbol: str, span: Span, others: tuple[Field, ...]) -> Dead:
    related: list[Related] = []
    names: list[str] = []
    for unit in others:
        name = str(unit) if unit.name else unit.owner
        if unit.name:
            view, feature = facts.features[unit]
            if not is_declared(view, feature):
                continue
            place = feature.span
        else:
            place = facts.module.view_by_name[unit.owner].span
        names.append(name)
        related.append(Related(place, f"`{name}` is only for it"))
    tail = f"; {listed(names)} only for it" if names else ""
    return Dead(symbol, span, tuple(related), tail)
