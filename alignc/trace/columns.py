"""The definitions of a plan's columns: every column of every step with the place of its feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from alignc.errors import Span
from alignc.ir.expr import Column
from alignc.ir.plan import (
    AsOfJoin,
    Distinct,
    Filter,
    Group,
    KeyJoin,
    NamedExpr,
    Plan,
    Project,
    Running,
    Scan,
    Slice,
    StepNode,
    Union,
    WindowAggregate,
    Write,
    inputs_of,
)


@dataclass(frozen=True, slots=True)
class Origin:
    """The name under which a column was defined, and where."""

    name: str
    span: Span


Origins = Mapping[str, Mapping[str, Origin]]


def origins_of(plan: Plan) -> Origins:
    """By step: its columns that are features, under the names that they have there."""
    known: dict[str, dict[str, Origin]] = {}
    for step in plan.steps:
        known[step.name] = _made(step.node, known)
    return known


def origin_in(plan: Plan, origins: Origins, step: str, column: str) -> Origin | None:
    """A column that a step makes, or one that it reads; None for the compiler's own."""
    if column in origins[step]:
        return origins[step][column]
    # What is read on the right has made the step; the left one asks.
    read = [origins[name] for name in reversed(inputs_of(plan.by_name[step].node))]
    return next((columns[column] for columns in read if column in columns), None)


def _made(node: StepNode, known: Origins) -> dict[str, Origin]:
    match node:
        case Scan():
            return {c.name: Origin(c.name, c.span) for c in node.columns if c.span}
        case Project() | Write():
            made = {c.name: _of_expression(c, known[node.input]) for c in node.columns}
            return {name: origin for name, origin in made.items() if origin is not None}
        case Filter() | Slice() | Distinct() | Running():
            return dict(known[node.input])
        case Union():
            return dict(known[node.inputs[0]])
        case KeyJoin():
            found = dict(known[node.left])
            for right in node.rights:
                read = known[right.input]
                found.update({new: read[name] for name, new in right.columns if name in read})
            return found
        case AsOfJoin():
            read = known[node.right]
            return {**known[node.left], **{n: read[n] for n in node.right_columns if n in read}}
        case Group():
            grouped = {n: o for n, o in known[node.input].items() if n in node.by}
            return {**grouped, **{c.name: Origin(c.name, c.span) for c in node.columns if c.span}}
        case WindowAggregate():
            aggregates = {a.name: Origin(a.name, a.span) for a in node.aggregates if a.span}
            return {**known[node.left], **aggregates}
        case _:
            assert_never(node)


def _of_expression(given: NamedExpr, read: Mapping[str, Origin]) -> Origin | None:
    if given.span is not None:
        return Origin(given.name, given.span)
    return read.get(given.expr.name) if isinstance(given.expr, Column) else None
