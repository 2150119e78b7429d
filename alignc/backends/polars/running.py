"""Columns that depend on the order of rows: running sums, and the value in the next row."""

from __future__ import annotations

import ast

from alignc.backends.python.build import call, constant, method
from alignc.backends.python.program import ProgramBuilder
from alignc.ir.plan import Running, RunningColumn


def running(program: ProgramBuilder, node: Running) -> ast.expr:
    """The rows in their order with such columns."""
    keys = [constant(name) for name in (*node.by, *node.order)]
    rows = method(program.read(node.input), "sort", *keys)
    return method(rows, "with_columns", *(_made(made, node) for made in node.columns))


def _made(made: RunningColumn, node: Running) -> ast.expr:
    value = call("pl.col", constant(made.column))
    if made.function == "sum":
        value = method(value, "cum_sum")
    else:
        value = method(value, "shift", constant(-1))
    if node.by:
        value = method(value, "over", *map(constant, node.by))
    return method(value, "alias", constant(made.name))
