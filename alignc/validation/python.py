"""The Python programs that validate rows: plans say what is computed, templates what is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from alignc.artifacts.subjects import Subject
from alignc.artifacts.validation import row_keys, validation_of
from alignc.backends.job import Job
from alignc.backends.polars import files as polars
from alignc.backends.pyspark import files as pyspark
from alignc.backends.python.build import constant, texts
from alignc.backends.python.printer import format_expression
from alignc.ir.plan import Plan
from alignc.validation.rules import rules_text

_EMIT = {"polars": polars.emit_functions, "pyspark": pyspark.emit_functions}


def emit(job: Job, subject: Subject, plans: Mapping[str, Plan], target: str) -> str:
    """The program of a target; of the plans each is a function of its name."""
    steps = tuple(step for plan in plans.values() for step in plan.steps)
    whole = replace(job, plan=Plan(name=subject.view.name, steps=steps))
    keys = format_expression(texts([feature.name for feature in row_keys(subject)]), indent=0)
    asked = validation_of(subject)
    return _EMIT[target](
        whole,
        plans,
        f"{target}/validation.py.j2",
        given=subject.given,
        rules=rules_text(asked, subject.view),
        keys=keys,
        kind=subject.kind,
        subject=format_expression(constant(subject.definition.name), indent=3),
        has_age=asked.time is not None,
    )
