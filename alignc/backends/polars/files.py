"""The whole text of a Polars program: the body from the plan, the rest from the template."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import partial

from alignc.backends.job import Job
from alignc.backends.part import Parts
from alignc.backends.polars.functions import functions_in
from alignc.backends.polars.ops.arg import polars_type
from alignc.backends.polars.program import lower_program, scan_column
from alignc.backends.python.build import call, constant, written
from alignc.backends.python.files import RowsForm, check_python, program_details, rows_of
from alignc.backends.python.lines import parts_of
from alignc.backends.python.printer import format_statements
from alignc.backends.python.several_plans import Language, emit_functions_of
from alignc.ir.module import RowsSource
from alignc.ir.plan import ENTITIES, expressions_in
from alignc.templating import render


def emit(job: Job) -> str:
    """The program that computes a plan with Polars."""
    program = lower_program(job.plan)
    others = {name: lower_program(plan) for name, plan in job.functions.items()}
    if job.kind == "dataset":
        plans = (job.plan, *job.functions.values())
        functions = functions_in(expr for plan in plans for expr in expressions_in(plan))
        program = replace(
            program,
            functions=format_statements(functions),
            # By its number a group is put into a part.
            helpers=program.helpers.union({"md5_number"}, *(p.helpers for p in others.values())),
            names=program.names.union(*(p.names for p in others.values())),
        )
    return check_python(
        render(
            "polars/program.py.j2",
            program=program,
            file=program_details(job, scan_column, _ROWS, program.names),
            bodies={name: other.body for name, other in others.items()},
        )
    )


def parts(job: Job) -> Parts:
    """What each line of the program is about."""
    steps = lower_program(job.plan).steps
    entity_rows = next((s.name for s, scan in job.plan.scans() if scan.source == ENTITIES), None)
    return parts_of(emit(job), job.plan.name, steps, entity_rows)


def _frame(source: RowsSource) -> ast.expr:
    rows = rows_of(source, lambda value: written(value) or constant(None))
    keys = [constant(column.name) for column in source.columns]
    schema = ast.Dict([*keys], [polars_type(column.dtype) for column in source.columns])
    return call("pl.DataFrame", rows, schema=schema, orient=constant("row"))


_ROWS = RowsForm(_frame, "pl.DataFrame", "pl.LazyFrame")

emit_functions = partial(
    emit_functions_of,
    Language(lower_program, scan_column, _ROWS, functions_in),
)
