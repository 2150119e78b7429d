"""The plans of a monitor, by the names of the functions that compute them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from alignc.artifacts.comparison import Comparison, comparison_plan, comparisons
from alignc.artifacts.dataset import is_windowed
from alignc.artifacts.outcomes import (
    Judged,
    judged_labels,
    orphans_plan,
    outcomes_plan,
    ranking_plan,
)
from alignc.ir.module import Contract, Module
from alignc.ir.plan import Plan


@dataclass(frozen=True)
class Compared:
    """A label beside a baseline, with the plan and the name of the function that computes it."""

    asked: Comparison
    plan: Plan
    function: str


@dataclass(frozen=True)
class Monitored:
    """A label with its plans: counts of outcomes, how well scores rank, truths without a prediction.

    `number` is its place among those of the contract, from 1. Each baseline has a plan of its own.
    """

    number: int
    judged: Judged
    plans: dict[str, Plan]
    compared: tuple[Compared, ...] = ()

    def function(self, plan: str) -> str:
        """The name of the function that computes a plan."""
        return f"{plan}_{self.number}"

    def functions(self) -> Iterator[tuple[str, Plan]]:
        """All plans, by the names of the functions that compute them."""
        yield from ((self.function(kind), plan) for kind, plan in self.plans.items())
        yield from ((one.function, one.plan) for one in self.compared)


def monitored_labels(
    module: Module, contract: Contract, optimized: Callable[[Plan], Plan]
) -> tuple[Monitored, ...]:
    """The labels of a contract that can be judged, with their plans."""
    found: list[Monitored] = []
    for number, judged in enumerate(judged_labels(module, contract), start=1):
        plans = {"outcomes": outcomes_plan(module, judged)}
        if judged.positive is not None:
            plans["ranking"] = ranking_plan(module, judged)
        if not is_windowed(module, judged.label):
            plans["orphans"] = orphans_plan(module, judged)
        made = {name: optimized(plan) for name, plan in plans.items()}
        compared = tuple(
            Compared(asked, optimized(comparison_plan(module, asked)), f"compared_{number}_{place}")
            for place, asked in enumerate(comparisons(module, judged), start=1)
        )
        found.append(Monitored(number, judged, made, compared))
    return tuple(found)
