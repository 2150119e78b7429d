"""The view artefact: all features of a view, for all rows of its source."""

from __future__ import annotations

from alignc.artifacts.relations import PlanBuilder, full_relation, named
from alignc.artifacts.stored import NOTHING, Stored
from alignc.ir.module import Module, View
from alignc.ir.plan import Plan, Write


def view_plan(module: Module, view: View, stored: Stored = NOTHING) -> Plan:
    """The plan that computes a view, before the passes; its columns are in definition order."""
    plan = PlanBuilder(module, stored)
    step = full_relation(view, plan, sliced=True)
    plan.add("result", Write(input=step, columns=tuple(named(f) for f in view.features)))
    return plan.finish(view.name)
