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
        "percentile",
        "write",
        "path",
        "Path",
        "UTC",
        "date",
        "datetime",
        "timedelta",
        "Decimal",
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


def ordered(keys: Sequence[str], order: Sequence[str], *, latest_first: bool) -> ast.expr:
    """The total order of the rows of a key; a null is the lowest value."""
    direction = "desc_nulls_last" if latest_first else "asc_nulls_first"
    return method(
        call("Window.partitionBy", *map(column_name, keys)),
        "orderBy",
        *(method(column(n), direction) for n in order),
    )


def later(time: ast.expr, microseconds: int) -> ast.expr:
    """A time moved by a duration, which may be negative."""
    if microseconds == 0:
        return time
    move = ast.Add() if microseconds > 0 else ast.Sub()
    return binary(time, move, interval(abs(microseconds)))


def interval(microseconds: int) -> ast.expr:
    """Elapsed time, which is never a day of a calendar."""
    for unit, size in (("hours", 3_600_000_000), ("mins", 60_000_000)):
        if microseconds % size == 0:
            count = constant(microseconds // size)
            return call("F.make_dt_interval", **{unit: call("F.lit", count)})
    seconds = _decimal(microseconds)
    return call("F.make_dt_interval", secs=seconds)


def _decimal(microseconds: int) -> ast.expr:
    text = f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06}"
    return method(call("F.lit", constant(text)), "cast", constant("decimal(18,6)"))
