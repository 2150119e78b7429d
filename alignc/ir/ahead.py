"""Which features depend on events after their point in time: those are for labels only."""

from __future__ import annotations

from collections.abc import Mapping

from alignc.ir.expr import columns_of
from alignc.ir.module import Aggregated, Derived, Raw, View, ViewInput


def features_ahead(view: View, views: Mapping[str, View]) -> set[str]:
    """The features of a view with a window after q, and all that are computed from them."""
    below: set[str] = set()
    if isinstance(view.input, ViewInput):
        below = features_ahead(views[view.input.view], views)
    found: set[str] = set()
    for feature in view.features:
        match feature.compute:
            case Raw(column=column):
                is_ahead = column in below
            case Derived(expr=expr):
                is_ahead = bool(columns_of(expr) & found)
            case Aggregated(value=value, window=window):
                is_ahead = window.is_ahead or bool(columns_of(value) & found)
        if is_ahead:
            found.add(feature.name)
    return found
