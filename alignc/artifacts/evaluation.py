"""What the program of a dataset must know to cut test sets from it.

How far labels look ahead, until when what happened is known, and which stored predictions were wrong.
"""

from __future__ import annotations

from alignc.artifacts.dataset import is_windowed
from alignc.artifacts.outcomes import Judged, Matched, matched_rows
from alignc.artifacts.relations import PlanBuilder, row_relation
from alignc.ir.expr import Cast, Column, Expr, call, columns_of, literal
from alignc.ir.module import Aggregated, Contract, Derived, Module, Raw, SourceInput, origins_in
from alignc.ir.plan import (
    AT,
    EVENT_TIMESTAMP,
    ROW,
    Group,
    GroupColumn,
    NamedExpr,
    Plan,
    Write,
)
from alignc.ir.types import DATE, FLOAT64, INT64, STRING, TIMESTAMP, DType

# Columns of `mistakes_plan` that are none of an entity row.
VERSION, DAY, ERROR = "__version", "__day", "__error"
LATEST = "latest"


def horizon_of(module: Module, view: str, feature: str, *, until_known: bool = False) -> int | None:
    """How many microseconds after its point in time a feature is complete; None if it is one row's.

    Or until it is known, with the delays of the views that have the events.
    """
    known = module.view_by_name[view]
    delay = known.availability_delay if until_known else 0
    made = known.by_name[feature].compute
    origins: tuple[tuple[str, str], ...] = ()
    found: list[int | None] = []
    match made:
        case Aggregated(value=value, window=window):
            origins = tuple((view, name) for name in sorted(columns_of(value)))
            found.append(delay - window.offset if window.is_ahead else None)
        case Derived(expr=expr):
            origins = tuple((view, name) for name in sorted(columns_of(expr)))
        case Raw(column=column):
            if not isinstance(known.input, SourceInput):
                origins = origins_in(known.input, column)
    found += [horizon_of(module, *origin, until_known=until_known) for origin in origins]
    return max((end for end in found if end is not None), default=None)


def embargo_of(module: Module, contract: Contract) -> int:
    """How many microseconds after a row all of its labels are known; those of a row count as 0."""
    ends = (horizon_of(module, i.view, i.feature, until_known=True) for i in contract.labels)
    return max((end for end in ends if end is not None), default=0)


def windows_ahead(module: Module, contract: Contract) -> dict[str, int]:
    """The labels about a window after the row, and how many microseconds after it that ends."""
    ends = {
        label.feature: horizon_of(module, label.view, label.feature)
        for label in contract.labels
        if is_windowed(module, label)
    }
    return {name: end for name, end in ends.items() if end is not None}


def latest_plan(module: Module, view: str) -> Plan:
    """One row: the time of the latest event of a view, `latest`."""
    plan = PlanBuilder(module)
    given = module.view_by_name[view]
    time = Column(name=given.event_timestamp or "")
    latest = GroupColumn(name=LATEST, aggregate="max", value=time, dtype=TIMESTAMP)
    step = plan.add("latest_event", Group(input=row_relation(given, plan), columns=(latest,)))
    plan.write_all(step)
    return plan.finish(view)


def mistakes_plan(module: Module, judged: Judged, predictions: str) -> Plan:
    """The stored predictions of which the truth is known, as entity rows, with how wrong each was.

    `__error` of a classification is 0 or 1, of a regression the distance from the truth. It is null where
    the truth or the prediction is not known. Predictions are in the relation `predictions`.
    """
    plan = PlanBuilder(module)
    matched = matched_rows(module, judged, plan, predictions)
    contract = judged.contract
    columns: list[tuple[str, Expr, DType]] = [
        (e.name, Column(name=e.name), e.dtype) for e in contract.entities
    ]
    if contract.needs_event_timestamp:
        columns.append((EVENT_TIMESTAMP, Column(name=AT), TIMESTAMP))
    columns.append((predicted_name(contract), matched.predicted, judged.predicted))
    named = [NamedExpr(name=n, expr=e, dtype=d) for n, e, d in columns]
    is_known = call("and", matched.is_known, call("is_not_null", matched.predicted))
    named += [
        NamedExpr(name=ROW, expr=Column(name=ROW), dtype=INT64),
        NamedExpr(name=VERSION, expr=matched.version, dtype=STRING),
        NamedExpr(name=DAY, expr=matched.day, dtype=DATE),
        NamedExpr(
            name=ERROR, expr=call("if_else", is_known, _error(judged, matched)), dtype=FLOAT64
        ),
    ]
    plan.add("result", Write(input=matched.step, columns=tuple(named)))
    return plan.finish(contract.name)


def predicted_name(contract: Contract) -> str:
    """What the prediction is called among the columns of a dataset."""
    taken = {EVENT_TIMESTAMP, *(e.name for e in contract.entities)}
    taken |= {i.name for i in contract.inputs} | {label.feature for label in contract.labels}
    found = "predicted"
    while found in taken:
        found += "_"
    return found


def _error(judged: Judged, matched: Matched) -> Expr:
    if judged.is_classification:
        is_wrong = call("ne", matched.truth, matched.predicted)
        return call("if_else", is_wrong, literal(1.0), literal(0.0))
    truth = Cast(value=matched.truth, dtype=FLOAT64)
    predicted = Cast(value=matched.predicted, dtype=FLOAT64)
    return call("abs", call("sub", predicted, truth))
