"""The plans of a drift program, by the names of the functions that compute them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from alignc.artifacts.drift import (
    COLUMN,
    Compared,
    bins_plan,
    counts_plan,
    distances_plan,
    drift_of,
    drift_plan,
    judged_of,
    rows_plan,
    sizes_plan,
    spread_plan,
)
from alignc.backends.sql.dialect import DIALECTS
from alignc.ir.module import Contract, Module
from alignc.ir.plan import Plan
from alignc.monitoring.drift.level import limits_of
from alignc.monitoring.drift.options import Options

# What the functions of a program compute.
FUNCTIONS = {
    "inputs": "The inputs of the model as they are compared: numbers are floats, all else is text.",
    "predictions": "The predictions as they are compared.",
    "truths": "The predictions and the truth about them.",
    "number_sizes": "How many rows there are, how many have no number, and moments of the others.",
    "text_sizes": "How many rows there are, and how many have no value.",
    "number_counts": "How often each number is in either dataset.",
    "text_counts": "How often each text is in either dataset.",
    "distances": "How far apart two distributions of numbers are, and the edges of bins.",
    "bins": "How many numbers are in each bin.",
    "spread": "How different the shares of bins or categories are.",
}


Passes = Callable[[Plan], Plan]


def plans_of(
    module: Module, contract: Contract, target: str, options: Options, optimized: Passes
) -> dict[str, Plan]:
    """The plans of a target: one of a query, or one for each function of a program.

    Polars measures a column after the other, for less memory; Spark all at once, for fewer jobs.
    """
    if target in DIALECTS:
        asked = drift_of(module, contract)
        plan = drift_plan(without_definitions(module), asked.columns, limits_of(asked, options))
        return {"drift": optimized(plan)}
    by = (COLUMN,) if target == "pyspark" else ()
    return _functions_of(module, contract, optimized, by)


def _functions_of(
    module: Module, contract: Contract, optimized: Passes, by: Sequence[str]
) -> dict[str, Plan]:
    # The relations that they read are no sources of the project.
    alone = without_definitions(module)
    asked = drift_of(module, contract)
    plans: dict[str, Plan] = {}
    if of_inputs := asked.of_role("input"):
        plans["inputs"] = rows_plan(alone, of_inputs)
    if of_predictions := asked.of_role("prediction"):
        plans["predictions"] = rows_plan(alone, of_predictions)
        plans["truths"] = rows_plan(alone, _with_truths(module, contract))
    kinds = {column.kind for column in asked.columns}
    if "number" in kinds:
        plans["number_sizes"] = sizes_plan(alone, "number", by)
        plans["number_counts"] = counts_plan(alone, "number", by)
        plans["distances"] = distances_plan(alone, by)
        plans["bins"] = bins_plan(alone, by)
    if "category" in kinds:
        plans["text_sizes"] = sizes_plan(alone, "category", by)
        plans["text_counts"] = counts_plan(alone, "category", by)
    plans["spread"] = spread_plan(alone, by)
    return {name: optimized(plan) for name, plan in plans.items()}


def _with_truths(module: Module, contract: Contract) -> list[Compared]:
    """The predictions and the columns with the truth, each name once."""
    columns: dict[str, Compared] = {}
    for one in judged_of(module, contract):
        columns.setdefault(one.prediction.name, one.prediction)
        columns.setdefault(one.truth.name, one.truth)
    return list(columns.values())


def without_definitions(module: Module) -> Module:
    """A module of the same name in which nothing is defined."""
    return Module(project=module.project, sources=(), views=(), contracts=())
