"""Text for people, in lines that a terminal of 80 columns shows whole."""

from __future__ import annotations

import re
from typing import Final

# A word with the space before it. What is in ticks or in quotation marks is not parted.
_WORD: Final = re.compile(r"\s*(?:`[^`]*`|\"(?:[^\"\\]|\\.)*\"|\S)+")


def wrapped(text: str, indent: str = "", width: int = 80) -> list[str]:
    """The lines of a text. All but the first begin with `indent`; a word longer than a line stays whole.

    >>> wrapped("there is no `first name` here", "  ", 22)
    ['there is no', '  `first name` here']
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = indent if lines else ""
        is_empty = True
        for word in _WORD.findall(paragraph):
            if not is_empty and len(line) + len(word) > width:
                lines.append(line)
                line, word = indent, word.lstrip()
            line += word
            is_empty = False
        lines.append(line.rstrip())
    return lines


def wrapped_lines(text: str, width: int = 80) -> str:
    """A text of indented lines, in which each that is too long goes on four columns further in."""
    return "\n".join(
        part
        for line in text.split("\n")
        for part in wrapped(line, " " * (len(line) - len(line.lstrip()) + 4), width)
    )
