"""Columns that depend on the order of rows: running sums, and the value in the next row."""

from __future__ import annotations

import ast

from alignc.backends.pyspark.ops.arg import column, column_name
from alignc.backends.python.build import attribute, call, constant, method, name
from alignc.backends.python.program import ProgramBuilder
from alignc.ir.plan import Running, RunningColumn


def running(program: ProgramBuilder, node: Running) -> ast.expr:
    """The rows with such columns."""
    rows = program.read(node.input)
    for made in node.columns:
        rows = method(rows, "withColumn", constant(made.name), _made(made, node))
    return rows


def _made(made: RunningColumn, node: Running) -> ast.expr:
    in_order: ast.expr = name("Window")
    if node.by:
        in_order = method(in_order, "partitionBy", *map(column_name, node.by))
    in_order = method(in_order, "orderBy", *map(column_name, node.order))
    value = column(made.column)
    if made.function == "next":
        return method(call("F.lead", value), "over", in_order)
    start, end = (attribute(name("Window"), n) for n in ("unboundedPreceding", "currentRow"))
    so_far = method(in_order, "rowsBetween", start, end)
    return method(call("F.sum", value), "over", so_far)
