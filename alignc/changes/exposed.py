"""Which exposures a change reaches: of what is gone those that read it in the old state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from alignc.changes.compare import Change, Comparison
from alignc.ir.lineage import Field, Lineage
from alignc.ir.module import Module
from alignc.lint.exposures import exposed, queries_in
from alignc.lint.queries import Query, unread
from alignc.settings import Project


@dataclass(frozen=True)
class Exposed:
    """By exposure the features that it reads in the old and in the new state.

    `unread` says of each query that cannot be read that it cannot.
    """

    old: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    new: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    def reached(self, comparison: Comparison, change: Change) -> tuple[str, ...]:
        """The exposures that read what a change is about, or what is made of it."""
        if change.before is not None:
            former = (
                f
                for fields in self.old.values()
                for f in fields
                if change.before in (f.owner, str(f))
            )
            readers = _reading(self.old, Lineage(()), former)
            others = _reading(self.new, comparison.new_lineage, change.fields)
            return tuple(dict.fromkeys((*readers, *others)))
        if change.state == "removed":
            return _reading(self.old, comparison.old_lineage, change.fields)
        return _reading(self.new, comparison.new_lineage, change.fields)

    def reached_by(self, comparison: Comparison, symbol: str) -> tuple[str, ...]:
        """The same of all changes of a name; of a field that has not changed itself, who reads it."""
        changes = [change for change in comparison.changes if change.symbol == symbol]
        if changes:
            found = [name for change in changes for name in self.reached(comparison, change)]
            return tuple(dict.fromkeys(found))
        fields = [one for one in comparison.new_lineage.fields if str(one) == symbol]
        return _reading(self.new, comparison.new_lineage, fields)


def exposed_in(project: Project, comparison: Comparison) -> Exposed:
    """What the exposures of a project, as they are now, read of both states."""

    def of(module: Module, queries: Sequence[Query]) -> Mapping[str, tuple[Field, ...]]:
        return exposed(project.settings.exposures, queries, module)

    now = queries_in(project, comparison.new)
    old = of(comparison.old, queries_in(project, comparison.old))
    return Exposed(old, of(comparison.new, now), tuple(unread(now)))


def _reading(
    reads: Mapping[str, tuple[Field, ...]], graph: Lineage, fields: Iterable[Field]
) -> tuple[str, ...]:
    started = tuple(fields)
    reached = {*started, *(edge.made for edge in graph.below(started))}
    return tuple(name for name, read in reads.items() if not reached.isdisjoint(read))
