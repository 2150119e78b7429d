"""Words that several rules and formats need."""

from __future__ import annotations

from collections.abc import Sequence


def listed(names: Sequence[str], most: int = 5) -> str:
    """The names in ticks: `a`, `b` and 3 more."""
    shown = [f"`{name}`" for name in names[:most]]
    left = len(names) - len(shown)
    if left:
        return f"{', '.join(shown)} and {left} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def counted(number: int, word: str) -> str:
    """`1 view`, `2 views`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
