"""Windows as frames: how far before q the first and the last event may be."""

from __future__ import annotations

from alignc.ir.module import Window


def frame_bounds(window: Window) -> tuple[int | None, int]:
    """Microseconds before q of the first and the last event, both included; None has no edge.

    >>> frame_bounds(Window(length=3_600_000_000))
    (3599999999, 0)
    """
    last = window.offset + (window.closed in ("left", "none"))
    if window.length is None:
        return None, last
    return window.offset + window.length - (window.closed in ("right", "none")), last
