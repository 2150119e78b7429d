"""What a backend is asked to write: a plan and the words around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from alignc.ir.module import Module, Source
from alignc.ir.plan import Plan, Scan


@dataclass(frozen=True)
class LabelColumn:
    """A column of a dataset with a truth.

    If it is about a window after the row: how many microseconds after it that ends, and the function that
    gives the time of the latest event.
    """

    name: str
    horizon: int | None = None
    latest: str | None = None


@dataclass(frozen=True)
class Judge:
    """The function that says how wrong stored predictions of a label are."""

    prediction: str
    problem: Literal["classification", "regression"]
    function: str


@dataclass(frozen=True)
class Evaluation:
    """What test sets of a dataset are cut by; `plans` are those of the functions that are named.

    `embargo` is how many microseconds after a row all its labels are known. Judges read the relation
    `predictions`, which is none of the sources.
    """

    embargo: int = 0
    labels: tuple[LabelColumn, ...] = ()
    judges: tuple[Judge, ...] = ()
    plans: Mapping[str, Plan] = field(default_factory=dict)
    predictions: str = ""


@dataclass(frozen=True)
class Job:
    """One program to write. `pointer` is the place of the definition, `about` its description."""

    module: Module
    plan: Plan
    kind: Literal["view", "dataset"]
    title: str
    pointer: str
    about: tuple[str, ...]
    # How many folders up from the program the project is.
    depth: int
    # Of a dataset; programs of other kinds have none.
    evaluation: Evaluation = Evaluation()

    @property
    def functions(self) -> Mapping[str, Plan]:
        """The plans of functions beside `build`."""
        return self.evaluation.plans if self.kind == "dataset" else {}

    def scans(self) -> list[Scan]:
        """All that the program reads."""
        plans = (self.plan, *self.functions.values())
        return [scan for plan in plans for _, scan in plan.scans()]

    @property
    def sources(self) -> list[Source]:
        """The sources that the program reads, by name."""
        known = self.module.source_by_name
        names = {scan.source for scan in self.scans()}
        return [known[name] for name in sorted(names) if name in known]

    def columns_read(self, source: str) -> list[str]:
        """The columns of a source that the program reads, by name."""
        scans = [scan for scan in self.scans() if scan.source == source]
        return sorted({column.column for scan in scans for column in scan.columns})
