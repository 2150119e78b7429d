"""The plans of a validation, by the names of the functions that compute them."""

from __future__ import annotations

from collections.abc import Callable

from alignc.artifacts.subjects import Subject
from alignc.artifacts.validation import can_split, counts_plan, failures_plan, marked_plan
from alignc.ir.plan import Plan


def plans_of(subject: Subject, optimized: Callable[[Plan], Plan]) -> dict[str, Plan]:
    """How many rows fail what, which rows they are, and all rows as they came with what is wrong with them."""
    plans = {"counts": counts_plan(subject), "failures": failures_plan(subject)}
    if can_split(subject):
        plans["marked"] = marked_plan(subject)
    return {name: optimized(plan) for name, plan in plans.items()}
