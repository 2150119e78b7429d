"""A case changed in a way that must not matter, and what must be said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from alignc.interpreter import Row
from alignc.verify.rows import Case

Answers = list[Row]
Wanted = Callable[[Answers], Answers]


def as_before(rows: Answers) -> Answers:
    """What a change must not matter to."""
    return rows


@dataclass(frozen=True)
class Varied:
    """The changed case, and by name what views and contracts give that can still be told.

    What a `Wanted` leaves out of a row is not compared.
    """

    name: str
    case: Case
    wanted: Mapping[str, Wanted]
