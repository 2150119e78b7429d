"""A long text in pieces, as SQL puts texts together that stand below each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What must not be cut: a tag, a doubled quote, a doubled backslash, a sign by its number in Spark.
_UNIT = re.compile(r"""\{\{ "\{" \}\}|''|\\\\|\\u00[0-9a-f]{2}|.""", re.DOTALL)


def pieces_of(text: str, width: int) -> Iterator[str]:
    """The inside of a text, cut behind spaces where there are some near the ends of the pieces."""
    piece: list[str] = []
    size = 0
    for unit in _UNIT.findall(text):
        if size + len(unit) > width:
            spaces = [i for i, u in enumerate(piece) if u == " " and i > len(piece) // 2]
            end = spaces[-1] + 1 if spaces else len(piece)
            yield "".join(piece[:end])
            piece = piece[end:]
            size = sum(map(len, piece))
        piece.append(unit)
        size += len(unit)
    yield "".join(piece)
