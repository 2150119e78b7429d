"""What a line of a program is about, in the words of its plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Part:
    """The program itself, a step of its plan, a source, or a function of users.

    `column` is a column of a step or of a source.
    """

    kind: Literal["program", "step", "source", "function"]
    name: str
    column: str | None = None


# By line of a file; None for what stands in every file of its kind.
Parts = tuple[Part | None, ...]
