"""The dataset artefact: a contract's inputs and labels for given entity rows.

Each row of `entities` comes back once, with what was known at its `event_timestamp`.
"""

from __future__ import annotations

from alignc.artifacts.relations import (
    PlanBuilder,
    as_of,
    derive_windowed,
    row_features,
    row_relation,
    window_steps,
    windowed_features,
)
from alignc.ir.expr import Column
from alignc.ir.module import Aggregated, Contract, Derived, Feature, Input, Module, View
from alignc.ir.plan import (
    AT,
    ENTITIES,
    ROW,
    JoinSide,
    KeyJoin,
    NamedExpr,
    Plan,
    Scan,
    ScanColumn,
    Write,
)
from alignc.ir.print import show_duration
from alignc.ir.types import INT64, TIMESTAMP

EVENT_TIMESTAMP = "event_timestamp"
BY_ROW = ((ROW, ROW),)


def dataset_plan(module: Module, contract: Contract) -> Plan:
    """The plan that builds a contract's dataset, before the passes."""
    plan = PlanBuilder(module)
    keys = plan.add("entity_keys", _entity_scan(contract), "The entity rows, numbered.")
    sides: list[JoinSide] = []
    at_q = [(i.view, i.feature, i.name) for i in contract.inputs]
    truths: list[tuple[str, str]] = []
    for one in contract.labels:
        windowed = {f.name for f in windowed_features(module.view_by_name[one.view])}
        if one.feature in windowed:
            at_q.append((one.view, one.feature, one.feature))
        else:
            truths.append((one.view, one.feature))
    for name in dict.fromkeys(view for view, _, _ in at_q):
        wanted = {feature: column for view, feature, column in at_q if view == name}
        sides += _lookups(module.view_by_name[name], wanted, keys, plan)
    for name in dict.fromkeys(view for view, _ in truths):
        labels = {feature: feature for view, feature in truths if view == name}
        sides.append(_truth(module.view_by_name[name], labels, keys, plan))
    rows = plan.add("rows", KeyJoin(left=keys, left_columns=(ROW,), rights=tuple(sides)))
    plan.add(
        "result",
        Write(
            input=rows,
            columns=_columns(module, contract),
            others_of=keys,
            order_by=ROW,
            rows_of=keys,
        ),
    )
    return plan.finish(contract.name)


def _entity_scan(contract: Contract) -> Scan:
    columns = [ScanColumn(name=e.name, column=e.name, dtype=e.dtype) for e in contract.entities]
    if contract.needs_event_timestamp:
        columns.append(ScanColumn(name=AT, column=EVENT_TIMESTAMP, dtype=TIMESTAMP))
    return Scan(source=ENTITIES, columns=tuple(columns), row_id=ROW, others=True)


def _columns(module: Module, contract: Contract) -> tuple[NamedExpr, ...]:
    columns: list[NamedExpr] = []
    for used in contract.uses:
        name = used.name if isinstance(used, Input) else used.feature
        feature = module.view_by_name[used.view].by_name[used.feature]
        columns.append(
            NamedExpr(
                name=name,
                expr=Column(name=name),
                dtype=feature.dtype,
                doc=feature.description,
                span=feature.span,
            )
        )
    return tuple(columns)


def _lookups(view: View, wanted: dict[str, str], keys: str, plan: PlanBuilder) -> list[JoinSide]:
    """The sides to join for the wanted features of a view: state, windows, and what uses both."""
    windowed = windowed_features(view)
    relation = row_relation(view, plan)
    state = _state(view, relation, keys, plan)
    sides = [_side(state, row_features(view), wanted)]
    if windowed:
        on = tuple((n, n) for n in view.entities)
        windows = window_steps(view, relation, keys, AT, on, (ROW,), plan)
        sides += [_side(step, [view.by_name[n] for n in names], wanted) for step, names in windows]
        derived = [f for f in windowed if isinstance(f.compute, Derived)]
        if derived:
            step = _derived(view, state, windows, keys, plan)
            sides.append(_side(step, derived, wanted))
    return [side for side in sides if side.columns]


def _state(view: View, relation: str, keys: str, plan: PlanBuilder) -> str:
    if view.event_timestamp is None:
        columns = tuple((f.name, f.name) for f in row_features(view))
        side = JoinSide(
            input=relation,
            on=tuple((n, n) for n in view.entities),
            columns=columns,
            unique=view.name,
        )
        return plan.add(
            f"{view.name}_by_key",
            KeyJoin(left=keys, left_columns=(ROW,), rights=(side,)),
            f"The row of {view.name} with the entity row's key.",
        )
    alive = f", at most {show_duration(view.ttl)} old" if view.ttl else ""
    comment = f"The latest row of {view.name} known at the entity row's time{alive}."
    return as_of(view, relation, keys, AT, ROW, plan, f"{view.name}_as_of", comment)


def _derived(
    view: View, state: str, windows: list[tuple[str, list[str]]], keys: str, plan: PlanBuilder
) -> str:
    """The features computed from aggregates, which may also read the state and the key."""
    aggregates = [f for f in view.features if isinstance(f.compute, Aggregated)]
    others = [f for f in row_features(view) if f.role != "entity"]
    rights = [
        JoinSide(input=step, on=BY_ROW, columns=tuple((n, n) for n in names))
        for step, names in windows
    ]
    rights.append(JoinSide(input=state, on=BY_ROW, columns=tuple((f.name, f.name) for f in others)))
    joined = plan.add(
        f"{view.name}_joined",
        KeyJoin(left=keys, left_columns=(ROW, *view.entities), rights=tuple(rights)),
    )
    entities = [view.by_name[n] for n in view.entities]
    row_id = NamedExpr(name=ROW, expr=Column(name=ROW), dtype=INT64)
    return derive_windowed(view, joined, [*entities, *others, *aggregates], plan, also=[row_id])


def _truth(view: View, labels: dict[str, str], keys: str, plan: PlanBuilder) -> JoinSide:
    """The ground truth: the entity's latest row, whenever it became known."""
    relation = row_relation(view, plan)
    if view.event_timestamp is None:
        step = _state(view, relation, keys, plan)
    else:
        comment = f"The ground truth: the entity's latest row of {view.name}."
        step = as_of(view, relation, keys, None, ROW, plan, f"{view.name}_truth", comment)
    return _side(step, [view.by_name[n] for n in labels], labels)


def _side(step: str, features: list[Feature], wanted: dict[str, str]) -> JoinSide:
    columns = tuple((f.name, wanted[f.name]) for f in features if f.name in wanted)
    return JoinSide(input=step, on=BY_ROW, columns=columns)
