"""Windows as frames: how far before q the first and the last event may be."""

from __future__ import annotations

from collections.abc import Sequence

from alignc.ir.module import Window
from alignc.ir.ops import AGGREGATES
from alignc.ir.plan import WindowAggregate, WindowColumn


def fits_frames(node: WindowAggregate) -> bool:
    """Whether frames of one time line of events and questions give the aggregates on all engines.

    They do not if an event may become known after it has happened, if events are counted, or for
    aggregates that engines do not have in frames. Such a step has one window, and its rows are matched.
    """
    return node.created_at is None and are_mergeable(node.aggregates)


def are_mergeable(aggregates: Sequence[WindowColumn]) -> bool:
    return all(AGGREGATES[a.aggregate].mergeable and a.window.rows is None for a in aggregates)


def needs_order(aggregates: Sequence[WindowColumn]) -> bool:
    """Whether the total order of the events decides about the aggregates."""
    return any(AGGREGATES[a.aggregate].ordered or a.window.rows is not None for a in aggregates)


def frame_bounds(window: Window) -> tuple[int | None, int]:
    """Microseconds before q of the first and the last event, both included; None has no edge.

    >>> frame_bounds(Window(length=3_600_000_000))
    (3599999999, 0)
    """
    last = window.offset + (window.closed in ("left", "none"))
    if window.length is None:
        return None, last
    return window.offset + window.length - (window.closed in ("right", "none")), last
