"""The outcomes artefact: what a model has predicted beside what came true, counted.

Each stored prediction meets the truth of its entity once, as a dataset would have it, whenever that became
known. Sums of counts and of errors are kept apart by model version, day and subgroup, so that whoever
reads them can put them together: a metric is computed from sums, never from metrics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from alignc.artifacts.dataset import is_windowed
from alignc.artifacts.predictions import (
    DAY,
    ROWS,
    VERSION,
    by_subgroup,
    day_expr,
    joined,
    over_by_now,
    stored_predictions,
    subgroup_column,
    subgroup_sides,
    time_of,
    truth_sides,
    version_expr,
    version_of,
    write_orphans,
)
from alignc.artifacts.relations import PlanBuilder, row_relation
from alignc.ir.expr import Cast, Column, Expr, Scalar, call, literal
from alignc.ir.module import (
    Contract,
    Label,
    Module,
    Output,
    are_of_one_truth,
)
from alignc.ir.plan import (
    Filter,
    Group,
    GroupColumn,
    JoinSide,
    KeyJoin,
    NamedExpr,
    Plan,
    Project,
    Running,
    RunningColumn,
)
from alignc.ir.types import BOOL, DATE, FLOAT64, INT64, INTEGERS, STRING, DType

TRUTH, PREDICTED = "truth", "predicted"
# The truth of a prediction, and whether it is known.
_TRUTH, _KNOWN, _SCORE = "__truth", "__is_known", "__score"
# The smallest probability that a logarithm is taken of: what a float can be away from 1.
SMALLEST = 2.0**-52


@dataclass(frozen=True)
class Judged:
    """A label of which stored predictions can be told right or wrong.

    `time` is the column with the time of a prediction, `version` that with the version of the model.
    `probabilities` are those of the values of a classification; `positive` is the one that a ranking is
    by if there are two values. `baselines` are the contracts that predict the same, by name.
    """

    contract: Contract
    label: Label
    dtype: DType
    time: str | None
    version: str | None
    probabilities: tuple[Output, ...]
    accepted: tuple[Scalar, ...] = ()
    baselines: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.label.prediction

    @property
    def truth(self) -> str:
        """The feature that is the truth, for people."""
        return f"{self.label.view}.{self.label.feature}"

    @property
    def problem(self) -> str:
        return self.label.problem

    @property
    def is_classification(self) -> bool:
        return self.label.problem == "classification"

    @property
    def predicted(self) -> DType:
        """The type of a prediction: of whole numbers a model may predict the mean."""
        return self.dtype if self.is_classification else FLOAT64

    @property
    def positive(self) -> Output | None:
        """The probability of the value that counts as yes: true, 1, or the second of two."""
        values = [p.probability.value.value for p in self.probabilities if p.probability]
        for yes in (True, 1):
            if yes in values and len(values) <= 2:
                return self.probabilities[values.index(yes)]
        return self.probabilities[1] if len(values) == 2 else None

    @property
    def positive_class(self) -> str | None:
        """The class that counts as yes, as text, if there are two."""
        if not self.is_classification:
            return None
        if self.positive is not None and self.positive.probability is not None:
            return as_text(self.positive.probability.value.value)
        if self.dtype == BOOL:
            return as_text(True)
        is_flag = self.dtype in INTEGERS and sorted(self.accepted, key=str) == [0, 1]
        return as_text(1) if is_flag else None


def as_text(value: object) -> str:
    """A class as outcomes have it.

    >>> as_text(True)
    'true'
    """
    return str(value).lower() if isinstance(value, bool) else str(value)


def judged_labels(module: Module, contract: Contract) -> tuple[Judged, ...]:
    """The labels of a contract that can be judged.

    A label about what comes after a prediction needs the time of that.
    """
    time, version = time_of(contract), version_of(contract)
    found: list[Judged] = []
    for label in contract.labels:
        if time is None and is_windowed(module, label):
            continue
        dtype = module.view_by_name[label.view].by_name[label.feature].dtype
        probabilities = tuple(
            o
            for o in contract.outputs
            if o.probability is not None and o.probability.prediction == label.prediction
        )
        truth = module.view_by_name[label.view].by_name[label.feature]
        accepted = tuple(
            v for c in truth.constraints if c.name == "accepted_values" for v in c.values
        )
        beside = tuple(
            name
            for name in contract.baselines
            if any(are_of_one_truth(label, other) for other in module.contract_by_name[name].labels)
        )
        found.append(Judged(contract, label, dtype, time, version, probabilities, accepted, beside))
    return tuple(found)


def outcomes_plan(module: Module, judged: Judged) -> Plan:
    """Counts and sums of predictions by version, day and subgroup.

    Of a classification also by truth and prediction, both as text; a truth that is not known is null.
    """
    plan = PlanBuilder(module)
    matched = _matched(module, judged, plan)
    texts = _classes(judged) if judged.is_classification else ()
    numbers = _chances(judged) if judged.is_classification else _errors()
    sums = _class_sums(judged) if judged.is_classification else _error_sums()
    step = by_subgroup(
        matched,
        judged.contract.subgroups,
        (*texts, *numbers),
        [text.name for text in texts],
        (GroupColumn(name=ROWS), *sums),
        plan,
    )
    plan.write_all(step)
    return plan.finish(judged.contract.name)


def ranking_plan(module: Module, judged: Judged) -> Plan:
    """How well the probability of a yes ranks, by version: the areas under two curves.

    `auc` is the share of pairs of a yes and a no in which the yes has the higher score, ties one half
    (Mann and Whitney). `average_precision` is the sum of precisions at each score weighted with
    the rise of recall, without interpolation. Both are null where there is no yes or no no.
    """
    positive = judged.positive
    assert positive is not None
    assert positive.probability is not None
    plan = PlanBuilder(module)
    matched = _matched(module, judged, plan)
    is_known = call("and", Column(name=_KNOWN), call("is_not_null", Column(name=_SCORE)))
    known = plan.add("ranked", Filter(input=matched, predicate=is_known))
    is_yes = call("eq", Column(name=_TRUTH), positive.probability.value)
    counts = (
        GroupColumn(name="yes", value=is_yes),
        GroupColumn(name="no", value=call("not", is_yes)),
    )
    scores = plan.add(
        "scores",
        Group(input=known, by=(VERSION, _SCORE), columns=counts),
        "Each score, and how many with it were a yes and a no.",
    )
    totals = plan.add("totals", Group(input=known, by=(VERSION,), columns=_renamed_totals(counts)))
    # A version that is not known is one, too.
    running = plan.add(
        "running",
        Running(
            input=scores,
            by=(VERSION,),
            order=(_SCORE,),
            columns=(
                RunningColumn(name="yes_so_far", function="sum", column="yes", dtype=INT64),
                RunningColumn(name="no_so_far", function="sum", column="no", dtype=INT64),
            ),
        ),
    )
    kept = (VERSION, "yes", "no", "yes_so_far", "no_so_far")
    side = JoinSide(
        input=totals,
        on=((VERSION, VERSION),),
        columns=(("all_yes", "all_yes"), ("all_no", "all_no")),
    )
    beside = plan.add("beside", KeyJoin(left=running, left_columns=kept, rights=(side,)))
    yes, no = _float("yes"), _float("no")
    above_yes = call("add", call("sub", _float("all_yes"), _float("yes_so_far")), yes)
    above_no = call("add", call("sub", _float("all_no"), _float("no_so_far")), no)
    below_no = call("sub", _float("no_so_far"), no)
    pairs = call("mul", yes, call("add", below_no, call("mul", no, literal(0.5))))
    share = call("div", above_yes, call("add", above_yes, above_no))
    areas = plan.add(
        "areas",
        Project(
            input=beside,
            columns=(
                NamedExpr(name=VERSION, expr=Column(name=VERSION), dtype=STRING),
                NamedExpr(
                    name="pair",
                    expr=call("div", pairs, call("mul", _float("all_yes"), _float("all_no"))),
                    dtype=FLOAT64,
                ),
                NamedExpr(
                    name="step",
                    expr=call("mul", call("div", yes, _float("all_yes")), share),
                    dtype=FLOAT64,
                ),
                NamedExpr(name="yes", expr=Column(name="yes"), dtype=INT64),
                NamedExpr(name="no", expr=Column(name="no"), dtype=INT64),
            ),
        ),
    )
    summed = Group(
        input=areas,
        by=(VERSION,),
        columns=(
            GroupColumn(name="auc", aggregate="sum", value=Column(name="pair"), dtype=FLOAT64),
            GroupColumn(
                name="average_precision", aggregate="sum", value=Column(name="step"), dtype=FLOAT64
            ),
            GroupColumn(name="yes", aggregate="sum", value=Column(name="yes"), dtype=INT64),
            GroupColumn(name="no", aggregate="sum", value=Column(name="no"), dtype=INT64),
        ),
    )
    step = plan.add("ranking", summed)
    plan.write_all(step)
    return plan.finish(judged.contract.name)


def orphans_plan(module: Module, judged: Judged) -> Plan:
    """One row: of how many entities there is a truth, and of how many of these no prediction."""
    plan = PlanBuilder(module)
    view = module.view_by_name[judged.label.view]
    predictions = stored_rows(judged, plan)
    relation = row_relation(view, plan)
    is_truth: Expr = call("is_not_null", Column(name=judged.label.feature))
    if judged.label.when is not None:
        is_truth = call("and", is_truth, judged.label.when)
    truths = plan.add("truths", Filter(input=relation, predicate=is_truth))
    write_orphans(truths, predictions, view.entities, plan)
    return plan.finish(judged.contract.name)


def _renamed_totals(counts: Sequence[GroupColumn]) -> tuple[GroupColumn, ...]:
    return tuple(GroupColumn(name=f"all_{c.name}", value=c.value) for c in counts)


def _float(name: str) -> Expr:
    return Cast(value=Column(name=name), dtype=FLOAT64)


def stored_rows(
    judged: Judged,
    plan: PlanBuilder,
    name: str = "stored",
    comment: str = "The predictions, numbered.",
    relation: str | None = None,
) -> str:
    """The step with the stored predictions, numbered; they are in `relation` if there is one.

    The time of a prediction is called `AT`.
    """
    contract = judged.contract
    columns = [(e.name, e.dtype) for e in contract.entities]
    columns += [(o.name, o.dtype) for o in contract.outputs if o.role != "feature"]
    if judged.label.expr is None:
        columns.append((judged.label.prediction, judged.predicted))
    return stored_predictions(contract, columns, plan, relation, name, comment)


@dataclass(frozen=True)
class Matched:
    """The step with each prediction and what came true, and what can be said of its rows."""

    step: str
    truth: Expr
    is_known: Expr
    predicted: Expr
    version: Expr
    day: Expr


def matched_rows(
    module: Module,
    judged: Judged,
    plan: PlanBuilder,
    relation: str | None = None,
    *,
    has_subgroups: bool = False,
) -> Matched:
    """Each stored prediction with the truth beside it, under its own keys and time.

    The predictions are in `relation`, else where the contract says. With subgroups their values are beside it, too.
    """
    label, contract = judged.label, judged.contract
    view = module.view_by_name[label.view]
    keys = stored_rows(judged, plan, relation=relation)
    sides = truth_sides(view, label.feature, _TRUTH, keys, plan, label.when)
    if has_subgroups:
        sides += subgroup_sides(module, contract, contract.subgroups, keys, plan)
    step, is_over = over_by_now(view, label.feature, joined(keys, sides, plan), plan)
    known: Expr = call("is_not_null", Column(name=_TRUTH))
    if is_over is not None:
        known = call("and", known, is_over)
    return Matched(
        step=step,
        truth=Column(name=_TRUTH),
        is_known=call("fill_na", known, literal(False)),
        predicted=label.expr or Column(name=label.prediction),
        version=version_expr(contract),
        day=day_expr(contract),
    )


def _matched(module: Module, judged: Judged, plan: PlanBuilder) -> str:
    """The step with each prediction, the truth beside it, its version, day and subgroups."""
    rows = matched_rows(module, judged, plan, has_subgroups=True)
    columns = [
        NamedExpr(name=VERSION, expr=rows.version, dtype=STRING),
        NamedExpr(name=DAY, expr=rows.day, dtype=DATE),
        NamedExpr(name=_TRUTH, expr=rows.truth, dtype=judged.dtype),
        NamedExpr(name=_KNOWN, expr=rows.is_known, dtype=BOOL),
        NamedExpr(name="__predicted", expr=rows.predicted, dtype=judged.predicted),
    ]
    columns += [
        NamedExpr(name=name, expr=Column(name=o.name), dtype=o.dtype)
        for name, o in _chance_columns(judged)
    ]
    if judged.positive is not None:
        score = Cast(value=Column(name=judged.positive.name), dtype=FLOAT64)
        columns.append(NamedExpr(name=_SCORE, expr=score, dtype=FLOAT64))
    for number, _ in enumerate(judged.contract.subgroups, start=1):
        name = subgroup_column(number)
        value = Cast(value=Column(name=name), dtype=STRING)
        columns.append(NamedExpr(name=name, expr=value, dtype=STRING))
    comment = "Each prediction with what came true."
    return plan.add("matched", Project(input=rows.step, columns=tuple(columns)), comment)


def _chance_columns(judged: Judged) -> list[tuple[str, Output]]:
    """The probabilities, and what they are called beside versions and days: anybody may call one `day`."""
    return [(f"__chance_{n}", output) for n, output in enumerate(judged.probabilities, start=1)]


def _known(expr: Expr) -> Expr:
    """The value where the truth is known, else null."""
    return call("if_else", Column(name=_KNOWN), expr)


def _classes(judged: Judged) -> tuple[NamedExpr, ...]:
    truth, predicted = Column(name=_TRUTH), Column(name="__predicted")
    return (
        NamedExpr(name=TRUTH, expr=_known(Cast(value=truth, dtype=STRING)), dtype=STRING),
        NamedExpr(name=PREDICTED, expr=Cast(value=predicted, dtype=STRING), dtype=STRING),
    )


def _chances(judged: Judged) -> tuple[NamedExpr, ...]:
    """Of each prediction with probabilities: the logarithmic loss and the Brier score.

    The loss is -log of the probability of what came true. The score is the sum of squared differences
    between the probabilities of all values and 1 for what came true, 0 for others; of two values it is
    counted for one of them.
    """
    probabilities = judged.probabilities
    if not probabilities:
        return ()
    of_truth: list[Expr] = []
    names = _chance_columns(judged)
    for name, output in names:
        assert output.probability is not None
        is_it = call("eq", Column(name=_TRUTH), output.probability.value)
        of_truth += [is_it, _float(name)]
    chance: Expr
    if len(probabilities) == 1:
        # Of one of two values: the other one has the rest.
        ((name, output),) = names
        assert output.probability is not None
        is_it = call("eq", Column(name=_TRUTH), output.probability.value)
        rest = call("sub", literal(1.0), _float(name))
        chance = call("if_else", is_it, _float(name), rest)
        squares: Expr = call("square", call("sub", literal(1.0), chance))
    else:
        chance = call("if_else", *of_truth)
        squared = [call("square", call("sub", _is(o), _float(name))) for name, o in names]
        squares = reduce(lambda a, b: call("add", a, b), squared)
        if len(probabilities) == 2:
            squares = call("mul", squares, literal(0.5))
    clipped = call("clip", chance, literal(SMALLEST), literal(1.0 - SMALLEST))
    loss = call("neg", call("log", clipped))
    return (
        NamedExpr(name="loss", expr=_known(loss), dtype=FLOAT64),
        NamedExpr(name="square", expr=_known(squares), dtype=FLOAT64),
    )


def _is(output: Output) -> Expr:
    """1.0 if the value of a probability came true, else 0.0."""
    assert output.probability is not None
    is_it = call("eq", Column(name=_TRUTH), output.probability.value)
    return call("if_else", is_it, literal(1.0), literal(0.0))


def _class_sums(judged: Judged) -> tuple[GroupColumn, ...]:
    if not judged.probabilities:
        return ()
    return (
        _sum("log_loss_sum", "loss"),
        _count("log_loss_count", "loss"),
        _sum("brier_sum", "square"),
    )


def _errors() -> tuple[NamedExpr, ...]:
    # Of a prediction that is null nothing is known.
    is_there = call("and", Column(name=_KNOWN), call("is_not_null", Column(name="__predicted")))
    truth = call("if_else", is_there, _float(_TRUTH))
    error = call("sub", _float("__predicted"), truth)
    share = call(
        "if_else",
        call("ne", _float(_TRUTH), literal(0.0)),
        call("div", call("abs", error), call("abs", truth)),
    )
    return (
        NamedExpr(name="known", expr=Column(name=_KNOWN), dtype=BOOL),
        NamedExpr(name="true_value", expr=truth, dtype=FLOAT64),
        NamedExpr(name="error", expr=error, dtype=FLOAT64),
        NamedExpr(name="absolute", expr=call("abs", error), dtype=FLOAT64),
        NamedExpr(name="squared", expr=call("square", error), dtype=FLOAT64),
        NamedExpr(name="relative", expr=share, dtype=FLOAT64),
    )


def _error_sums() -> tuple[GroupColumn, ...]:
    return (
        GroupColumn(name="known", value=Column(name="known")),
        _count("matched", "error"),
        _sum("error_sum", "error"),
        _sum("absolute_error_sum", "absolute"),
        _sum("squared_error_sum", "squared"),
        _sum("relative_error_sum", "relative"),
        _count("relative_error_count", "relative"),
        GroupColumn(
            name="truth_mean", aggregate="mean", value=Column(name="true_value"), dtype=FLOAT64
        ),
        GroupColumn(
            name="truth_variance",
            aggregate="variance",
            value=Column(name="true_value"),
            dtype=FLOAT64,
        ),
    )


def _sum(name: str, column: str) -> GroupColumn:
    return GroupColumn(name=name, aggregate="sum", value=Column(name=column), dtype=FLOAT64)


def _count(name: str, column: str) -> GroupColumn:
    return GroupColumn(name=name, aggregate="count", value=Column(name=column), dtype=INT64)
