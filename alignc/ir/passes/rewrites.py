"""What several passes need: new plans from old ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import assert_never

from alignc.ir.naming import short_name
from alignc.ir.plan import (
    AsOfJoin,
    Distinct,
    Filter,
    Group,
    JoinSide,
    KeyJoin,
    Plan,
    Project,
    Running,
    Scan,
    Slice,
    Step,
    StepNode,
    Union,
    WindowAggregate,
    Write,
    inputs_of,
)


def with_steps(plan: Plan, steps: list[Step]) -> Plan:
    """The plan with other steps; the same object if they are the same objects."""
    if len(steps) == len(plan.steps) and all(
        a is b for a, b in zip(steps, plan.steps, strict=True)
    ):
        return plan
    return Plan(name=plan.name, steps=tuple(steps))


def with_node(step: Step, node: StepNode) -> Step:
    return step if node is step.node else Step(name=step.name, node=node, comment=step.comment)


def uses(plan: Plan) -> Counter[str]:
    """How many steps read each step."""
    return Counter(name for step in plan.steps for name in set(inputs_of(step.node)))


def names_of(plan: Plan) -> set[str]:
    """The names that no new step may have: those of steps and of sources."""
    return {step.name for step in plan.steps} | {scan.source for _, scan in plan.scans()}


def fresh(name: str, taken: set[str]) -> str:
    """The name, or one like it that no step has; it is taken from now on."""
    name = short_name(name)
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def redirect(node: StepNode, new: Mapping[str, str]) -> StepNode:
    """The node reading other steps in place of those in `new`."""
    if not any(name in new for name in inputs_of(node)):
        return node

    def at(name: str) -> str:
        return new.get(name, name)

    match node:
        case Scan():
            return node
        case Project():
            return Project(input=at(node.input), columns=node.columns)
        case Filter():
            return Filter(input=at(node.input), predicate=node.predicate)
        case Slice():
            return Slice.model_validate({**dict(node), "input": at(node.input)})
        case Distinct():
            return Distinct(input=at(node.input), columns=node.columns)
        case Running():
            return Running.model_validate({**dict(node), "input": at(node.input)})
        case Group():
            return Group(input=at(node.input), by=node.by, columns=node.columns)
        case Union():
            return Union(inputs=tuple(map(at, node.inputs)), columns=node.columns)
        case KeyJoin():
            rights = tuple(
                JoinSide.model_validate({**dict(r), "input": at(r.input)}) for r in node.rights
            )
            return KeyJoin(left=at(node.left), left_columns=node.left_columns, rights=rights)
        case AsOfJoin() | WindowAggregate():
            return type(node).model_validate(
                {**dict(node), "left": at(node.left), "right": at(node.right)}
            )
        case Write():
            others = at(node.others_of) if node.others_of else None
            rows = at(node.rows_of) if node.rows_of else None
            return Write(
                input=at(node.input),
                columns=node.columns,
                others_of=others,
                order_by=node.order_by,
                rows_of=rows,
            )
        case _:
            assert_never(node)
