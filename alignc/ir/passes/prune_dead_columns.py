"""Drop columns and steps that the result does not depend on, down to the columns of scans.

v = scan s (a, b, c)     w = project v (x = a, y = b)     write w (x)
v = scan s (a)           w = project v (x = a)            write w (x)
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import assert_never

from alignc.ir.expr import columns_of
from alignc.ir.passes.rewrites import with_node, with_steps
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
)
from alignc.ir.time_frames import needs_order

# The columns that later steps need of each step.
Needs = defaultdict[str, set[str]]


def prune_dead_columns(plan: Plan) -> Plan:
    needs: Needs = defaultdict(set)
    kept: list[Step] = []
    for step in reversed(plan.steps):
        is_read = step.name in needs or isinstance(step.node, Write)
        if not is_read:
            continue
        needed = needs[step.name]
        node = _narrowed(step.node, needed)
        _demand(node, needed, needs)
        kept.append(with_node(step, node))
    return with_steps(plan, kept[::-1])


def _narrowed(node: StepNode, needed: set[str]) -> StepNode:
    """The node without the columns that nobody needs; the same object if all are needed."""
    match node:
        case Write() | Filter() | Slice() | Distinct():
            return node
        case Running():
            running = tuple(c for c in node.columns if c.name in needed)
            if len(running) == len(node.columns):
                return node
            return Running.model_validate({**dict(node), "columns": running})
        case Scan():
            # A row is a row, also where nobody wants a value of it.
            columns = tuple(c for c in node.columns if c.name in needed) or node.columns[:1]
            if len(columns) == len(node.columns):
                return node
            return node.model_copy(update={"columns": columns})
        case Project():
            exprs = tuple(e for e in node.columns if e.name in needed) or node.columns[:1]
            if len(exprs) == len(node.columns):
                return node
            return Project(input=node.input, columns=exprs)
        case Union():
            kept = tuple(n for n in node.columns if n in needed) or node.columns[:1]
            return node if kept == node.columns else Union(inputs=node.inputs, columns=kept)
        case KeyJoin():
            left = tuple(n for n in node.left_columns if n in needed)
            sides = [_narrowed_side(right, needed) for right in node.rights]
            rights = tuple(side for side in sides if side.columns or side.how == "inner")
            if left == node.left_columns and rights == node.rights:
                return node
            return KeyJoin(left=node.left, left_columns=left, rights=rights)
        case AsOfJoin():
            left = tuple(n for n in node.left_columns if n in needed)
            right = tuple(n for n in node.right_columns if n in needed)
            if (left, right) == (node.left_columns, node.right_columns):
                return node
            return AsOfJoin.model_validate(
                {**dict(node), "left_columns": left, "right_columns": right}
            )
        case Group():
            groups = tuple(c for c in node.columns if c.name in needed)
            if len(groups) == len(node.columns):
                return node
            return Group(input=node.input, by=node.by, columns=groups)
        case WindowAggregate():
            left = tuple(n for n in node.left_columns if n in needed)
            made = tuple(a for a in node.aggregates if a.name in needed)
            if (left, made) == (node.left_columns, node.aggregates):
                return node
            order = node.order if needs_order(made) else ()
            return WindowAggregate.model_validate(
                {**dict(node), "left_columns": left, "order": order, "aggregates": made}
            )
        case _:
            assert_never(node)


def _narrowed_side(side: JoinSide, needed: set[str]) -> JoinSide:
    columns = tuple((name, new) for name, new in side.columns if new in needed)
    return JoinSide.model_validate({**dict(side), "columns": columns})


def _demand(node: StepNode, needed: set[str], needs: Needs) -> None:
    """Note what a node reads from the steps before it, for the columns that are needed of it."""
    match node:
        case Scan():
            pass
        case Project() | Write():
            needs[node.input].update(chain.from_iterable(columns_of(c.expr) for c in node.columns))
            if isinstance(node, Write):
                if node.order_by:
                    needs[node.input].add(node.order_by)
                if node.others_of:
                    needs[node.others_of].update(())
        case Filter():
            needs[node.input].update(needed | columns_of(node.predicate))
        case Slice():
            needs[node.input].update((*needed, node.time, *node.by))
        case Distinct():
            needs[node.input].update(node.columns)
        case Union():
            for name in node.inputs:
                needs[name].update(node.columns)
        case KeyJoin():
            needs[node.left].update(node.left_columns)
            for right in node.rights:
                needs[node.left].update(a for a, _ in right.on)
                needs[right.input].update(b for _, b in right.on)
                needs[right.input].update(name for name, _ in right.columns)
        case AsOfJoin():
            needs[node.left].update((*node.left_columns, *(a for a, _ in node.on)))
            if node.left_time is not None:
                needs[node.left].add(node.left_time)
            needs[node.right].update((*node.right_columns, *(b for _, b in node.on)))
            needs[node.right].update((node.right_time, *node.order))
            needs[node.right].update(t for t in (node.created_at, node.valid_to) if t is not None)
        case Running():
            made_here = {c.name for c in node.columns}
            needs[node.input].update(needed - made_here, node.by, node.order)
            needs[node.input].update(c.column for c in node.columns)
        case Group():
            read = (columns_of(c.value) for c in node.columns if c.value is not None)
            needs[node.input].update(node.by, *read)
        case WindowAggregate():
            needs[node.left].update((*node.left_columns, *(a for a, _ in node.on), node.left_time))
            needs[node.right].update((*(b for _, b in node.on), node.right_time))
            needs[node.right].update(node.order)
            if node.created_at is not None:
                needs[node.right].add(node.created_at)
            for made in node.aggregates:
                needs[node.right].update(columns_of(made.value))
        case _:
            assert_never(node)
