"""Frames for a dialect that has no names for them.

SUM("x") OVER "so_far"  ...  WINDOW "so_far" AS (PARTITION BY ...)
SUM("x") OVER (PARTITION BY ...)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from alignc.backends.sql.select import Frame, Select

# Texts and names, in which nothing is a word of the language.
_PART = re.compile(r"""'(?:[^']|'')*'|(?P<over>\bOVER\s+)?(?P<name>"(?:[^"]|"")*")""")


def with_frames_in_place(select: Select) -> Select:
    """The same SELECT without named frames."""
    if not select.windows:
        return select
    lines = tuple(replace(c, text=_spelled(c.text, select.windows)) for c in select.columns)
    return replace(select, columns=lines, windows=())


def _spelled(text: str, frames: Sequence[Frame]) -> str:
    by_name = {frame.name: frame for frame in frames}

    def frame_of(found: re.Match[str]) -> str:
        frame = by_name.get(found["name"]) if found["over"] else None
        return found[0] if frame is None else f"OVER ({frame_text(frame)})"

    return _PART.sub(frame_of, text)


def frame_text(frame: Frame) -> str:
    """What stands in the parentheses of a frame."""
    partition = f"PARTITION BY {frame.partition} " if frame.partition else ""
    return f"{partition}ORDER BY {frame.order} {frame.rows}"
