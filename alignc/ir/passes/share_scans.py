"""Read a source once.

    a = scan s (x, y)        b = scan s (y, z)
    s_rows = scan s (x, y, z)

Scans are merged when they call the same column the same; otherwise they stay apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from alignc.ir.passes.rewrites import fresh, names_of, redirect, with_node, with_steps
from alignc.ir.plan import Plan, Scan, ScanColumn, Step


def share_scans(plan: Plan) -> Plan:
    by_source: dict[str, list[tuple[str, Scan]]] = {}
    for step, scan in plan.scans():
        if scan.row_id is None and not scan.others:
            by_source.setdefault(scan.source, []).append((step.name, scan))
    new: dict[str, str] = {}
    merged: dict[str, Step] = {}
    taken = names_of(plan)
    for source, scans in by_source.items():
        columns = _merged([scan for _, scan in scans])
        if len(scans) < 2 or columns is None:
            continue
        name = fresh(f"{source}_rows", taken)
        first, scan = scans[0]
        merged[first] = Step(name=name, node=Scan(source=source, columns=columns, typed=scan.typed))
        new.update({old: name for old, _ in scans})
    if not new:
        return plan
    steps: list[Step] = []
    for step in plan.steps:
        if step.name in merged:
            steps.append(merged[step.name])
        elif step.name not in new:
            steps.append(with_node(step, redirect(step.node, new)))
    return with_steps(plan, steps)


def _merged(scans: Sequence[Scan]) -> tuple[ScanColumn, ...] | None:
    """The columns of all scans, or None if a name stands for two things."""
    columns: dict[str, ScanColumn] = {}
    for column in (c for scan in scans for c in scan.columns):
        known = columns.setdefault(column.name, column)
        if known.what != column.what:
            return None
    return tuple(columns.values())
