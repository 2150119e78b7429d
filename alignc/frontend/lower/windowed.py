"""Which features are told by events around a row, not by the row alone."""

from __future__ import annotations

from collections.abc import Iterable

from alignc.ir.expr import columns_of
from alignc.ir.module import Aggregated, Derived, Feature


def windowed_names(features: Iterable[Feature]) -> set[str]:
    """The features that are aggregates or computed from one."""
    windowed: set[str] = set()
    for feature in features:
        match feature.compute:
            case Aggregated():
                windowed.add(feature.name)
            case Derived(expr=expr) if columns_of(expr) & windowed:
                windowed.add(feature.name)
            case _:
                pass
    return windowed
