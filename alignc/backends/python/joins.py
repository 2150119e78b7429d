"""Joins by key, of data frames of any kind; a key that must be unique and is not ends the program."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from alignc.backends.python.build import call, compact, constant, method, name, texts
from alignc.backends.python.program import ProgramBuilder, numbered_rows
from alignc.ir.expr import Column
from alignc.ir.plan import (
    JoinSide,
    KeyJoin,
    Plan,
    Scan,
    Schema,
    Step,
    Write,
    inputs_of,
    joins_by_name,
)

# A column under another name, or the name itself where they are the same.
Renamed = Callable[[str, str], ast.expr]
# The join of two frames by columns of one name: `joined(left, right, on, how)`.
Joined = Callable[[ast.expr, ast.expr, ast.expr, ast.expr], ast.expr]


def lower_key_join(
    program: ProgramBuilder, step: str, node: KeyJoin, renamed: Renamed, joined: Joined
) -> None:
    """The statements of a key join."""
    plain = {a for right in node.rights if joins_by_name(node, right) for a, _ in right.on}
    wanted = [renamed(n, n) for n in dict.fromkeys((*node.left_columns, *plain))]
    hidden: list[str] = []
    for right in node.rights:
        if not joins_by_name(node, right):
            hidden += [f"__key_{len(hidden) + i + 1}" for i, _ in enumerate(right.on)]
            names = hidden[-len(right.on) :]
            wanted += [renamed(a, h) for h, (a, _) in zip(names, right.on, strict=True)]
    value = program.read(node.left)
    if hidden or node.left_columns != tuple(program.schemas[node.left]):
        value = method(value, "select", *wanted)
    program.assign(step, joined_sides(program, value, node, hidden, renamed, joined))


def joined_sides(
    program: ProgramBuilder,
    value: ast.expr,
    node: KeyJoin,
    hidden: Sequence[str],
    renamed: Renamed,
    joined: Joined,
) -> ast.expr:
    """The rows of `value`, which have the keys, with the columns of the right sides of a join.

    `hidden` are the keys that have a name of their own, in the order of the sides.
    """
    plain = {a for right in node.rights if joins_by_name(node, right) for a, _ in right.on}
    spare = list(hidden)
    for right in node.rights:
        rows = program.read(right.input)
        if right.unique:
            told = program.told[right.input, right.key]
            rows = call("unique_by", rows, constant(told), texts(right.key))
        taken = [renamed(old, new) for old, new in right.columns]
        names = [a for a, _ in right.on]
        if not joins_by_name(node, right):
            # A name of the key means something else here: it is joined under its own.
            names, spare = spare[: len(right.on)], spare[len(right.on) :]
        if not right.on:
            rows = method(rows, "select", *taken)
            value = method(value, "join", rows, how=constant("cross"))
            continue
        keyed = [renamed(b, n) for n, (_, b) in zip(names, right.on, strict=True)]
        if not _is_all_of(program.schemas[right.input], right, names):
            rows = method(rows, "select", *keyed, *taken)
        value = joined(value, rows, compact(texts(names)), constant(right.how))
    extra = [*hidden, *sorted(plain - set(node.left_columns))]
    if extra:
        value = method(value, "drop", *map(constant, extra))
    return value


def _is_all_of(schema: Schema, right: JoinSide, names: Sequence[str]) -> bool:
    """Whether a side has nothing but its keys and what is taken of it, under the names that they get."""
    keys = [(b, n) for n, (_, b) in zip(names, right.on, strict=True)]
    asked = [*keys, *right.columns]
    return all(old == new for old, new in asked) and [n for n, _ in asked] == list(schema)


def beside_rows(
    program: ProgramBuilder,
    plan: Plan,
    node: Write,
    columns: Sequence[ast.expr],
    renamed: Renamed,
    joined: Joined,
) -> ast.expr:
    """The numbered rows of a relation as they came, with the columns that are written beside them."""
    assert node.others_of is not None
    others = plan.by_name[node.others_of].node
    assert isinstance(others, Scan)
    rows = name(numbered_rows(others.source))
    beside = join_beside(plan)
    if beside is not None and isinstance(beside.node, KeyJoin):
        return joined_sides(program, rows, beside.node, (), renamed, joined)
    by = constant(node.order_by)
    written = method(program.read(node.input), "select", by, *columns)
    return joined(rows, written, by, constant("left"))


def join_beside(plan: Plan) -> Step | None:
    """The join that adds to the numbered rows just what the plan writes beside them, if it is one.

    Then these rows are joined with its sides themselves, and the join is no step of the program.
    """
    node = plan.steps[-1].node
    if not isinstance(node, Write) or node.others_of is None:
        return None
    if sum(node.input in inputs_of(step.node) for step in plan.steps) > 1:
        return None
    step = plan.by_name[node.input]
    join = step.node
    if not isinstance(join, KeyJoin) or join.left != node.others_of:
        return None
    by = node.order_by
    made = [new for right in join.rights for _, new in right.columns]
    is_plain = join.left_columns == (by,) and all(
        right.how == "left" and right.on == ((by, by),) for right in join.rights
    )
    written = [c.name for c in node.columns if c.expr == Column(name=c.name)]
    return step if is_plain and made == written and len(made) == len(node.columns) else None
