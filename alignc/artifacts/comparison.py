"""The comparison artefact: what a model predicted beside what another contract said of the same truth.

    prediction of the model   the truth of its entity   the baseline's latest prediction not after it
              \\___________________ one pair ___________________/

Each judged prediction has one partner at most, so that both are asked the same questions. Sums are kept apart
by model version and day; a partner is one whatever its version is.
"""

from __future__ import annotations

from dataclasses import dataclass

from alignc.artifacts.dataset import is_windowed
from alignc.artifacts.outcomes import Judged, Matched, judged_labels, matched_rows, stored_rows
from alignc.artifacts.predictions import DAY, VERSION, kept, summed
from alignc.artifacts.relations import PlanBuilder
from alignc.ir.expr import Cast, Column, Expr, call, literal
from alignc.ir.module import Module, are_of_one_truth
from alignc.ir.plan import (
    AT,
    ROW,
    AsOfJoin,
    Group,
    GroupColumn,
    JoinSide,
    KeyJoin,
    NamedExpr,
    Plan,
    Project,
)
from alignc.ir.types import BOOL, DATE, FLOAT64, STRING, TIMESTAMP, DType

# What the baseline has said, and when.
_OTHER, _OTHER_AT = "__other", "__other_at"
# Whether both have said something and the truth is known.
_IS_PAIR = "is_pair"


@dataclass(frozen=True)
class Comparison:
    """A label beside that of a baseline with the same truth."""

    judged: Judged
    baseline: Judged

    @property
    def name(self) -> str:
        """The contract that the model is compared with."""
        return self.baseline.contract.name


def comparisons(module: Module, judged: Judged) -> tuple[Comparison, ...]:
    """What a label is compared with, in the order of `baselines`."""
    return tuple(
        Comparison(judged, other)
        for name in judged.baselines
        for other in judged_labels(module, module.contract_by_name[name])
        if are_of_one_truth(judged.label, other.label)
    )


def comparison_plan(module: Module, asked: Comparison) -> Plan:
    """Counts and sums of pairs by version and day.

    `judged` are the predictions with a truth, `pairs` those of them with a partner. Of a classification there
    is how often both, one or none was right, of a regression the sums of both errors, and how often that
    of the model was smaller (`closer`) or larger (`farther`).
    """
    plan = PlanBuilder(module)
    rows = matched_rows(module, asked.judged, plan)
    beside = _beside(asked, rows.step, plan)
    is_judged = call("and", rows.is_known, call("is_not_null", rows.predicted))
    is_pair = call("and", is_judged, call("is_not_null", Column(name=_OTHER)))
    if is_windowed(module, asked.judged.label):
        # A window begins with the prediction: another time is another truth.
        is_same = call("eq", Column(name=AT), Column(name=_OTHER_AT))
        is_pair = call("and", is_pair, call("fill_na", is_same, literal(False)))
    is_classification = asked.judged.is_classification
    said = _said(asked, rows, is_pair) if is_classification else _errors(rows, is_pair)
    columns: list[tuple[str, Expr, DType]] = [
        (VERSION, rows.version, STRING),
        (DAY, rows.day, DATE),
        ("is_judged", is_judged, BOOL),
        (_IS_PAIR, is_pair, BOOL),
        *said,
    ]
    named = tuple(NamedExpr(name=n, expr=e, dtype=d) for n, e, d in columns)
    comment = "What both have said of each truth."
    pairs = plan.add("pairs", Project(input=beside, columns=named), comment)
    sums = (
        GroupColumn(name="judged", value=Column(name="is_judged")),
        GroupColumn(name="pairs", value=Column(name=_IS_PAIR)),
        *(_counts() if is_classification else _sums()),
    )
    plan.write_all(plan.add("comparison", Group(input=pairs, by=(VERSION, DAY), columns=sums)))
    return plan.finish(asked.judged.contract.name)


