"""A program in the making: its statements so far, and the names that are taken."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from alignc.backends.pyspark.ops.arg import column, column_name, is_plain_name
from alignc.backends.python.build import (
    assign,
    binary,
    call,
    constant,
    method,
    name,
    texts,
    variable,
)
from alignc.backends.python.printer import commented
from alignc.ir.plan import (
    Schema,
)
from alignc.ir.types import FLOATS, DType

# The names of helper columns.
TIME, RANK, ASKS = "__time", "__rank", "__asks"
ENTITY_ROWS = "entity_rows"

# Names that the program has already: imports, helpers and parameters of `build`.
_TAKEN = frozenset(
    [
        "F",
        "Window",
        "SparkSession",
        "DataFrame",
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
        "path",
        "Path",
        "spark",
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


def known_rows(
    rows: ast.expr, names: Sequence[str], schema: Mapping[str, DType], *, are_all: bool = False
) -> ast.expr:
    """The rows in which none of the columns is null; `are_all` if there are no others.

    `dropna` says it best, but it drops NaN as well, and takes a name with a dot for a path.
    """
    if all(is_plain_name(n) and schema[n] not in FLOATS for n in names):
        return method(rows, "dropna", **({} if are_all else {"subset": texts(names)}))
    tests = [method(column(n), "isNotNull") for n in names]
    return method(rows, "where", reduce(lambda a, b: binary(a, ast.BitAnd(), b), tests))


def renamed(old: str, new: str) -> ast.expr:
    return column_name(old) if old == new else method(column(old), "alias", constant(new))


def documented(node: ast.expr, doc: str | None) -> ast.expr:
    return commented(node, [" ".join(s.split()) for s in doc.splitlines()]) if doc else node


def micros(time: ast.expr) -> ast.expr:
    return method(call("F.unix_micros", time), "alias", constant(TIME))
