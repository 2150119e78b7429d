"""Aggregate all windows over one relation in one step: one scan, one sort, one union.

a = window_aggregate k over v (x over 1 h)     b = window_aggregate k over v (y over 1 d)
a = window_aggregate k over v (x over 1 h, y over 1 d)

Steps whose rows are matched one window at a time stay apart.
"""

from __future__ import annotations

from alignc.ir.passes.rewrites import fresh, names_of, redirect, with_node, with_steps
from alignc.ir.plan import JoinSide, KeyJoin, Plan, Step, WindowAggregate
from alignc.ir.print import every_name
from alignc.ir.time_frames import fits_frames


def share_windows(plan: Plan) -> Plan:
    groups: dict[object, list[Step]] = {}
    for step in plan.steps:
        if isinstance(step.node, WindowAggregate) and fits_frames(step.node):
            n = step.node
            asked = (n.left, n.on, n.left_time, n.left_columns)
            key = (asked, n.right, n.right_time, n.rows_per_key)
            groups.setdefault(key, []).append(step)
    taken = names_of(plan)
    new: dict[str, str] = {}
    merged: dict[str, Step] = {}
    for steps in (group for group in groups.values() if len(group) > 1):
        one = _merged(steps, taken)
        if one is not None:
            merged[steps[0].name] = one
            new.update({old.name: one.name for old in steps})
    if not new:
        return plan
    result: list[Step] = []
    for step in plan.steps:
        if step.name in merged:
            result.append(merged[step.name])
        elif step.name not in new:
            node = redirect(step.node, new)
            result.append(
                with_node(step, _joined_once(node) if isinstance(node, KeyJoin) else node)
            )
    return with_steps(plan, result)


def _merged(steps: list[Step], taken: set[str]) -> Step | None:
    nodes = [step.node for step in steps if isinstance(step.node, WindowAggregate)]
    aggregates = tuple(a for node in nodes for a in node.aggregates)
    if len({a.name for a in aggregates}) < len(aggregates):
        return None
    # The steps are called after their view and their window.
    every = every_name(aggregates[0].window)
    name = fresh(f"{steps[0].name.removesuffix(every).rpartition('_')[0]}_windows{every}", taken)
    comment = " ".join(step.comment for step in steps if step.comment)
    node = WindowAggregate.model_validate({**dict(nodes[0]), "aggregates": aggregates})
    return Step(name=name, node=node, comment=comment or None)


def _joined_once(node: KeyJoin) -> KeyJoin:
    """One side for each step, where merging has left several with the same key."""
    sides: dict[tuple[str, tuple[tuple[str, str], ...]], JoinSide] = {}
    for side in node.rights:
        known = sides.get((side.input, side.on))
        columns = (*known.columns, *side.columns) if known else side.columns
        sides[side.input, side.on] = JoinSide.model_validate({**dict(side), "columns": columns})
    return KeyJoin(left=node.left, left_columns=node.left_columns, rights=tuple(sides.values()))
