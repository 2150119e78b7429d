"""What a run of a Python program may be about: a period of time, and a partition of the keys."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import reduce

from alignc.backends.job import Job
from alignc.backends.python.build import assign, call, constant, elapsed, name, sequence
from alignc.backends.python.printer import format_expression, format_statements
from alignc.backends.python.program import ProgramBuilder
from alignc.ir.plan import ENTITIES, AsOfJoin, ScanColumn, Slice, WindowAggregate
from alignc.ir.types import TIMESTAMP


def lower_slice(program: ProgramBuilder, step: str, node: Slice, *keys: ast.expr) -> None:
    """The statement of a slice; `keys` if a run may be about a partition."""
    reach: dict[str, ast.expr] = {}
    if node.before != 0:
        reach["before"] = constant(None) if node.before is None else elapsed(node.before)
    if node.after:
        reach["after"] = elapsed(node.after)
    rows = program.read(node.input)
    program.assign(step, call("sliced", rows, name("run"), constant(node.time), *keys, **reach))


def run_details(
    job: Job, scan_column: Callable[[ScanColumn], ast.expr], frame: str
) -> dict[str, object]:
    """What the templates need to know of it; `frame` is the type of relations."""
    slices = [step.node for step in job.plan.steps if isinstance(step.node, Slice)]
    asked = [column for _, s in job.plan.scans() if s.source == ENTITIES for column in s.columns]
    # Entities are under their own names; the time is the only column that is not.
    times = [c for c in asked if c.name != c.column and c.dtype == TIMESTAMP]
    keys = sequence([constant(key) for key in _partition_keys(job, [c.column for c in asked])])
    details = {
        "signature": _signature(job, frame, is_sliced=bool(slices)),
        "has_run": bool(slices) or job.kind == "dataset",
        "has_since": bool(slices or times),
        "has_reach": any((s.before, s.after) != (0, 0) for s in slices),
        "partition_keys": format_expression(keys, indent=2),
        "entity_moment": None,
    }
    if times:
        moment = times[0].model_copy(update={"name": "__moment"})
        named = assign("moment", scan_column(moment))
        details["entity_moment"] = format_statements([named], indent=1).rstrip("\n")
    return details


def _signature(job: Job, frame: str, *, is_sliced: bool) -> str:
    sources = f"sources: dict[str, {frame}]"
    if job.kind == "dataset":
        return f"def build(entities: {frame}, {sources}) -> {frame}:"
    run = ", run: Run" if is_sliced else ""
    return f"def build({sources}{run}) -> {frame}:"


def _partition_keys(job: Job, columns: list[str]) -> list[str]:
    """The columns by which entity rows are put into partitions.

    Best are those that are in the key of all histories: then each event is in one partition only. If
    there are none, the first history decides.
    """
    histories = [
        [a for a, _ in step.node.on]
        for step in job.plan.steps
        if isinstance(step.node, AsOfJoin | WindowAggregate)
    ]
    known = [key for key in histories if key and set(key) <= set(columns)]
    if not known:
        return [c for c in columns if c != "event_timestamp"] or columns
    common = reduce(set.intersection, map(set, known))
    return [c for c in columns if c in (common or known[0])]
