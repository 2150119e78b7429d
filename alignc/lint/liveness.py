"""What can be removed because nobody reads it, and what would die with it.

A unit is a feature of a view that is used, or a whole view that is not: `Field("view", name, "")`.
A dead unit that only dead ones read can go when they go: it is not a finding of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from alignc.ir.lineage import Field, Lineage
from alignc.ir.module import Module


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
    for view in module.views:
        fields = {Field("view", view.name, f.name): f for f in view.features}
        is_dead = not any(field in read for field in fields)
        for field, feature in fields.items():
            if is_dead:
                unit_of[field] = whole(view.name)
            elif field not in read and feature.role == "feature":
                unit_of[field] = field
    readers: dict[Field, set[Field]] = defaultdict(set)
    reads: dict[Field, set[Field]] = defaultdict(set)
    for edge in lineage.edges:
        given, made = unit_of.get(edge.given), unit_of.get(edge.made)
        if given is not None and made is not None and given != made:
            readers[given].add(made)
            reads[made].add(given)
    places = {unit: place for place, unit in enumerate(dict.fromkeys(unit_of.values()))}
    return {
        unit: tuple(sorted(_dying_with(unit, reads, readers), key=places.__getitem__))
        for unit in places
        if unit not in readers
    }


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
