"""Make one projection of two, and let the result compute what a last projection would.

    a = project s (x = p + 1, y = q)     b = project a (z = x * 2, y = y)
    b = project s (z = (p + 1) * 2, y = q)

An expression is moved only where it is used once, so nothing is computed twice.
"""

from __future__ import annotations

from collections import Counter

from alignc.ir.expr import Column, Expr, Literal, Udf, columns_of, substitute, walk
from alignc.ir.passes.rewrites import uses, with_node, with_steps
from alignc.ir.plan import NamedExpr, Plan, Project, Step, Write


def fuse_projections(plan: Plan) -> Plan:
    steps = list(plan.steps)
    changed = True
    while changed:
        steps, changed = _fuse_once(Plan(name=plan.name, steps=tuple(steps)))
    return with_steps(plan, steps)


def _fuse_once(plan: Plan) -> tuple[list[Step], bool]:
    readers = uses(plan)
    for step in plan.steps:
        match step.node:
            case Project(input=given, columns=columns):
                below = plan.by_name[given].node
                if isinstance(below, Project) and readers[given] == 1:
                    values = {c.name: c.expr for c in below.columns}
                    if _can_move(columns, values):
                        fused = Project(
                            input=below.input, columns=tuple(_moved(c, values) for c in columns)
                        )
                        kept = [s for s in plan.steps if s.name != given]
                        return [with_node(s, fused) if s is step else s for s in kept], True
            case Write(input=given, others_of=None, order_by=None) as write:
                below = plan.by_name[given].node
                if isinstance(below, Project) and readers[given] == 1:
                    made = {c.name: c for c in below.columns}
                    values = {c.name: c.expr for c in below.columns}
                    if all(isinstance(c.expr, Column) for c in write.columns) and not _repeats(
                        write.columns, values
                    ):
                        columns = tuple(_written(c, made) for c in write.columns)
                        node = Write(input=below.input, columns=columns, rows_of=write.rows_of)
                        kept = [s for s in plan.steps if s.name != given]
                        return [with_node(s, node) if s is step else s for s in kept], True
            case _:
                pass
    return list(plan.steps), False


def _can_move(columns: tuple[NamedExpr, ...], values: dict[str, Expr]) -> bool:
    for column in columns:
        for node in walk(column.expr):
            if isinstance(node, Udf) and any(values[n] != Column(name=n) for n in node.inputs):
                # The text of user code names the columns, so they must exist.
                return False
    return not _repeats(columns, values) and not _loses_names(columns, values)


def _repeats(columns: tuple[NamedExpr, ...], values: dict[str, Expr]) -> bool:
    """Whether something would be computed twice."""
    read = Counter(node.name for c in columns for node in walk(c.expr) if isinstance(node, Column))
    return any(
        read[name] > 1 and not isinstance(expr, Column | Literal) for name, expr in values.items()
    )


def _loses_names(columns: tuple[NamedExpr, ...], values: dict[str, Expr]) -> bool:
    """Whether a computed feature would vanish as a step of its own: readers look for its name."""
    return any(
        not isinstance(values[name], Column | Literal)
        for column in columns
        if not isinstance(column.expr, Column)
        for name in columns_of(column.expr)
    )


def _written(column: NamedExpr, made: dict[str, NamedExpr]) -> NamedExpr:
    """What a column of the result reads, under the name that it has there."""
    assert isinstance(column.expr, Column)
    read = made[column.expr.name]
    if read.name == column.name:
        return read
    return NamedExpr(
        name=column.name, expr=read.expr, dtype=column.dtype, doc=column.doc, span=column.span
    )


def _moved(column: NamedExpr, values: dict[str, Expr]) -> NamedExpr:
    return NamedExpr(
        name=column.name,
        expr=substitute(column.expr, values),
        dtype=column.dtype,
        doc=column.doc,
        span=column.span,
    )
