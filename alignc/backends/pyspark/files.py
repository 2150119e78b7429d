"""The whole text of a PySpark program: the body from the plan, the rest from the template."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import partial

from alignc.backends.job import Job
from alignc.backends.part import Parts
from alignc.backends.pyspark.ops.arg import is_plain_name, spark_type
from alignc.backends.pyspark.program import lower_program, scan_column
from alignc.backends.python.build import call, constant, texts, written
from alignc.backends.python.files import RowsForm, check_python, program_details, rows_of
from alignc.backends.python.lines import parts_of
from alignc.backends.python.several_plans import Language, emit_functions_of
from alignc.ir import types
from alignc.ir.expr import Literal
from alignc.ir.module import RowsSource
from alignc.ir.plan import ENTITIES
from alignc.templating import render


def emit(job: Job) -> str:
    """The program that computes a plan with PySpark."""
    program = lower_program(job.plan)
    others = {name: lower_program(plan) for name, plan in job.functions.items()}
    program = replace(
        program,
        helpers=program.helpers.union(*(p.helpers for p in others.values())),
        names=program.names.union(*(p.names for p in others.values())),
    )
    return check_python(
        render(
            "pyspark/program.py.j2",
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


def _rows(source: RowsSource) -> ast.expr:
    schema = [f"{_quoted(c.name)} {spark_type(c.dtype)}" for c in source.columns]
    return call("Rows", texts(schema), rows_of(source, _cell))


def _cell(given: Literal) -> ast.expr:
    """A value as Spark takes it for its type: 64 bits without a sign are a decimal there."""
    match given.dtype, given.value:
        case types.UINT64, int(number):
            return call("Decimal", constant(number))
        case types.DURATION, int(micros):
            return constant(micros)
        case _:
            return written(given) or constant(None)


def _quoted(name: str) -> str:
    return name if is_plain_name(name) else "`" + name.replace("`", "``") + "`"


_ROWS = RowsForm(_rows, "Rows", "DataFrame")

emit_functions = partial(
    emit_functions_of,
    Language(lower_program, scan_column, _ROWS),
)
