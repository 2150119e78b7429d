"""What a feature has a say in beside its own value: which rows a view has, and which is the latest.

A raw column is one of those that decide between rows of one key and time. If it is the last of them,
rows that only it tells apart are the same in everything that stays, so that it may go.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from alignc.ir.expr import columns_of
from alignc.ir.lineage import Field
from alignc.ir.module import Aggregated, AsOfInput, Derived, Feature, JoinInput, Module, View
from alignc.ir.ops import AGGREGATES


def keeps_rows(module: Module, gone: Collection[Field]) -> bool:
    """Whether views without these features have the same rows.

    A view of aggregates alone has a row for each key and time, any other one for each row of its input.
    """
    views = [module.view_by_name[name] for name in sorted({field.owner for field in gone})]
    return all(_is_of_moments(v.features) == _is_of_moments(_left(v, gone)) for v in views)


def keeps_order(module: Module, gone: Collection[Field]) -> bool:
    """Whether it stays the same which row of a view is the latest one, wherever that matters."""
    for owner in sorted({field.owner for field in gone}):
        view = module.view_by_name[owner]
        names = {field.name for field in gone if field.owner == owner}
        order = [f.name for f in view.raw if f.role in ("feature", "valid_to")]
        kept = [name for name in order if name not in names]
        if kept != order[: len(kept)] and _needs_order(module, view, names):
            return False
    return True


def _left(view: View, gone: Collection[Field]) -> list[Feature]:
    return [f for f in view.features if Field("view", view.name, f.name) not in gone]


def _is_of_moments(features: Collection[Feature]) -> bool:
    windowed: set[str] = set()
    for feature in features:
        match feature.compute:
            case Aggregated():
                windowed.add(feature.name)
            case Derived(expr=expr) if columns_of(expr) & windowed:
                windowed.add(feature.name)
            case _ if feature.role in ("feature", "created_at", "valid_to"):
                return False
    return bool(windowed)


def _needs_order(module: Module, view: View, gone: Collection[str]) -> bool:
    """Whether anything of a view that stays is taken from its latest row, or goes by the order."""
    if view.event_timestamp is None:
        return False
    for feature in view.features:
        match feature.compute:
            case Aggregated(aggregate=aggregate, window=window) if feature.name not in gone:
                if AGGREGATES[aggregate].ordered or window.rows is not None:
                    return True
    used = [use.feature for c in module.contracts for use in c.uses if use.view == view.name]
    if any(not isinstance(view.by_name[name].compute, Aggregated) for name in used):
        return True
    return any(view.name in _looked_up(v.input) for v in module.views)


def _looked_up(given: object) -> Iterator[str]:
    """The views that an input looks up as of a time."""
    while isinstance(given, JoinInput | AsOfInput):
        if isinstance(given, AsOfInput):
            yield given.right
        given = given.left
