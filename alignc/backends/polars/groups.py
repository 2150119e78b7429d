"""Groups: aggregates of all rows, or of those that have some columns in common."""

from __future__ import annotations

import ast

from alignc.backends.polars.expressions import lower_arg, lower_expr
from alignc.backends.polars.ops import AGGREGATES
from alignc.backends.polars.ops.arg import Rows, cast
from alignc.backends.python.build import call, constant, method
from alignc.backends.python.program import ProgramBuilder, documented
from alignc.ir.plan import Group, GroupColumn, Schema
from alignc.ir.types import INT64


def grouped(program: ProgramBuilder, node: Group) -> ast.expr:
    """The rows of a group."""
    schema = program.schemas[node.input]
    made = [
        documented(method(_aggregated(c, schema), "alias", constant(c.name)), c.doc)
        for c in node.columns
    ]
    rows = program.read(node.input)
    if not node.by:
        return method(rows, "select", *made)
    return method(method(rows, "group_by", *map(constant, node.by)), "agg", *made)


def _aggregated(made: GroupColumn, schema: Schema) -> ast.expr:
    if made.value is None:
        return cast(call("pl.len"), INT64)
    if made.aggregate is None:
        return cast(method(lower_expr(made.value, schema), "sum"), INT64)
    rows = Rows(lower_arg(made.value, schema), made.parameter, made.dtype)
    return AGGREGATES[made.aggregate](rows)
