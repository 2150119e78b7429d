"""Which features depend on events after their point in time: those are for labels only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from alignc.ir.expr import columns_of
from alignc.ir.module import (
    Aggregated,
    Derived,
    Raw,
    Rows,
    SourceInput,
    View,
    origins_in,
    reasons_in,
)


def features_ahead(view: View, views: Mapping[str, View]) -> set[str]:
    """The features of a view with a window after q, and all that are computed from them."""
    found: set[str] = set()
    for feature in view.features:
        match feature.compute:
            case Raw():
                is_ahead = False
                if not isinstance(view.input, SourceInput):
                    origins = origins_in(view.input, feature.compute.column)
                    is_ahead = _is_any_ahead(origins, views)
            case Derived(expr=expr):
                is_ahead = bool(columns_of(expr) & found)
            case Aggregated(value=value, window=window):
                is_ahead = window.is_ahead or bool(columns_of(value) & found)
        if is_ahead:
            found.add(feature.name)
    return found


def is_chosen_ahead(given: Rows, columns: Iterable[str], views: Mapping[str, View]) -> bool:
    """Whether a condition, a key or a time that decides about rows is known only after them."""
    return any(_is_any_ahead(reasons_in(given, column), views) for column in columns)


def _is_any_ahead(features: Iterable[tuple[str, str]], views: Mapping[str, View]) -> bool:
    return any(name in features_ahead(views[view], views) for view, name in features)
