"""What a rule about changes is: documented and tried as those about a project are."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Literal

from alignc.changes.aspects import shown
from alignc.changes.compare import Change, Comparison
from alignc.lint.finding import Finding
from alignc.lint.predictions import prediction_views
from alignc.lint.rule import Documented

# Whom a change hurts: who reads columns, who trusts values, who counts on when they are known, and who
# trains and serves models.
Category = Literal["schema", "meaning", "time", "contract"]


class BreakingRule(Documented):
    """A rule about a change that somebody else will notice."""

    severity = "error"
    category: ClassVar[Category]

    @abstractmethod
    def check(self, comparison: Comparison) -> Iterator[Finding]:
        """Everything that the rule finds between two states."""

    def gone(self, change: Change, message: str, help: str) -> Finding:
        """A finding about something that is not there any more."""
        return replace(self.found(change.symbol, change.span, message, help), is_there=False)


def was(change: Change, aspect: str) -> str | None:
    """`amount + tax -> amount * tax` if the aspect has changed."""
    for difference in change.differences:
        if difference.name == aspect:
            return f"{shown(difference.old.shown)} -> {shown(difference.new.shown)}"
    return None


def changed(comparison: Comparison, *what: str) -> Iterator[Change]:
    """The definitions of some kinds that are another thing now."""
    return (c for c in _written(comparison) if c.state == "changed" and c.what in what)


def removed(comparison: Comparison, *what: str) -> Iterator[Change]:
    """The definitions of some kinds that are gone."""
    return (c for c in _written(comparison) if c.state == "removed" and c.what in what)


def _written(comparison: Comparison) -> Iterator[Change]:
    """The changes without those of views that stand for what a model writes, which are told of the model."""
    implied = prediction_views(comparison.old) | prediction_views(comparison.new)
    for change in comparison.changes:
        if change.what not in ("view", "feature") or change.symbol.split(".")[0] not in implied:
            yield change
