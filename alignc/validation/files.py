"""The files of all validations, below the folder `validation` of the output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from alignc.artifacts.validation import VIOLATIONS
from alignc.backends.job import Job
from alignc.backends.sql.dialect import DIALECTS
from alignc.ir.module import View
from alignc.ir.plan import NamedExpr, Plan, Step, Write
from alignc.validation import python, sql


@dataclass(frozen=True)
class File:
    """A file below the output folder, and the definitions that it is made from."""

    path: str
    text: str
    symbols: tuple[str, ...]


def paths_of(view: View, target: str) -> tuple[str, ...]:
    """Where the programs of a target are, in the order of `view_files`."""
    is_sql = target in DIALECTS
    endings = (".sql", "__failures.sql") if is_sql else (".py",)
    return tuple(f"validation/{target}/{view.name}{ending}" for ending in endings)


def view_files(
    job: Job, view: View, plans: Mapping[str, Plan], targets: Iterable[str]
) -> Iterator[File]:
    """The programs that validate a view; `job` is that of the view."""
    job = replace(job, title=f"Validation of the feature view `{view.name}`.")
    reads = {scan.source for plan in plans.values() for _, scan in plan.scans()}
    symbols = (f"view:{view.name}", *(f"source:{name}" for name in sorted(reads)))
    for target in targets:
        if target in DIALECTS:
            dialect = DIALECTS[target]
            counts = replace(job, plan=plans["counts"])
            failures = replace(job, plan=_named(plans["failures"]))
            texts = [sql.emit_rules(counts, view, dialect), sql.emit_failures(failures, dialect)]
        else:
            texts = [python.emit(job, view, plans, target)]
        for path, text in zip(paths_of(view, target), texts, strict=True):
            yield File(path, text, symbols)


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
