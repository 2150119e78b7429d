"""Programs with a function for each of several plans: the bodies from the plans, the rest from a template."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from alignc.backends.job import Job
from alignc.backends.python.files import RowsForm, check_python, program_details
from alignc.backends.python.printer import format_statements
from alignc.backends.python.program import Program
from alignc.ir.expr import Expr
from alignc.ir.plan import Plan, ScanColumn, expressions_in
from alignc.templating import render


def _no_functions(exprs: Iterable[Expr]) -> Sequence[ast.stmt]:
    return ()


@dataclass(frozen=True)
class Language:
    """How a kind of programs says plans, columns that are read, rows, and functions of users."""

    lower: Callable[[Plan, str | None], Program]
    scan_column: Callable[[ScanColumn], ast.expr]
    rows: RowsForm
    functions: Callable[[Iterable[Expr]], Sequence[ast.stmt]] = _no_functions


def emit_functions_of(
    language: Language,
    job: Job,
    plans: Mapping[str, Plan],
    template: str,
    *,
    given: str | None = None,
    **more: object,
) -> str:
    """The program of a template with a function for each plan; the job's plan is all of them.

    `given` is the dataset that the program is handed, if there is one.
    """
    lowered = {name: language.lower(plan, given) for name, plan in plans.items()}
    expressions = (expr for plan in plans.values() for expr in expressions_in(plan))
    program = Program(
        body="",
        functions=format_statements(language.functions(expressions)),
        helpers=frozenset().union(*(p.helpers for p in lowered.values())),
        names=frozenset().union(*(p.names for p in lowered.values())),
        steps=(),
    )
    details = program_details(job, language.scan_column, language.rows, program.names)
    bodies = {name: p.body for name, p in lowered.items()}
    return check_python(
        render(template, program=program, file=details, bodies=bodies, given=given, **more)
    )
