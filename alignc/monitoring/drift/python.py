"""The Python programs that compare two datasets: plans say what is computed, templates what for."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from alignc.artifacts.drift import EDGE_NAMES, Compared, drift_of, judged_of
from alignc.backends.job import Job
from alignc.backends.polars import files as polars
from alignc.backends.pyspark import files as pyspark
from alignc.backends.python.build import call, constant, sequence, texts
from alignc.backends.python.printer import format_expression, format_statements
from alignc.ir.module import Contract
from alignc.ir.plan import Plan
from alignc.ir.types import INTEGERS
from alignc.monitoring.drift.options import Options
from alignc.monitoring.drift.plans import FUNCTIONS, without_definitions

_EMIT = {"polars": polars.emit_functions, "pyspark": pyspark.emit_functions}


def emit(
    job: Job, contract: Contract, plans: Mapping[str, Plan], target: str, options: Options
) -> str:
    """The program of a target; of the plans each is a function of its name."""
    whole = Plan(
        name=f"{contract.name}__drift", steps=tuple(s for p in plans.values() for s in p.steps)
    )
    asked = drift_of(job.module, contract)
    judged = judged_of(job.module, contract)
    kinds = {column.kind for column in asked.columns}
    columns = sequence([_compared(column, options) for column in asked.columns])
    truths = sequence(
        [
            ast.Tuple([_compared(one.prediction, Options()), constant(one.truth.name)], ast.Load())
            for one in judged
        ]
    )
    counts = [(len(asked.of_role(role)), role) for role in ("input", "prediction")]
    summary = " and ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts if n)
    return _EMIT[target](
        replace(job, plan=whole, module=without_definitions(job.module)),
        plans,
        f"{target}/drift.py.j2",
        functions=FUNCTIONS,
        contract=format_expression(constant(contract.name), indent=0),
        alpha=repr(options.alpha),
        correction=options.correction,
        least_effect=repr(options.least_effect),
        least_missing=repr(options.least_missing),
        share=repr(options.share),
        edges=format_expression(texts(EDGE_NAMES), indent=0),
        columns=format_statements([_list("COLUMNS", "list[Compared]", columns)]),
        truths=format_statements([_list("TRUTHS", "list[tuple[Compared, str]]", truths)]),
        has_truths=bool(judged),
        has_numbers="number" in kinds,
        has_categories="category" in kinds,
        summary=f"{summary}.",
        left_out=_in_docstring(", ".join(asked.left_out)),
    )


def _list(name: str, kind: str, value: ast.expr) -> ast.stmt:
    annotation = ast.parse(kind, mode="eval").body
    return ast.AnnAssign(ast.Name(name, ast.Store()), annotation, value, 1)


def _compared(column: Compared, options: Options) -> ast.expr:
    parts = (column.name, column.kind, column.role, column.key)
    given = options.thresholds.get(column.key, {})
    keys: list[ast.expr | None] = [constant(name) for name in given]
    thresholds = ast.Dict(keys, [constant(value) for value in given.values()])
    more: dict[str, ast.expr] = {"thresholds": thresholds} if given else {}
    if column.kind == "number" and column.dtype in INTEGERS:
        more["is_whole"] = constant(True)
    return call("Compared", *map(constant, parts), **more)


def _in_docstring(text: str) -> str:
    """Text that reads as itself between three quotes."""
    return text.replace("\\", "\\\\").replace('"""', r"\"\"\"")
