"""The whole text of a PySpark program: the body from the plan, the rest from the template."""

from __future__ import annotations

from alignc.backends.job import Job
from alignc.backends.pyspark.program import lower_program, scan_column
from alignc.backends.python.files import check_python, program_details
from alignc.templating import render


def emit(job: Job) -> str:
    """The program that computes a plan with PySpark."""
    program = lower_program(job.plan)
    return check_python(
        render(
            "pyspark/program.py.j2",
            program=program,
            file=program_details(job, scan_column, program.names),
        )
    )
