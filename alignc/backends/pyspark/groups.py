"""Groups: aggregates of all rows, or of those that have some columns in common."""

from __future__ import annotations

import ast

from alignc.backends.pyspark.expressions import lower_arg, lower_expr
from alignc.backends.pyspark.ops import AGGREGATES
from alignc.backends.pyspark.ops.arg import Rows, column_name
from alignc.backends.python.build import call, constant, method
from alignc.backends.python.program import ProgramBuilder, documented
from alignc.ir.plan import Group, GroupColumn, Schema


def grouped(program: ProgramBuilder, node: Group) -> ast.expr:
    """The rows of a group."""
    schema = program.schemas[node.input]
    made = [
        documented(method(_aggregated(c, schema), "alias", constant(c.name)), c.doc)
        for c in node.columns
    ]
    rows = program.read(node.input)
    if node.by:
        rows = method(rows, "groupBy", *map(column_name, node.by))
    return method(rows, "agg", *made)


def _aggregated(made: GroupColumn, schema: Schema) -> ast.expr:
    if made.value is None:
        return call("F.count", constant("*"))
    if made.aggregate is None:
        return call("F.count_if", lower_expr(made.value, schema))
    rank = call("F.lit", constant(None))
    rows = Rows(lower_arg(made.value, schema), rank, made.parameter, made.dtype)
    return AGGREGATES[made.aggregate](rows)
