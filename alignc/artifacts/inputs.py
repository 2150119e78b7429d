"""The rows that a view over other views reads: filtered, joined, or stacked."""

from __future__ import annotations

from alignc.artifacts.lookups import lookups
from alignc.artifacts.relations import PlanBuilder, full_relation
from alignc.ir.expr import Column, Literal
from alignc.ir.module import AsOfInput, JoinInput, Rows, StackInput, ViewInput
from alignc.ir.plan import AT, Distinct, Filter, JoinSide, KeyJoin, NamedExpr, Project, Union
from alignc.ir.print import show_expr
from alignc.ir.types import STRING


def input_relation(name: str, given: Rows, plan: PlanBuilder) -> str:
    """The step with the rows that the view `name` reads."""
    match given:
        case ViewInput(view=view, where=where):
            step = full_relation(plan.module.view_by_name[view], plan)
            if where is None:
                return step
            comment = f"Rows where {show_expr(where)}."
            return plan.add(f"{name}_rows", Filter(input=step, predicate=where), comment)
        case JoinInput():
            return _joined(name, given, plan)
        case AsOfInput():
            return _joined_as_of(name, given, plan)
        case StackInput():
            return _stacked(name, given, plan)


def _joined(name: str, given: JoinInput, plan: PlanBuilder) -> str:
    left = input_relation(name, given.left, plan)
    right = full_relation(plan.module.view_by_name[given.right], plan)
    side = JoinSide(
        input=right, on=given.on, columns=given.columns, unique=given.right, how=given.how
    )
    node = KeyJoin(left=left, left_columns=tuple(plan.schemas[left]), rights=(side,))
    if given.how == "inner":
        comment = f"The rows that {given.right} has the key of, with its features."
    else:
        comment = f"All rows, with the features of {given.right} where it has the key."
    return plan.add(f"{name}_with_{given.right}", node, comment)


def _joined_as_of(name: str, given: AsOfInput, plan: PlanBuilder) -> str:
    """Each key and time is asked once; rows without a key or a time ask nothing and get nulls."""
    left = input_relation(name, given.left, plan)
    schema = plan.schemas[left]
    asked = (*(a for a, _ in given.on), given.time)
    moments = plan.add(
        f"{name}_moments",
        Distinct(input=left, columns=tuple(dict.fromkeys(asked))),
        f"Each key and time at which {given.right} is looked up.",
    )
    # The keys under the names of the view's entities, and once more to find the answers by.
    ids = (*(f"__on_{i}" for i, _ in enumerate(given.on, start=1)), AT)
    named = [*((b, a) for a, b in given.on), *zip(ids, asked, strict=True)]
    columns = tuple(NamedExpr(name=n, expr=Column(name=c), dtype=schema[c]) for n, c in named)
    keys = plan.add(f"{name}_keys", Project(input=moments, columns=columns))
    right = plan.module.view_by_name[given.right]
    sides = lookups(right, dict(given.columns), keys, ids, plan)
    by_id = tuple(zip(asked, ids, strict=True))
    rights = tuple(JoinSide.model_validate({**dict(side), "on": by_id}) for side in sides)
    node = KeyJoin(left=left, left_columns=tuple(schema), rights=rights)
    comment = f"All rows, with what was known of {given.right} at their time."
    return plan.add(f"{name}_with_{given.right}", node, comment)


def _stacked(name: str, given: StackInput, plan: PlanBuilder) -> str:
    steps: list[str] = []
    columns = given.columns
    for view in given.views:
        step = full_relation(plan.module.view_by_name[view], plan)
        if given.source_column is not None:
            kept = [
                NamedExpr(name=n, expr=Column(name=n), dtype=plan.schemas[step][n])
                for n in given.columns
            ]
            origin = Literal(dtype=STRING, value=view)
            named = NamedExpr(name=given.source_column, expr=origin, dtype=STRING)
            node = Project(input=step, columns=(*kept, named))
            step = plan.add(f"{view}_marked", node)
        steps.append(step)
    if given.source_column is not None:
        columns = (*columns, given.source_column)
    union = Union(inputs=tuple(steps), columns=columns)
    return plan.add(f"{name}_stack", union, f"The rows of {', '.join(given.views)}.")
