"""What rules about time ask of windows."""

from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.module import Aggregated, Feature, View, Window


def aggregates_of(view: View) -> Iterator[tuple[Feature, Aggregated]]:
    for feature in view.features:
        if isinstance(feature.compute, Aggregated):
            yield feature, feature.compute


def sees_now(view: View, window: Window) -> bool:
    """Whether an event of a view at the very time of the question is in a window."""
    is_known = view.availability_delay == 0
    ends_now = window.offset == 0 and window.closed in ("right", "both")
    return window.offset < 0 or (is_known and ends_now)
