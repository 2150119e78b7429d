"""What `alignc explain NAME` says: lineage to source columns, the plan, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from alignc.artifacts.dataset import dataset_plan
from alignc.artifacts.view import view_plan
from alignc.backends.sql.dialect import DIALECTS
from alignc.backends.window_choices import choices, choices_of_few
from alignc.driver import optimized
from alignc.errors import DefinitionError, Diagnostic, Span, did_you_mean
from alignc.ir.expr import columns_of
from alignc.ir.lineage import Field, Lineage, judging, lineage_of
from alignc.ir.module import (
    Aggregated,
    Contract,
    Derived,
    Module,
    Raw,
    SourceInput,
    View,
)
from alignc.ir.plan import AsOfJoin, Plan, WindowAggregate, schemas
from alignc.ir.print import (
    show_clustering,
    show_compute,
    show_input,
    show_plan,
    show_ranking,
    show_view,
)
from alignc.ir.state_plans import FEW_ROWS, has_few_rows, is_cut_into_tiles
from alignc.settings import TARGETS


@dataclass(frozen=True)
class Origin:
    """A feature and what it is computed from, down to columns of sources."""

    label: str
    how: str
    place: Span | None
    inputs: tuple[Origin, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """Everything that is said about a view, a contract or a feature."""

    title: str
    place: Span
    text: str
    lineage: tuple[Origin, ...]
    before: str = ""
    after: str = ""
    windows: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    pruned: tuple[str, ...] = ()
    costs: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


def explain(module: Module, name: str, targets: Sequence[str] = TARGETS) -> Explanation:
    """The explanation of `view`, `contract`, `view.feature` or `contract.column`; DefinitionError if there is none.

    An input of a contract is the feature that it is, what it writes is explained with the whole of it.
    """
    first, _, feature = name.partition(".")
    known: list[str] = []
    if feature and first in module.view_by_name:
        view = module.view_by_name[first]
        if feature in view.by_name:
            return _of_feature(module, view, feature)
    elif not feature and first in module.contract_by_name:
        return _of_contract(module, module.contract_by_name[first], targets)
    elif not feature and first in module.view_by_name:
        return _of_view(module, module.view_by_name[first], targets)
    elif first in module.contract_by_name:
        contract = module.contract_by_name[first]
        inputs = {used.name: used for used in contract.inputs}
        if feature in inputs:
            used = inputs[feature]
            return _of_feature(module, module.view_by_name[used.view], used.feature)
        written = [*(x.prediction for x in contract.labels), *(o.name for o in contract.outputs)]
        if feature in written:
            return _of_contract(module, contract, targets)
        known = [f"{first}.{one}" for one in (*inputs, *written)]
    if feature and not known:
        views = [view for view in module.views if view.name == first] or module.views
        known = [f"{view.name}.{one}" for view in views for one in view.by_name]
    known = known or [*module.view_by_name, *module.contract_by_name]
    raise DefinitionError(
        [Diagnostic("ALN005", f"there is no `{name}`", None, did_you_mean(name, known))]
    )


def _of_feature(module: Module, view: View, name: str) -> Explanation:
    feature = view.by_name[name]
    return Explanation(
        title=f"feature {view.name}.{name}: {feature.dtype}",
        place=feature.span,
        text=f"{feature.description}\n" if feature.description else "",
        lineage=_origins(module, [(view.name, name)]),
    )


def _of_view(module: Module, view: View, targets: Sequence[str]) -> Explanation:
    plan = view_plan(module, view)
    after = optimized(plan)
    return Explanation(
        title=f"view {view.name}",
        place=view.span,
        text=show_view(view),
        lineage=_origins(module, [(view.name, f.name) for f in view.features]),
        before=show_plan(plan),
        after=show_plan(after),
        windows=tuple(_windows(after, targets)),
        state=tuple(_state(after, targets)),
        pruned=tuple(_pruned(plan, after)),
        costs=tuple(_costs(after, targets)),
        hints=tuple(_hints(after, targets)),
    )


def _of_contract(module: Module, contract: Contract, targets: Sequence[str]) -> Explanation:
    plan = dataset_plan(module, contract)
    after = optimized(plan)
    lineage = _origins(module, [(used.view, used.feature) for used in contract.uses])
    return Explanation(
        title=f"contract {contract.name}",
        place=contract.span,
        text="".join(_words_of(contract)),
        lineage=lineage,
        before=show_plan(plan),
        after=show_plan(after),
        windows=tuple(_windows(after, targets)),
        state=tuple(_state(after, targets)),
        pruned=tuple(_pruned_features(module, contract, after)),
        costs=tuple(_costs(after, targets)),
        hints=tuple(_hints(after, targets)),
    )


def _words_of(contract: Contract) -> Iterator[str]:
    yield from (f"entity {e.name}: {e.dtype}\n" for e in contract.entities)
    yield from (f"ranking {show_ranking(one)}\n" for one in contract.rankings)
    yield from (f"clustering {show_clustering(one)}\n" for one in contract.clusterings)
    yield from (f"compared with {name}\n" for name in contract.baselines)


def _origins(module: Module, features: Iterable[tuple[str, str]]) -> tuple[Origin, ...]:
    graph = lineage_of(module)
    return tuple(origin_of(module, Field("view", view, name), graph) for view, name in features)


def origin_of(module: Module, field: Field, graph: Lineage) -> Origin:
    """Where a feature, or a column of a source, comes from."""
    if field.kind == "source":
        return Origin(f'{field.owner}."{field.name}"', "column of the source", None)
    view = module.view_by_name[field.owner]
    feature = view.by_name[field.name]
    how = show_compute(feature)
    if isinstance(feature.compute, Raw):
        is_own = isinstance(view.input, SourceInput)
        how = "column" if is_own else f"column of {show_input(view.input)}"
    given = dict.fromkeys(edge.given for edge in graph.into(field))
    origins = tuple(origin_of(module, one, graph) for one in given)
    return Origin(str(field), how, feature.span, origins)


def _pruned_features(module: Module, contract: Contract, after: Plan) -> Iterator[str]:
    """Each feature of the views that are read that the dataset does without, and why."""
    views = dict.fromkeys(u.view for u in contract.uses)
    judges = {field.owner for field in judging(module, contract)}
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
    unread = [v.name for v in module.views if v.name not in {*views, *judges}]
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


def _state(plan: Plan, targets: Sequence[str]) -> Iterator[str]:
    """The steps that look up state in a way that the number of rows of a key has chosen, and why."""
    in_sql = _in_sql(targets)
    for step in plan.steps:
        node = step.node
        if not isinstance(node, AsOfJoin):
            continue
        if has_few_rows(node) and in_sql:
            yield (
                f"step {step.name} in {', '.join(in_sql)}: each row known to a question "
                f"(a key has {node.rows_per_key} rows at most)"
            )
        if is_cut_into_tiles(node) and "pyspark" in targets:
            yield (
                f"step {step.name} in pyspark: each day of a key is a task "
                f"(a key has up to {node.rows_per_key} rows)"
            )


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
                        yield (
                            f"step {step.name} joins each row of {left} with the events that it "
                            f"sees, for {', '.join(names)}{_where(by, targets)}"
                        )
            case AsOfJoin(valid_to=str(), left=left, right=right):
                yield (
                    f"step {step.name} joins {left} with the rows of {right} that end after a "
                    "later one of their key; where validities follow each other there are none"
                )
            case AsOfJoin(left=left, right=right) as node if has_few_rows(node):
                if in_sql := _in_sql(targets):
                    yield (
                        f"step {step.name} joins each row of {left} with the rows of {right} that it "
                        f"knows{_where(in_sql, targets)}"
                    )
            case _:
                pass


def _hints(plan: Plan, targets: Sequence[str]) -> Iterator[str]:
    """What would be computed otherwise if the settings said that a key has few rows."""
    known, sql = schemas(plan), _in_sql(targets)
    for step in plan.steps:
        node = step.node
        if isinstance(node, WindowAggregate) and node.rows_per_key is None:
            for most, others in choices_of_few(node, known[node.right], targets).items():
                yield (
                    f"step {step.name} in {', '.join(others)}: each event of each window, "
                    f"if a key has at most {most} rows"
                )
        if isinstance(node, AsOfJoin) and node.left_time and node.rows_per_key is None and sql:
            yield (
                f"step {step.name} in {', '.join(sql)}: each row known to a question, "
                f"if a key has at most {FEW_ROWS} rows"
            )


def _in_sql(targets: Sequence[str]) -> list[str]:
    return [target for target in targets if target in DIALECTS]


def _where(some: Sequence[str], targets: Sequence[str]) -> str:
    """Which of the targets are meant, if it is not all of them."""
    return f" in {', '.join(some)}" if len(some) < len(targets) else ""


def _pruned(before: Plan, after: Plan) -> Iterator[str]:
    left = {step.name for step in after.steps}
    for step in before.steps:
        if step.name not in left:
            yield f"step {step.name}: merged into another one, or nothing reads it"
