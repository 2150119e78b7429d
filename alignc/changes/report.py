"""A comparison in the words of a report: for each change what it reaches, and which files it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from alignc.changes.compare import Change, Comparison
from alignc.changes.exposed import Exposed
from alignc.changes.renames import with_renames
from alignc.driver import (
    dbt_files_of,
    drift_files_of,
    files_of,
    monitor_files_of,
    source_files,
    validation_files_of,
)
from alignc.ir.lineage import Field
from alignc.ir.module import Module, Raw, View
from alignc.paths import Paths
from alignc.settings import Project


@dataclass(frozen=True)
class Told:
    """A change, the path of its file, and what it reaches: features, models, and generated files.

    `last` is what a definition came into that no model reads any more, `exposures` read it outside.
    `part_of` is the view or model that is created or removed with it, `parts` is what is so of this one.
    """

    change: Change
    path: str
    features: tuple[str, ...]
    models: tuple[str, ...]
    files: tuple[str, ...]
    last: tuple[str, ...] = ()
    exposures: tuple[str, ...] = ()
    part_of: str | None = None
    parts: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Affected:
    """An input, a feature or a prediction that means something else, and the way from the cause to it."""

    symbol: str
    way: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """All changes in the order of definitions, and what they do to others."""

    changes: tuple[Told, ...]
    affected: tuple[Affected, ...]

    @property
    def wholes(self) -> tuple[Told, ...]:
        """The changes without those that are told with the whole."""
        return tuple(told for told in self.changes if told.part_of is None)


@dataclass(frozen=True)
class Written:
    """The targets whose programs are written, and the adapters of dbt projects."""

    programs: Sequence[str]
    adapters: Sequence[str] = ()

    def files_of(self, module: Module, kind: str, name: str) -> Iterator[str]:
        """The files that are about a view or a contract."""
        known = module.view_by_name if kind == "view" else module.contract_by_name
        yield from files_of(name, is_view=kind == "view", targets=self.programs)
        if name in known:
            yield from validation_files_of(known[name], module, self.programs)
            yield from monitor_files_of(known[name], module, self.programs)
            yield from drift_files_of(known[name], module, self.programs)
            yield from dbt_files_of(known[name], module, self.adapters)

    def compared_with(self, module: Module, names: Set[str]) -> Iterator[str]:
        """The files that compare models with some of these contracts."""
        for contract in module.contracts:
            if names & set(contract.baselines):
                yield from monitor_files_of(contract, module, self.programs)


@dataclass(frozen=True)
class Places:
    """What files are called: those of the project, and those in its output folder."""

    file: Callable[[str], str] = str
    generated: Callable[[str], str] = str


def places_of(project: Project, paths: Paths) -> Places:
    """The places of a project."""
    return Places(paths.of, lambda name: paths.of(f"{project.settings.output}/{name}"))


def report_of(
    comparison: Comparison,
    written: Written,
    places: Places | None = None,
    exposures: Exposed | None = None,
) -> Report:
    """The report of a comparison, with the files that are written."""
    where = places or Places()
    comparison, changes = with_renames(comparison)
    told = [_told(comparison, change, written, where, exposures or Exposed()) for change in changes]
    return Report(
        tuple(_with_parts(told)),
        tuple(
            Affected(str(made), way)
            for made, way in comparison.causes.items()
            if made.kind != "source"
        ),
    )


def _with_parts(told: Sequence[Told]) -> Iterator[Told]:
    """The changes with what is created or removed as a part of another one."""
    wholes = {(one.change.state, one.change.what, one.change.symbol) for one in told}
    parts: dict[tuple[str, str, str], list[Change]] = {}
    for change in (one.change for one in told):
        if (whole := _whole(change)) in wholes:
            parts.setdefault(whole, []).append(change)
    for one in told:
        change = one.change
        whole = _whole(change)
        yield replace(
            one,
            part_of=whole[2] if whole in parts else None,
            parts=tuple(parts.get((change.state, change.what, change.symbol), ())),
        )


def _whole(change: Change) -> tuple[str, str, str]:
    """What would be said of the definition that this one is written in; of a whole one nothing is."""
    what = _WHOLES.get(change.what, "")
    return (change.state, what, change.fields[0].owner if what else "")


_WHOLES: Mapping[str, str] = {
    "feature": "view",
    "input": "model",
    "label": "model",
    "output": "model",
}


def _told(
    comparison: Comparison,
    change: Change,
    written: Written,
    where: Places,
    exposures: Exposed,
) -> Told:
    below = comparison.downstream(change)
    features = tuple(str(f) for f in below if f.kind == "view")
    own = {f.owner for f in change.fields if f.kind == "contract"}
    models = tuple(
        dict.fromkeys(f.owner for f in below if f.kind == "contract" and f.owner not in own)
    )
    files = {where.generated(name) for name in _files(comparison, change, below, written)}
    path = where.file(change.span.file)
    last = comparison.last_readers(change) if change.state == "pruned" else ()
    return Told(
        change,
        path,
        features,
        models,
        tuple(sorted(files)),
        tuple(map(str, last)),
        exposures.reached(comparison, change) if change.state != "created" else (),
    )


def _files(
    comparison: Comparison, change: Change, below: Sequence[Field], written: Written
) -> Iterator[str]:
    """The programs in which the definition, or something made of it, is written down."""
    if change.state == "pruned":
        return
    module: Module = comparison.old if change.state == "removed" else comparison.new
    fields = (*change.fields, *below)
    # Of rows at one time the columns that are read decide which is the last one.
    ordering = {
        one.owner
        for one in fields
        if one.kind == "view" and _is_read(module.view_by_name[one.owner], one.name)
    }
    if ordering:
        graph = comparison.old_lineage if change.state == "removed" else comparison.new_lineage
        views = (module.view_by_name[name] for name in sorted(ordering))
        whole = [Field("view", view.name, f.name) for view in views for f in view.features]
        fields = (*fields, *whole, *(edge.made for edge in graph.below(whole)))
    for what, name in dict.fromkeys((one.kind, one.owner) for one in fields):
        if what != "source":
            yield from written.files_of(module, what, name)
    owners = frozenset(one.owner for one in fields if one.kind == "contract")
    yield from written.compared_with(module, owners)
    yield "ir.json"
    if change.before is not None:
        yield from written.files_of(comparison.old, "view", change.before)
    if change.what == "source":
        kind = module.source_by_name[change.symbol.removeprefix("source:")].kind
        yield from source_files(written.programs) if kind != "table" else ()


def _is_read(view: View, name: str) -> bool:
    return isinstance(view.by_name[name].compute, Raw)
