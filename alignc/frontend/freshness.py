"""How old the latest row of a view, or the latest prediction of a model, may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from alignc.frontend.capture import here, report
from alignc.frontend.features.base import microseconds


@dataclass(frozen=True)
class Freshness:
    """Two ages in microseconds: up to which it is good, and above which it is an error."""

    acceptable: int | None = None
    unacceptable: int | None = None


ANY_AGE: Final = Freshness()


def freshness_of(acceptable: timedelta | None, unacceptable: timedelta | None) -> Freshness:
    """The ages as the Module has them; ALN221 for those that cannot be."""
    ages = (("acceptable", acceptable), ("unacceptable", unacceptable))
    for name, age in ages:
        if age is not None and not (isinstance(age, timedelta) and age > timedelta(0)):
            report(
                "ALN221",
                f"`{name}_freshness={age!r}` is not an age",
                here(),
                f"such as `{name}_freshness=timedelta(hours=6)`",
            )
            return ANY_AGE
    if acceptable is not None and unacceptable is not None and unacceptable < acceptable:
        report(
            "ALN221",
            f"an age above {unacceptable} is unacceptable, one of {acceptable} is not",
            here(),
            "`unacceptable_freshness` is the longer one",
        )
        return ANY_AGE
    return Freshness(*(None if age is None else microseconds(age) for _, age in ages))
