"""Drop the slices of a plan for a program that is always about all rows: a SELECT.

r = slice v by t of k     w = distinct r by k, t
                          w = distinct v by k, t
"""

from __future__ import annotations

from alignc.ir.passes.rewrites import redirect, with_node, with_steps
from alignc.ir.plan import Plan, Slice, Step


def drop_slices(plan: Plan) -> Plan:
    new: dict[str, str] = {}
    kept: list[Step] = []
    for step in plan.steps:
        if isinstance(step.node, Slice):
            new[step.name] = new.get(step.node.input, step.node.input)
            continue
        kept.append(with_node(step, redirect(step.node, new)))
    return with_steps(plan, kept)
