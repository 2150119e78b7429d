"""The plans of a validation, by the names of the functions that compute them."""

from __future__ import annotations

from collections.abc import Callable

from alignc.artifacts.validation import can_split, counts_plan, failures_plan, marked_plan
from alignc.ir.module import Module, View
from alignc.ir.plan import Plan


def plans_of(module: Module, view: View, optimized: Callable[[Plan], Plan]) -> dict[str, Plan]:
    """How many rows fail what, which rows they are, and the rows of the source with what is wrong."""
    plans = {"counts": counts_plan(module, view), "failures": failures_plan(module, view)}
    if can_split(view):
        plans["marked"] = marked_plan(module, view)
    return {name: optimized(plan) for name, plan in plans.items()}
