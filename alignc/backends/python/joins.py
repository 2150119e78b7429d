"""Joins by key, of data frames of any kind; a key that must be unique and is not ends the program."""

from __future__ import annotations

import ast
from collections.abc import Callable

from alignc.backends.python.build import call, compact, constant, method, texts
from alignc.backends.python.program import ProgramBuilder
from alignc.ir.plan import KeyJoin, joins_by_name

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
    spare = list(hidden)
    for right in node.rights:
        rows = program.read(right.input)
        if right.unique:
            name = program.told[right.input, right.key]
            rows = call("unique_by", rows, constant(name), texts(right.key))
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
        rows = method(rows, "select", *keyed, *taken)
        value = joined(value, rows, compact(texts(names)), constant(right.how))
    extra = [*hidden, *sorted(plain - set(node.left_columns))]
    if extra:
        value = method(value, "drop", *map(constant, extra))
    program.assign(step, value)
