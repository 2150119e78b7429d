"""The types that a plan needs: of columns, constants and casts, and of the columns that are keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from alignc.backends.refusal import Refusal
from alignc.errors import Diagnostic, Span
from alignc.ir.expr import Cast, Expr, Literal, walk
from alignc.ir.module import Contract, View
from alignc.ir.plan import (
    AsOfJoin,
    Distinct,
    Filter,
    Group,
    KeyJoin,
    Plan,
    Project,
    Running,
    Scan,
    WindowAggregate,
    Write,
    schemas,
)
from alignc.ir.types import FLOATS, DType

# Why a target cannot have a type, None if it can.
Reason = Callable[[DType], str | None]


def refused_types(
    plan: Plan,
    definition: View | Contract,
    target: str,
    reason_against: Reason,
    reason_against_key: Reason,
) -> Iterator[Diagnostic]:
    """A diagnostic for each feature or key of a type that a target cannot have."""

    refused = Refusal(definition, target).of
    told: set[str] = set()
    for name, dtype, span in _types(plan):
        reason = reason_against(dtype)
        if reason is not None and name not in told:
            told.add(name)
            yield refused(name, f"`{dtype}`", reason, span)
    for rule in definition.rules if isinstance(definition, View) else ():
        for expr in (rule.when, rule.then):
            for _, dtype, span in _types_in(rule.name, expr, rule.span) if expr else ():
                if (reason := reason_against(dtype)) is not None:
                    yield refused(rule.name, f"`{dtype}`", reason, span, "rule")
    for name, dtype in _keys(plan).items():
        if (reason := reason_against_key(dtype)) is not None:
            kind = "float" if dtype in FLOATS else f"`{dtype}`"
            yield refused(name, f"a {kind} as a key", reason, None)


def _keys(plan: Plan) -> dict[str, DType]:
    """The columns by which rows are joined or grouped, with their types."""
    known = schemas(plan)
    found: dict[str, DType] = {}
    for step in plan.steps:
        match step.node:
            case AsOfJoin(left=left, on=on) | WindowAggregate(left=left, on=on):
                keys = [a for a, _ in on]
            case KeyJoin(left=left, rights=rights):
                keys = [a for right in rights for a, _ in right.on]
            case Distinct(input=left, columns=columns) | Running(input=left, by=columns):
                keys = list(columns)
            case Group(input=left, by=columns):
                keys = list(columns)
            case _:
                continue
        found |= {k: known[left][k] for k in keys}
    return found


def _types(plan: Plan) -> Iterator[tuple[str, DType, Span | None]]:
    """The types of columns that are read or made, and those of constants and casts in them."""
    for step in plan.steps:
        match step.node:
            case Scan(columns=read):
                for given in read:
                    yield given.name, given.dtype, given.span
            case Project(columns=made) | Write(columns=made):
                for column in made:
                    yield column.name, column.dtype, column.span
                    yield from _types_in(column.name, column.expr, column.span)
            case WindowAggregate(aggregates=aggregates):
                for one in aggregates:
                    yield from _types_in(one.name, one.value, one.span)
            case Filter(predicate=predicate):
                yield from _types_in(step.name, predicate, None)
            case Group(columns=grouped):
                for group in grouped:
                    yield group.name, group.dtype, group.span
                    if group.value is not None:
                        yield from _types_in(group.name, group.value, group.span)
            case _:
                pass


def _types_in(name: str, expr: Expr, span: Span | None) -> Iterator[tuple[str, DType, Span | None]]:
    for part in walk(expr):
        if isinstance(part, Cast | Literal):
            yield name, part.dtype, span
