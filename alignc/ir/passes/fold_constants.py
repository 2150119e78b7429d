"""Compute what is known at compile time.

a = x + (1 + 2); b = not(not(y)); c = y & true; d = cast(x, Int64)     x: Int64, y: Bool
a = x + 3;       b = y;           c = y;        d = x
"""

from __future__ import annotations

from alignc.errors import Diagnostics
from alignc.ir.expr import Call, Cast, Expr, Literal, rewrite
from alignc.ir.infer import infer_dtype
from alignc.ir.passes.rewrites import with_node, with_steps
from alignc.ir.plan import (
    Filter,
    Group,
    GroupColumn,
    NamedExpr,
    Plan,
    Project,
    Schema,
    Step,
    schemas,
)
from alignc.ir.types import BOOL, FLOAT64, INT64, INTEGER_BOUNDS

_TRUE, _FALSE = Literal(dtype=BOOL, value=True), Literal(dtype=BOOL, value=False)


def fold_constants(plan: Plan) -> Plan:
    known = schemas(plan)
    return with_steps(plan, [_fold_step(step, known) for step in plan.steps])


def _fold_group(column: GroupColumn, schema: Schema) -> GroupColumn:
    value = None if column.value is None else _fold(column.value, schema)
    if value is column.value:
        return column
    return GroupColumn.model_validate({**dict(column), "value": value})


def _fold_step(step: Step, known: dict[str, Schema]) -> Step:
    match step.node:
        case Project(input=given, columns=columns):
            folded = tuple(_fold_column(c, known[given]) for c in columns)
            if all(a is b for a, b in zip(folded, columns, strict=True)):
                return step
            return with_node(step, Project(input=given, columns=folded))
        case Filter(input=given, predicate=predicate):
            new = _fold(predicate, known[given])
            return step if new is predicate else with_node(step, Filter(input=given, predicate=new))
        case Group(input=given, columns=made):
            values = tuple(_fold_group(c, known[given]) for c in made)
            if all(a is b for a, b in zip(values, made, strict=True)):
                return step
            group = Group.model_validate({**dict(step.node), "columns": values})
            return with_node(step, group)
        case _:
            return step


def _fold_column(column: NamedExpr, schema: Schema) -> NamedExpr:
    expr = _fold(column.expr, schema)
    if expr is column.expr:
        return column
    return NamedExpr(
        name=column.name, expr=expr, dtype=column.dtype, doc=column.doc, span=column.span
    )


def _fold(expr: Expr, schema: Schema) -> Expr:
    return rewrite(expr, lambda e: _simplified(e, schema))


def _simplified(expr: Expr, schema: Schema) -> Expr:
    match expr:
        case Cast(value=value, dtype=dtype) if infer_dtype(value, schema, Diagnostics()) == dtype:
            return value
        case Call(op="not", args=(Call(op="not", args=(inner,)),)):
            return inner
        case Call(op="and", args=(a, b)):
            if _FALSE in (a, b):
                return _FALSE
            return b if a == _TRUE else a if b == _TRUE else expr
        case Call(op="or", args=(a, b)):
            if _TRUE in (a, b):
                return _TRUE
            return b if a == _FALSE else a if b == _FALSE else expr
        case Call(op="add" | "sub" | "mul", args=(Literal() as a, Literal() as b)):
            return _arithmetic(expr, a, b)
        case _:
            return expr


def _arithmetic(expr: Call, a: Literal, b: Literal) -> Expr:
    x, y = a.value, b.value
    if isinstance(x, bool | str | tuple | None) or isinstance(y, bool | str | tuple | None):
        return expr
    result = {"add": x + y, "sub": x - y, "mul": x * y}[expr.op]
    if isinstance(result, float):
        return Literal(dtype=FLOAT64, value=result)
    low, high = INTEGER_BOUNDS[INT64]
    return Literal(dtype=INT64, value=result) if low <= result <= high else expr
