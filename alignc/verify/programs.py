"""All programs of a Module: each view and dataset, for each target, with and without the passes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from alignc.backends.support import unsupported_features
from alignc.driver import emit, job_of, plans_of
from alignc.ir.module import Contract, Module, View
from alignc.ir.plan import Plan


@dataclass(frozen=True)
class Program:
    """What a view or a dataset is computed by; `optimized` is false for the twin without passes."""

    module: Module
    definition: View | Contract
    plan: Plan
    optimized: bool

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def kind(self) -> Literal["view", "dataset"]:
        return "view" if isinstance(self.definition, View) else "dataset"

    @property
    def sources(self) -> list[str]:
        """The sources that the plan reads."""
        known = self.module.source_by_name
        return sorted({scan.source for _, scan in self.plan.scans()} & known.keys())

    def reasons_against(self, target: str) -> list[str]:
        """Why the target cannot express it; nothing if it can."""
        found = unsupported_features(self.module, self.plan, self.definition, target)
        return [diagnostic.message for diagnostic in found]

    def text_for(self, target: str) -> str:
        """The program in the words of a target."""
        return emit(job_of(self.module, self.plan, self.definition, 1), target)


def programs_of(module: Module, *, twins: bool) -> Iterator[Program]:
    """The programs of a Module; with `twins` also those without the passes."""
    for optimize in (True, False) if twins else (True,):
        for plan, definition in plans_of(module, optimize=optimize):
            yield Program(module, definition, plan, optimize)
