"""What `alignc explain NAME` says: lineage to source columns, the plan, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alignc.artifacts.dataset import dataset_plan
from alignc.artifacts.view import view_plan
from alignc.backends.window_choices import choices
from alignc.driver import optimized
from alignc.errors import DefinitionError, Diagnostic, did_you_mean
from alignc.ir.expr import columns_of
from alignc.ir.module import (
    Aggregated,
    Contract,
    Derived,
    Module,
    Raw,
    SourceInput,
    View,
    origins_in,
    reasons_in,
)
from alignc.ir.plan import AsOfJoin, Plan, WindowAggregate, schemas
from alignc.ir.print import show_compute, show_input, show_plan, show_view
from alignc.settings import TARGETS


@dataclass(frozen=True)
class Origin:
    """A feature and what it is computed from, down to columns of sources."""

    label: str
    how: str
    place: str
    inputs: tuple[Origin, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """Everything that is said about a view, a contract or a feature."""

    title: str
    place: str
    text: str
    lineage: tuple[Origin, ...]
    before: str = ""
    after: str = ""
    windows: tuple[str, ...] = ()
    pruned: tuple[str, ...] = ()
    costs: tuple[str, ...] = ()


def explain(module: Module, name: str, targets: Sequence[str] = TARGETS) -> Explanation:
    """The explanation of `view`, `contract` or `view.feature`; DefinitionError if there is none."""
    first, _, feature = name.partition(".")
    if feature and first in module.view_by_name:
        view = module.view_by_name[first]
        if feature in view.by_name:
            return _of_feature(module, view, feature)
    elif not feature and first in module.contract_by_name:
        return _of_contract(module, module.contract_by_name[first], targets)
    elif not feature and first in module.view_by_name:
        return _of_view(module, module.view_by_name[first], targets)
    known = [*module.view_by_name, *module.contract_by_name]
    if first in module.view_by_name:
        known = [f"{first}.{f}" for f in module.view_by_name[first].by_name]
    raise DefinitionError(
        [Diagnostic("ALN005", f"there is no `{name}`", None, did_you_mean(name, known))]
    )


def _of_feature(module: Module, view: View, name: str) -> Explanation:
    feature = view.by_name[name]
    return Explanation(
        title=f"feature {view.name}.{name}: {feature.dtype}",
        place=str(feature.span),
        text=f"{feature.description}\n" if feature.description else "",
        lineage=(origin_of(module, view, name),),
    )


def _of_view(module: Module, view: View, targets: Sequence[str]) -> Explanation:
    plan = view_plan(module, view)
    after = optimized(plan)
    return Explanation(
        title=f"view {view.name}",
        place=str(view.span),
        text=show_view(view),
        lineage=tuple(origin_of(module, view, f.name) for f in view.features),
        before=show_plan(plan),
        after=show_plan(after),
        windows=tuple(_windows(after, targets)),
        pruned=tuple(_pruned(plan, after)),
        costs=tuple(_costs(after, targets)),
    )


def _of_contract(module: Module, contract: Contract, targets: Sequence[str]) -> Explanation:
    plan = dataset_plan(module, contract)
    after = optimized(plan)
    lineage = tuple(
        origin_of(module, module.view_by_name[u.view], u.feature) for u in contract.uses
    )
    return Explanation(
        title=f"contract {contract.name}",
        place=str(contract.span),
        text="".join(f"entity {e.name}: {e.dtype}\n" for e in contract.entities),
        lineage=lineage,
        before=show_plan(plan),
        after=show_plan(after),
        windows=tuple(_windows(after, targets)),
        pruned=tuple(_pruned_features(module, contract, after)),
        costs=tuple(_costs(after, targets)),
    )


def origin_of(module: Module, view: View, name: str) -> Origin:
    """Where a feature comes from."""
    feature = view.by_name[name]
    label, place = f"{view.name}.{name}", f"{feature.span.file}:{feature.span.line}"
    match feature.compute:
        case Raw(column=column, path=path):
            if isinstance(view.input, SourceInput):
                where = "".join(f'."{name}"' for name in (column, *(path or ())))
                source = Origin(f"{view.input.source}{where}", "column of the source", "")
                return Origin(label, "column", place, (source,))
            read = origins_in(view.input, column)
            reasons = tuple(o for o in reasons_in(view.input, column) if o not in read)
            origins = tuple(origin_of(module, module.view_by_name[v], n) for v, n in read + reasons)
            return Origin(label, f"column of {show_input(view.input)}", place, origins)
        case Derived(expr=expr):
            inputs = sorted(columns_of(expr))
        case Aggregated(value=value):
            # An aggregate also depends on whose event it was and when.
            times = [t for t in (view.event_timestamp, view.created_at) if t is not None]
            keys = [*view.entities, *times]
            inputs = [*sorted(columns_of(value)), *keys]
    origins = tuple(origin_of(module, view, n) for n in dict.fromkeys(inputs))
    return Origin(label, show_compute(feature), place, origins)


def _pruned_features(module: Module, contract: Contract, after: Plan) -> Iterator[str]:
    """Each feature of the views that are read that the dataset does without, and why."""
    views = dict.fromkeys(u.view for u in contract.uses)
    computed = {name for schema in schemas(after).values() for name in schema}
    wanted = {(u.view, u.feature) for u in contract.uses}
    for view_name in views:
        view = module.view_by_name[view_name]
        needed = _needed(view, {f for v, f in wanted if v == view_name})
        for feature in view.features:
            if feature.name in needed or feature.role != "feature":
                continue
            if feature.name in computed and isinstance(feature.compute, Raw):
                yield (
                    f"{view_name}.{feature.name} is read only to order rows of the same time: "
                    "no input or label needs its value"
                )
            else:
                yield f"{view_name}.{feature.name}: no input or label needs it"
    unread = [v.name for v in module.views if v.name not in views]
    for name in unread:
        yield f"view {name}: the contract reads nothing of it"


def _needed(view: View, names: set[str]) -> set[str]:
    needed: set[str] = set()
    while names:
        name = names.pop()
        needed.add(name)
        match view.by_name[name].compute:
            case Derived(expr=expr):
                names |= columns_of(expr) - needed
            case Aggregated(value=value):
                names |= columns_of(value) - needed
            case Raw():
                pass
    return needed


def _windows(plan: Plan, targets: Sequence[str]) -> Iterator[str]:
    """How the targets compute the aggregates of each window step, a line for each group of them."""
    known = schemas(plan)
    for step in plan.steps:
        if isinstance(step.node, WindowAggregate):
            for chosen, by in choices(step.node, known[step.node.right], targets).items():
                yield f"step {step.name} in {', '.join(by)}"
                for one in chosen:
                    yield f"  {', '.join(one.aggregates)}: {one.how} ({one.why})"


def _costs(plan: Plan, targets: Sequence[str]) -> Iterator[str]:
    """The steps whose work grows with the number of pairs of rows, and why."""
    known = schemas(plan)
    for step in plan.steps:
        match step.node:
            case WindowAggregate(left=left, right=right) as node:
                joined: dict[tuple[str, ...], list[str]] = {}
                for chosen, by in choices(node, known[right], targets).items():
                    names = tuple(n for one in chosen if one.joins_pairs for n in one.aggregates)
                    joined.setdefault(names, []).extend(by)
                for names, by in joined.items():
                    if names:
                        where = f" in {', '.join(by)}" if len(by) < len(targets) else ""
                        yield (
                            f"step {step.name} joins each row of {left} with the events that it "
                            f"sees, for {', '.join(names)}{where}"
                        )
            case AsOfJoin(valid_to=str(), left=left, right=right):
                yield (
                    f"step {step.name} joins {left} with the rows of {right} that end after a "
                    "later one of their key; where validities follow each other there are none"
                )
            case _:
                pass


def _pruned(before: Plan, after: Plan) -> Iterator[str]:
    left = {step.name for step in after.steps}
    for step in before.steps:
        if step.name not in left:
            yield f"step {step.name}: merged into another one, or nothing reads it"
