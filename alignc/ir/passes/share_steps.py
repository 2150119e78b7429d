"""Compute a step once that is there twice.

a = project s (x = p)     b = project s (x = p)     c = key_join a with b
a = project s (x = p)                               c = key_join a with a
"""

from __future__ import annotations

from alignc.ir.passes.rewrites import redirect, with_node, with_steps
from alignc.ir.plan import Plan, Scan, Step, StepNode


def share_steps(plan: Plan) -> Plan:
    first: dict[StepNode, str] = {}
    new: dict[str, str] = {}
    kept: list[Step] = []
    for step in plan.steps:
        node = redirect(step.node, new)
        has_others = isinstance(node, Scan) and node.others
        if node in first and not has_others:
            new[step.name] = first[node]
            continue
        first[node] = step.name
        kept.append(with_node(step, node))
    return with_steps(plan, kept)
