"""What a backend is asked to write: a plan and the words around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from alignc.ir.module import Module, Source
from alignc.ir.plan import Plan


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

    @property
    def sources(self) -> list[Source]:
        """The sources that the plan reads, by name."""
        known = self.module.source_by_name
        names = {scan.source for _, scan in self.plan.scans()}
        return [known[name] for name in sorted(names) if name in known]

    def columns_read(self, source: str) -> list[str]:
        """The columns of a source that the plan reads, by name."""
        scans = [scan for _, scan in self.plan.scans() if scan.source == source]
        return sorted({column.column for scan in scans for column in scan.columns})
