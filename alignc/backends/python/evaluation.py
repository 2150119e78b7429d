"""What the templates of datasets need to know of test sets."""

from __future__ import annotations

import ast

from alignc.backends.job import Job, LabelColumn
from alignc.backends.python.build import assign, call, constant, elapsed, name, sequence
from alignc.backends.python.printer import format_expression, format_statements


def evaluation_details(job: Job, frame: str, *, has_time: bool) -> dict[str, object]:
    """Labels, judges and the embargo of a dataset; `frame` is the type of relations."""
    if job.kind != "dataset":
        return {"has_integration": False, "judges": ()}
    sets = job.evaluation
    table = ast.Dict(
        [constant(judge.prediction) for judge in sets.judges],
        [call("Judge", constant(j.problem), name(j.function)) for j in sets.judges],
    )
    labels = sequence([_label(label) for label in sets.labels])
    about = {label.latest: "The time of the latest event." for label in sets.labels}
    about |= {
        judge.function: "Stored predictions as entity rows, with how wrong each was."
        for judge in sets.judges
    }
    return {
        "has_integration": has_time and bool(sets.labels),
        "judges": [judge.problem for judge in sets.judges],
        "judge_table": format_statements([assign("JUDGES", table)]).rstrip("\n"),
        "labels": format_statements([assign("LABELS", labels)]).rstrip("\n"),
        "predictions": format_expression(constant(sets.predictions), indent=0),
        "embargo": format_expression(elapsed(sets.embargo), indent=0),
        "about_functions": about,
        "frame": frame,
    }


def _label(label: LabelColumn) -> ast.expr:
    if label.horizon is None or label.latest is None:
        return call("Label", constant(label.name))
    return call("Label", constant(label.name), elapsed(label.horizon), name(label.latest))
