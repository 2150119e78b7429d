"""The plans of a monitor, by the names of the functions that compute them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from alignc.artifacts.clusters import Clustered, centroids_plan, clustered, distances_plan
from alignc.artifacts.comparison import Comparison, comparison_plan, comparisons
from alignc.artifacts.dataset import is_windowed
from alignc.artifacts.outcomes import (
    Judged,
    judged_labels,
    orphans_plan,
    outcomes_plan,
    ranking_plan,
)
from alignc.artifacts.recommendations import list_orphans_plan, lists_plan, popularity_plan
from alignc.artifacts.recommended import Recommended, recommended
from alignc.ir.module import Contract, Module
from alignc.ir.plan import Plan

# The plans that there may be, as `monitored` makes them.
KINDS = ("outcomes", "ranking", "popularity", "centroids", "orphans")


About: TypeAlias = Judged | Recommended | Clustered


@dataclass(frozen=True)
class Compared:
    """A label beside a baseline, with the plan and the name of the function that computes it."""

    asked: Comparison
    plan: Plan
    function: str


@dataclass(frozen=True)
class Monitored:
    """A label, a ranking, or a clustering, with its plans by kind.

    `outcomes` are counts and sums, `ranking` says how well scores of a label rank, `popularity` what the most
    popular items would have come to, `centroids` where clusters are, `orphans` counts truths without a
    prediction. `number` is the place among those of the contract, from 1.
    Each baseline of a label has a plan of its own.
    """

    number: int
    about: About
    plans: dict[str, Plan]
    compared: tuple[Compared, ...] = ()

    def function(self, plan: str) -> str:
        """The name of the function that computes a plan."""
        return f"{plan}_{self.number}"

    def functions(self) -> Iterator[tuple[str, Plan]]:
        """All plans, by the names of the functions that compute them."""
        yield from ((self.function(kind), plan) for kind, plan in self.plans.items())
        yield from ((one.function, one.plan) for one in self.compared)


def monitored(
    module: Module, contract: Contract, optimized: Callable[[Plan], Plan]
) -> tuple[Monitored, ...]:
    """The labels, rankings and clusterings of a contract that can be judged, with their plans."""
    abouts: list[tuple[About, dict[str, Plan]]] = [
        *((judged, dict(_of_label(module, judged))) for judged in judged_labels(module, contract)),
        *((one, dict(_of_ranking(module, one))) for one in recommended(module, contract)),
        *((one, dict(_of_clustering(module, one))) for one in clustered(contract)),
    ]
    return tuple(
        Monitored(
            number,
            about,
            {kind: optimized(plan) for kind, plan in plans.items()},
            tuple(_compared(module, about, number, optimized)),
        )
        for number, (about, plans) in enumerate(abouts, start=1)
    )


def _compared(
    module: Module, about: About, number: int, optimized: Callable[[Plan], Plan]
) -> Iterator[Compared]:
    asked = comparisons(module, about) if isinstance(about, Judged) else ()
    for place, one in enumerate(asked, start=1):
        yield Compared(one, optimized(comparison_plan(module, one)), f"compared_{number}_{place}")


def _of_label(module: Module, judged: Judged) -> Iterator[tuple[str, Plan]]:
    yield "outcomes", outcomes_plan(module, judged)
    if judged.positive is not None:
        yield "ranking", ranking_plan(module, judged)
    if not is_windowed(module, judged.label):
        yield "orphans", orphans_plan(module, judged)


def _of_ranking(module: Module, about: Recommended) -> Iterator[tuple[str, Plan]]:
    yield "outcomes", lists_plan(module, about)
    if about.has_times:
        yield "popularity", popularity_plan(module, about)
    if not about.looks_ahead:
        yield "orphans", list_orphans_plan(module, about)


def _of_clustering(module: Module, about: Clustered) -> Iterator[tuple[str, Plan]]:
    yield "outcomes", distances_plan(module, about)
    yield "centroids", centroids_plan(module, about)
