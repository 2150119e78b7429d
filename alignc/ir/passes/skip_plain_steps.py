"""Read past steps that pass columns on and do nothing else.

a = project s (x = x)     b = key_join a (x) with t
                          b = key_join s (x) with t

Every reader but a filter, a slice and running columns names the columns that it takes. These have all that they are given, so one is
let past only a step that leaves nothing out.
"""

from __future__ import annotations

from collections.abc import Mapping

from alignc.ir.expr import Column
from alignc.ir.passes.rewrites import redirect, with_node, with_steps
from alignc.ir.plan import (
    Filter,
    KeyJoin,
    Plan,
    Project,
    Running,
    Schema,
    Slice,
    Step,
    inputs_of,
    schemas,
)


def skip_plain_steps(plan: Plan) -> Plan:
    known = schemas(plan)
    filtered = {
        name
        for s in plan.steps
        if isinstance(s.node, Filter | Slice | Running)
        for name in inputs_of(s.node)
    }
    new: dict[str, str] = {}
    kept: list[Step] = []
    for step in plan.steps:
        below = _passed_on(step)
        if below is not None and (step.name not in filtered or _is_all(step, below, known)):
            new[step.name] = new.get(below, below)
            continue
        kept.append(with_node(step, redirect(step.node, new)))
    return with_steps(plan, kept)


def _passed_on(step: Step) -> str | None:
    """The step whose columns this one passes on under their names; a comment is worth a step."""
    match step.node:
        case Project(input=below, columns=columns) if step.comment is None:
            is_plain = all(isinstance(c.expr, Column) and c.expr.name == c.name for c in columns)
            return below if is_plain else None
        case KeyJoin(left=below, rights=()) if step.comment is None:
            return below
        case _:
            return None


def _is_all(step: Step, below: str, known: Mapping[str, Schema]) -> bool:
    return known[step.name].keys() == known[below].keys()
