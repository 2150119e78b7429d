"""The Python programs that validate a view: plans say what is computed, templates what is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from alignc.artifacts.validation import row_keys, validation_of
from alignc.backends.job import Job
from alignc.backends.polars import files as polars
from alignc.backends.pyspark import files as pyspark
from alignc.backends.python.build import constant, texts
from alignc.backends.python.printer import format_expression
from alignc.ir.module import View
from alignc.ir.plan import Plan
from alignc.validation.rules import rules_text

_EMIT = {"polars": polars.emit_functions, "pyspark": pyspark.emit_functions}


def emit(job: Job, view: View, plans: Mapping[str, Plan], target: str) -> str:
    """The program of a target; of the plans each is a function of its name."""
    whole = Plan(name=view.name, steps=tuple(step for p in plans.values() for step in p.steps))
    keys = format_expression(texts([feature.name for feature in row_keys(view)]), indent=0)
    asked = validation_of(view)
    return _EMIT[target](
        replace(job, plan=whole),
        plans,
        f"{target}/validation.py.j2",
        rules=rules_text(asked, view),
        keys=keys,
        view=format_expression(constant(view.name), indent=2),
        has_age=asked.time is not None,
    )
