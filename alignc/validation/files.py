"""The files of all validations, below the folder `validation` of the output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from alignc.artifacts.subjects import Kind, Subject
from alignc.artifacts.validation import VIOLATIONS
from alignc.backends.job import Job
from alignc.backends.output import Output
from alignc.backends.sql.dialect import DIALECTS, Dialect
from alignc.ir.plan import NamedExpr, Plan, Step, Write
from alignc.validation import python, sql

# The folder of each kind. A name has no dot, so that no two files are called alike.
_FOLDERS: Mapping[Kind, str] = {
    "view": "views",
    "dataset": "datasets",
    "predictions": "predictions",
}


def paths_of(subject: Subject, target: str) -> tuple[str, ...]:
    """Where the programs of a target are, in the order of `validation_files`."""
    is_sql = target in DIALECTS
    endings = (".sql", ".failures.sql") if is_sql else (".py",)
    place = f"validation/{target}/{_FOLDERS[subject.kind]}/{subject.definition.name}"
    return tuple(f"{place}{ending}" for ending in endings)


def validation_files(
    job: Job, subject: Subject, plans: Mapping[str, Plan], targets: Iterable[str]
) -> Iterator[Output]:
    """The programs that validate some rows; `job` is that of their definition."""
    # One folder more than the program that makes them.
    job = replace(job, title=f"Validation of {subject.words}.", depth=job.depth + 1)
    reads = {source.name for plan in plans.values() for source in replace(job, plan=plan).sources}
    symbols = (f"{job.kind}:{job.plan.name}", *(f"source:{name}" for name in sorted(reads)))
    for target in targets:
        if target in DIALECTS:
            dialect = DIALECTS[target]
            words = replace(job, about=(*job.about, *_about(subject, dialect)))
            counts = replace(words, plan=plans["counts"])
            failures = replace(words, plan=_named(plans["failures"]))
            texts = [
                sql.emit_rules(counts, subject, dialect),
                sql.emit_failures(failures, dialect),
            ]
        else:
            texts = [python.emit(job, subject, plans, target)]
        for path, text in zip(paths_of(subject, target), texts, strict=True):
            yield Output(path, text, symbols)


def _about(subject: Subject, dialect: Dialect) -> tuple[str, ...]:
    """What whoever runs a query must know."""
    if subject.given is None:
        return ()
    return ("", f"The rows are in the relation {dialect.quoted(subject.given)}.")


def _named(plan: Plan) -> Plan:
    """The plan whose result calls the violations so, unless a key has that name."""
    write = plan.write
    taken = {column.name for column in write.columns}
    columns = tuple(
        NamedExpr.model_validate({**dict(c), "name": "violations"})
        if c.name == VIOLATIONS and "violations" not in taken
        else c
        for c in write.columns
    )
    last = Step(name=plan.steps[-1].name, node=Write(input=write.input, columns=columns))
    return Plan(name=plan.name, steps=(*plan.steps[:-1], last))
