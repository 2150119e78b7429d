"""Name what several columns of a projection compute, and compute it once.

b = project a (x = abs(p - q), y = floor(p - q))
b_shared = project a (p, q, __shared_1 = p - q)
b = project b_shared (x = abs(__shared_1), y = floor(__shared_1))
"""

from __future__ import annotations

from collections import Counter

from alignc.errors import Diagnostics
from alignc.ir.expr import Call, Cast, Column, Expr, children, columns_of, walk, without_spans
from alignc.ir.infer import infer_dtype
from alignc.ir.passes.rewrites import fresh, names_of, redirect, with_node, with_steps
from alignc.ir.plan import NamedExpr, Plan, Project, Schema, Step, Write, schemas


def share_subexpressions(plan: Plan) -> Plan:
    if not any(isinstance(s.node, Project | Write) and _repeated(s.node) for s in plan.steps):
        return plan
    known = schemas(plan)
    taken = names_of(plan)
    steps: list[Step] = []
    for step in plan.steps:
        node = step.node
        if isinstance(node, Project | Write) and (shared := _repeated(node)):
            name = plan.name if isinstance(node, Write) else step.name
            name = fresh(f"{name}_shared", taken)
            below, columns = _split(node, shared, known[node.input])
            above = redirect(
                type(node).model_validate({**dict(node), "columns": columns}), {node.input: name}
            )
            steps += [Step(name=name, node=below), with_node(step, above)]
        else:
            steps.append(step)
    return with_steps(plan, steps)


def _repeated(node: Project | Write) -> list[Expr]:
    """The largest computations that occur more than once, in order of appearance."""
    count: Counter[Expr] = Counter()
    inside: Counter[Expr] = Counter()
    for column in node.columns:
        for expr in walk(without_spans(column.expr)):
            if isinstance(expr, Call | Cast) and columns_of(expr):
                count[expr] += 1
                inside.update(c for c in children(expr) if isinstance(c, Call | Cast))
    if not count or max(count.values()) < 2:
        return []
    repeated = [expr for expr, n in count.items() if n > 1]
    # A part that only occurs inside repeated wholes is shared with them.
    return [
        e for e in repeated if not any(e in children(o) and count[o] == count[e] for o in repeated)
    ]


def _split(
    node: Project | Write, shared: list[Expr], schema: Schema
) -> tuple[Project, tuple[NamedExpr, ...]]:
    """The projection that computes what is shared, and the columns that read it."""
    names = {expr: f"__shared_{i}" for i, expr in enumerate(shared, start=1)}

    def replaced(expr: Expr) -> Expr:
        plain = without_spans(expr)
        if plain in names:
            return Column(name=names[plain])
        match expr:
            case Call():
                return Call(op=expr.op, args=tuple(map(replaced, expr.args)), span=expr.span)
            case Cast():
                return Cast(value=replaced(expr.value), dtype=expr.dtype, span=expr.span)
            case _:
                return expr

    above = tuple(
        NamedExpr(name=c.name, expr=replaced(c.expr), dtype=c.dtype, doc=c.doc, span=c.span)
        for c in node.columns
    )
    read = {n for c in above for n in columns_of(c.expr)}
    kept = [
        NamedExpr(name=n, expr=Column(name=n), dtype=dtype)
        for n, dtype in schema.items()
        if n in read
    ]
    made: list[NamedExpr] = []
    for expr, label in names.items():
        dtype = infer_dtype(expr, schema, Diagnostics())
        assert dtype is not None
        made.append(NamedExpr(name=label, expr=expr, dtype=dtype))
    return Project(input=node.input, columns=(*kept, *made)), above
