"""Which views add to what is there, and from when on a run computes them again.

A row depends on events that its windows reach, so a late event changes rows up to as much later. All rows from
`lookback` before the latest one on are computed again; the events that they see begin by the longest window earlier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alignc.ir.module import Module, Raw, SourceInput, StackInput, View, ViewInput
from alignc.ir.plan import Plan, Slice

# How long after its time a row comes, if the settings do not say it: three days.
LATENESS = 3 * 86_400_000_000


@dataclass(frozen=True)
class Incremental:
    """`time` orders the rows of a model; those of the last `lookback` microseconds are made again."""

    time: str
    lookback: int

    def reach(self, node: Slice) -> int | None:
        """How many microseconds before the latest row the rows of a slice begin; None is no limit."""
        if node.before is None:
            return None
        return self.lookback + node.before


def incremental(
    module: Module, view: View, plans: Mapping[str, Plan], lateness: Mapping[str, int]
) -> Incremental | None:
    """How the model of a view adds to what is there; None if it has to be made anew.

    `plans` has the plan of each view, `lateness` how many microseconds after its time a row may come.
    Rows are never changed where a view has a time and is over sources or such views. What is joined
    may change, and so does the end of a validity.
    """
    if view.event_timestamp is None or view.valid_to is not None:
        return None
    below = _below(view)
    if below is None:
        return None
    own = max(
        (s.node.after for s in plans[view.name].steps if isinstance(s.node, Slice)), default=0
    )
    lookback = lateness.get(view.name, LATENESS) + own
    for name in below:
        base = incremental(module, module.view_by_name[name], plans, lateness)
        if base is None or not _is_same_time(view, base):
            return None
        lookback = max(lookback, base.lookback)
    return Incremental(view.event_timestamp, lookback)


def _below(view: View) -> tuple[str, ...] | None:
    """The views that a view reads row by row; None if it reads them in another way."""
    match view.input:
        case SourceInput():
            return ()
        case ViewInput(view=name):
            return (name,)
        case StackInput(views=names):
            return names
        case _:
            return None


def _is_same_time(view: View, base: Incremental) -> bool:
    """Whether the time of a view is that of the view it reads, and not another one of its times."""
    assert view.event_timestamp is not None
    compute = view.by_name[view.event_timestamp].compute
    return isinstance(compute, Raw) and compute.column == base.time
