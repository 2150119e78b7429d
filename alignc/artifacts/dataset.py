"""The dataset artefact: a contract's inputs and labels for given entity rows.

Each row of `entities` comes back once, with what was known at its `event_timestamp`.
"""

from __future__ import annotations

from alignc.artifacts.lookups import lookups, side_of, state
from alignc.artifacts.relations import PlanBuilder, as_of, row_relation, windowed_features
from alignc.artifacts.stored import NOTHING, Stored
from alignc.ir.expr import Column, Expr
from alignc.ir.module import Contract, Input, Label, Module, View
from alignc.ir.plan import (
    AT,
    ENTITIES,
    EVENT_TIMESTAMP,
    ROW,
    Filter,
    JoinSide,
    KeyJoin,
    NamedExpr,
    Plan,
    Scan,
    ScanColumn,
    Write,
)
from alignc.ir.types import TIMESTAMP


def dataset_plan(module: Module, contract: Contract) -> Plan:
    """The plan that builds a contract's dataset, before the passes."""
    plan = PlanBuilder(module)
    keys = plan.add(
        "entity_keys", _entity_scan(contract, others=True), "The entity rows, numbered."
    )
    rows = plan.add(
        "rows",
        KeyJoin(left=keys, left_columns=(ROW,), rights=_sides(module, contract, keys, plan)),
    )
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


def dataset_table_plan(
    module: Module, contract: Contract, entities: str, stored: Stored = NOTHING
) -> Plan:
    """The same for a table, which has no order and only the columns that are known here.

    The entity rows are in the relation `entities`.
    """
    plan = PlanBuilder(module, stored)
    plan.reads(entities)
    scan = _entity_scan(contract, entities)
    keys = plan.add("entity_keys", scan, "The entity rows, numbered.")
    sides = _sides(module, contract, keys, plan)
    kept = tuple(column.name for column in scan.columns)
    rows = plan.add("rows", KeyJoin(left=keys, left_columns=kept, rights=sides))
    given = tuple(
        NamedExpr(name=_given(column), expr=Column(name=column.name), dtype=column.dtype)
        for column in scan.columns
    )
    plan.add(
        "result", Write(input=rows, columns=(*given, *_columns(module, contract)), rows_of=keys)
    )
    return plan.finish(contract.name)


def _given(column: ScanColumn) -> str:
    """What a column of the entity rows is called by whoever gave them."""
    return EVENT_TIMESTAMP if column.name == AT else column.name


def _sides(
    module: Module, contract: Contract, keys: str, plan: PlanBuilder
) -> tuple[JoinSide, ...]:
    """What is joined to the entity rows."""
    sides: list[JoinSide] = []
    at_q = [(i.view, i.feature, i.name) for i in contract.inputs]
    truths: list[tuple[str, str]] = []
    for one in contract.labels:
        if is_windowed(module, one):
            at_q.append((one.view, one.feature, one.feature))
        else:
            truths.append((one.view, one.feature))
    for name in dict.fromkeys(view for view, _, _ in at_q):
        wanted = {feature: column for view, feature, column in at_q if view == name}
        sides += lookups(module.view_by_name[name], wanted, keys, (ROW,), plan)
    for name in dict.fromkeys(view for view, _ in truths):
        labels = {feature: feature for view, feature in truths if view == name}
        sides.append(truth_of(module.view_by_name[name], labels, keys, plan))
    return tuple(sides)


def _entity_scan(contract: Contract, source: str = ENTITIES, *, others: bool = False) -> Scan:
    columns = [ScanColumn(name=e.name, column=e.name, dtype=e.dtype) for e in contract.entities]
    if contract.needs_event_timestamp:
        columns.append(ScanColumn(name=AT, column=EVENT_TIMESTAMP, dtype=TIMESTAMP))
    return Scan(source=source, columns=tuple(columns), row_id=ROW, others=others)


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


def is_windowed(module: Module, label: Label) -> bool:
    """Whether a label is about what happens in a window after the point in time."""
    view = module.view_by_name[label.view]
    return label.feature in {feature.name for feature in windowed_features(view)}


def truth_of(
    view: View,
    labels: dict[str, str],
    keys: str,
    plan: PlanBuilder,
    when: Expr | None = None,
) -> JoinSide:
    """The ground truth: the entity's latest row, whenever it became known.

    Of the rows for which `when` is true if there is such a condition.
    """
    relation = row_relation(view, plan)
    if when is not None:
        comment = "Rows that are a ground truth."
        relation = plan.add(f"{view.name}_events", Filter(input=relation, predicate=when), comment)
    if view.event_timestamp is None:
        step = state(view, relation, keys, (ROW,), plan)
    else:
        comment = f"The ground truth: the entity's latest row of {view.name}."
        step = as_of(view, relation, keys, None, (ROW,), plan, f"{view.name}_truth", comment)
    return side_of(step, [view.by_name[n] for n in labels], labels, (ROW,))
