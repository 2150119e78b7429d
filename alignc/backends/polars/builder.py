"""A program in the making: its statements so far, and the names that are taken."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from alignc.backends.python.build import (
    assign,
    binary,
    call,
    constant,
    method,
    name,
    variable,
)
from alignc.backends.python.printer import commented
from alignc.ir.plan import (
    Schema,
)

# The names of helper columns.
TIME, RANK, SINCE = "__time", "__rank", "__since"
ENTITY_ROWS = "entity_rows"

# Names that the program has already: imports, helpers and parameters of `build`.
_TAKEN = frozenset(
    [
        "pl",
        "argparse",
        "os",
        "sys",
        "sources",
        "entities",
        "build",
        "main",
        "Column",
        "InputError",
        "open_source",
        "typed",
        "unique_by",
        "write",
        "round_decimal",
        "md5",
        "md5_number",
        "percentile",
        "to_decimal",
        "path",
        "Path",
        "UTC",
        "date",
        "datetime",
        "timedelta",
        "Decimal",
    ]
)


@dataclass
class ProgramBuilder:
    """The statements so far; `schemas` are the columns of all steps of the plan."""

    schemas: dict[str, Schema]
    statements: list[ast.stmt] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=lambda: {*_TAKEN, ENTITY_ROWS})

    def variable(self, text: str) -> str:
        return variable(text, self.taken)

    def assign(self, step: str, value: ast.expr) -> None:
        self.variables[step] = self.variable(step)
        self.set(self.variables[step], value)

    def set(self, target: str, value: ast.expr) -> None:
        self.statements.append(assign(target, value))

    def read(self, step: str) -> ast.expr:
        return name(self.variables[step])


def renamed(old: str, new: str) -> ast.expr:
    if old == new:
        return constant(old)
    return method(call("pl.col", constant(old)), "alias", constant(new))


def documented(node: ast.expr, doc: str | None) -> ast.expr:
    return commented(node, [" ".join(s.split()) for s in doc.splitlines()]) if doc else node


_UNITS = (("hours", 3_600_000_000), ("minutes", 60_000_000), ("seconds", 1_000_000))


def later(time: ast.expr, microseconds: int) -> ast.expr:
    """A time moved by a duration, which may be negative."""
    if microseconds == 0:
        return time
    move = ast.Add() if microseconds > 0 else ast.Sub()
    return binary(time, move, duration(abs(microseconds)))


def duration(microseconds: int) -> ast.expr:
    """Elapsed time in its largest whole unit."""
    for unit, size in _UNITS:
        if microseconds % size == 0:
            return call("pl.duration", **{unit: constant(microseconds // size)})
    return call("pl.duration", microseconds=constant(microseconds))
