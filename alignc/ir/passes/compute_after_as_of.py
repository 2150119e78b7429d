"""Compute the features of an as-of join on the rows that it finds, not on all that there are.

    b = project a (k = k, t = t, x = p + 1)     c = as_of_join q with b (x)
    c_rows = as_of_join q with a (p)            c = project c_rows (x = p + 1)

A join without a time stays as it is: what it reads has few rows. So does user code, which may be
told from its rows.
"""

from __future__ import annotations

from collections.abc import Mapping

from alignc.ir.expr import Column, Expr, Udf, columns_of, walk
from alignc.ir.passes.rewrites import fresh, names_of, redirect, uses, with_steps
from alignc.ir.plan import AsOfJoin, NamedExpr, Plan, Project, Schema, Step, schemas


def compute_after_as_of(plan: Plan) -> Plan:
    known, readers, taken = schemas(plan), uses(plan), names_of(plan)
    steps: list[Step] = []
    for step in plan.steps:
        join, later = step.node, list[Project]()
        while isinstance(join, AsOfJoin) and join.left_time is not None:
            below = plan.by_name[join.right].node
            moved = None
            if isinstance(below, Project) and readers[join.right] == 1:
                moved = _moved(join, below, known)
            if moved is None:
                break
            join, project = moved
            later.append(project)
        if not later:
            steps.append(step)
            continue
        found = fresh(f"{step.name}_rows", taken)
        steps.append(Step(name=found, node=join, comment=step.comment))
        for number, project in enumerate(reversed(later), start=1 - len(later)):
            name = fresh(f"{step.name}_features", taken) if number else step.name
            steps.append(Step(name=name, node=redirect(project, {project.input: found})))
            found = name
    return with_steps(plan, steps)


def _moved(
    join: AsOfJoin, below: Project, known: Mapping[str, Schema]
) -> tuple[AsOfJoin, Project] | None:
    """The join with what is below `below`, and the projection of what it finds."""
    made = {column.name: column for column in below.columns}
    computed = [made[name] for name in join.right_columns]
    if all(isinstance(column.expr, Column) for column in computed):
        return None
    if any(isinstance(expr, Udf) for column in computed for expr in walk(column.expr)):
        return None
    asked = (*(b for _, b in join.on), join.right_time, join.created_at, join.valid_to, *join.order)
    names = {name: _plain(made[name].expr) for name in asked if name is not None}
    read = [n for n in known[below.input] if any(n in columns_of(c.expr) for c in computed)]
    if None in names.values() or set(read) & set(join.left_columns):
        return None
    node = AsOfJoin.model_validate(
        {
            **dict(join),
            "right": below.input,
            "on": tuple((a, names[b]) for a, b in join.on),
            "right_time": names[join.right_time],
            "created_at": names.get(join.created_at or ""),
            "valid_to": names.get(join.valid_to or ""),
            "order": tuple(names[name] for name in join.order),
            "right_columns": tuple(read),
        }
    )
    kept = [
        NamedExpr(name=name, expr=Column(name=name), dtype=known[join.left][name])
        for name in join.left_columns
    ]
    return node, Project(input=below.input, columns=(*kept, *computed))


def _plain(expr: Expr) -> str | None:
    return expr.name if isinstance(expr, Column) else None
