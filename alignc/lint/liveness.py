"""What can be removed because nobody reads it, and what would die with it.

A unit is a feature of a view that is used, or a whole view that is not: `Field("view", name, "")`.
A dead unit that only dead ones read can go when they go: it is not a finding of its own.

What comes along with the rows of another view, as in a filtered one, is no reader of what it copies: who
reads the copy reads the original. Tie breakers decide about rows, and what a contract says of its predictions
is the contract's: neither is a unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from alignc.ir.lineage import Effect, Field, Lineage
from alignc.ir.module import Module, Raw, ViewInput, is_declared
from alignc.lint.predictions import prediction_views


def whole(view: str) -> Field:
    """The unit of a view that nobody uses."""
    return Field("view", view, "")


def removable(
    module: Module, lineage: Lineage, read: Collection[Field]
) -> Mapping[Field, tuple[Field, ...]]:
    """The dead units that no other unit reads, each with the units that die with it.

    `read` are the fields that models and exposures read, directly or through others.
    """
    unit_of: dict[Field, Field] = {}
    originals, implied = _originals(module), prediction_views(module)
    for view in module.views:
        if view.name in implied:
            continue
        fields = {Field("view", view.name, f.name): f for f in view.features}
        is_dead = not any(field in read for field in fields)
        for field, feature in fields.items():
            if is_dead:
                unit_of[field] = whole(view.name)
            elif (
                field not in read
                and field not in originals
                and feature.role == "feature"
                and feature.name not in view.tie_breakers
                and feature.name != view.freshness
            ):
                unit_of[field] = field
    readers: dict[Field, set[Field]] = defaultdict(set)
    reads: dict[Field, set[Field]] = defaultdict(set)
    for edge in lineage.edges:
        made = unit_of.get(edge.made)
        if made is None:
            continue
        is_copying = edge.effect is Effect.IDENTITY and edge.made in originals
        for given in filter(None, map(unit_of.get, _with_originals(edge.given, originals))):
            is_no_reader = is_copying and given.name
            if given != made and not is_no_reader:
                readers[given].add(made)
                reads[made].add(given)
    places = {unit: place for place, unit in enumerate(dict.fromkeys(unit_of.values()))}
    return {
        unit: tuple(sorted(_dying_with(unit, reads, readers), key=places.__getitem__))
        for unit in places
        if unit not in readers
    }


def _originals(module: Module) -> Mapping[Field, Field]:
    """What came along with the rows of another view, and the feature there that it is."""
    return {
        Field("view", view.name, feature.name): Field(
            "view", view.input.view, feature.compute.column
        )
        for view in module.views
        if isinstance(view.input, ViewInput)
        for feature in view.features
        if isinstance(feature.compute, Raw) and not is_declared(view, feature)
    }


def _with_originals(field: Field, originals: Mapping[Field, Field]) -> list[Field]:
    """A field, and what it is a copy of, and what that is one of."""
    found = [field]
    while found[-1] in originals:
        found.append(originals[found[-1]])
    return found


def _dying_with(
    root: Field, reads: Mapping[Field, set[Field]], readers: Mapping[Field, set[Field]]
) -> set[Field]:
    """All units that are read by nobody else once `root` is gone."""
    gone, ahead = {root}, [root]
    while ahead:
        for given in reads.get(ahead.pop(), ()):
            if given not in gone and readers[given] <= gone:
                gone.add(given)
                ahead.append(given)
    return gone - {root}