def _beside(asked: Comparison, step: str, plan: PlanBuilder) -> str:
    """The step with what the baseline has said beside each prediction."""
    judged, baseline = asked.judged, asked.baseline
    contract = baseline.contract
    said = _predictions(baseline, plan)
    on = tuple((e.name, e.name) for e in contract.entities)
    if baseline.time is None:
        # Nothing tells which of two predictions would be the latest.
        side = JoinSide(input=said, on=on, columns=((_OTHER, _OTHER),), unique=contract.name)
    else:
        version = () if baseline.version is None else (baseline.version,)
        decided = {_OTHER, _OTHER_AT, *version, *(b for _, b in on)}
        order = (*version, *(name for name in plan.schemas[said] if name not in decided))
        taken = (_OTHER, _OTHER_AT)
        node = AsOfJoin(
            left=step,
            right=said,
            on=on,
            left_time=AT if judged.time is not None else None,
            right_time=_OTHER_AT,
            order=order,
            left_columns=(ROW,),
            right_columns=taken,
        )
        when = " known at the time of this one" if judged.time is not None else ""
        latest = plan.add(
            f"{contract.name}_latest", node, f"The latest prediction of {contract.name}{when}."
        )
        columns = tuple((name, name) for name in taken)
        side = JoinSide(input=latest, on=((ROW, ROW),), columns=columns)
    left = tuple(plan.schemas[step])
    return plan.add("compared_rows", KeyJoin(left=step, left_columns=left, rights=(side,)))


def _predictions(baseline: Judged, plan: PlanBuilder) -> str:
    """The step with the keys, the time and the value of a baseline's predictions, and what decides of two."""
    contract, label = baseline.contract, baseline.label
    stored = stored_rows(
        baseline, plan, f"{contract.name}_stored", f"The predictions of {contract.name}."
    )
    value = label.expr or Column(name=label.prediction)
    columns = [kept(n, d) for n, d in plan.schemas[stored].items() if n not in (ROW, AT)]
    columns.append(NamedExpr(name=_OTHER, expr=value, dtype=baseline.predicted))
    if baseline.time is not None:
        columns.append(NamedExpr(name=_OTHER_AT, expr=Column(name=AT), dtype=TIMESTAMP))
    return plan.add(f"{contract.name}_said", Project(input=stored, columns=tuple(columns)))


def _said(asked: Comparison, rows: Matched, is_pair: Expr) -> list[tuple[str, Expr, DType]]:
    """Whether each of both is right; false where there is no pair."""

    def is_right(value: Expr) -> Expr:
        is_equal = call("fill_na", call("eq", rows.truth, value), literal(False))
        return call("and", is_pair, is_equal)

    return [
        ("is_right", is_right(rows.predicted), BOOL),
        ("is_other_right", is_right(Column(name=_OTHER)), BOOL),
    ]


def _counts() -> tuple[GroupColumn, ...]:
    model, other = Column(name="is_right"), Column(name="is_other_right")
    is_one = call("or", model, other)
    counted = {
        "both_right": call("and", model, other),
        "only_model_right": call("and", model, call("not", other)),
        "only_baseline_right": call("and", other, call("not", model)),
        "both_wrong": call("and", Column(name=_IS_PAIR), call("not", is_one)),
    }
    return tuple(GroupColumn(name=name, value=value) for name, value in counted.items())


def _errors(rows: Matched, is_pair: Expr) -> list[tuple[str, Expr, DType]]:
    """The sizes of both errors, null where there is no pair."""

    def error(value: Expr) -> Expr:
        truth = Cast(value=rows.truth, dtype=FLOAT64)
        distance = call("abs", call("sub", Cast(value=value, dtype=FLOAT64), truth))
        return call("if_else", is_pair, distance)

    return [
        ("error", error(rows.predicted), FLOAT64),
        ("other_error", error(Column(name=_OTHER)), FLOAT64),
    ]


def _sums() -> tuple[GroupColumn, ...]:
    model, other = Column(name="error"), Column(name="other_error")

    return (
        GroupColumn(name="closer", value=call("lt", model, other)),
        GroupColumn(name="farther", value=call("gt", model, other)),
        summed("absolute_error_sum", model),
        summed("squared_error_sum", call("square", model)),
        summed("baseline_absolute_error_sum", other),
        summed("baseline_squared_error_sum", call("square", other)),
    )
