"""Stored predictions, and what is put beside them: what came true, and what they are told apart by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alignc.artifacts.dataset import truth_of
from alignc.artifacts.lookups import lookups
from alignc.artifacts.relations import PlanBuilder, row_relation, windowed_features
from alignc.ir.expr import Cast, Column, Expr, Literal, call, columns_of, literal
from alignc.ir.module import Aggregated, Contract, Derived, Input, Module, View
from alignc.ir.plan import (
    AT,
    ROW,
    Distinct,
    Group,
    GroupColumn,
    JoinSide,
    KeyJoin,
    NamedExpr,
    Project,
    Scan,
    ScanColumn,
    Union,
)
from alignc.ir.types import DATE, DURATION, FLOAT64, STRING, TIMESTAMP, DType

# The relation of predictions of a contract that does not say where they are.
PREDICTIONS = "predictions"
VERSION, DAY, SUBGROUP, VALUE = "model_version", "day", "subgroup", "value"
KEYS = (VERSION, DAY, SUBGROUP, VALUE)
# How many predictions, or lists of them, there are.
ROWS = "rows"


def time_of(contract: Contract) -> str | None:
    """The column with the time of a prediction."""
    return next((o.name for o in contract.outputs if o.role == "event_timestamp"), None)


def version_of(contract: Contract) -> str | None:
    """The column with the version of the model."""
    return next((o.name for o in contract.outputs if o.role == "model_version"), None)


def stored_predictions(
    contract: Contract,
    columns: Sequence[tuple[str, DType]],
    plan: PlanBuilder,
    relation: str | None = None,
    name: str = "stored",
    comment: str = "The predictions, numbered.",
) -> str:
    """The step with columns of the predictions, numbered; they are in `relation` if there is one.

    The time of a prediction is called `AT`.
    """
    source = relation or contract.prediction_source or PREDICTIONS
    plan.reads(source)
    there, time = dict(contract.prediction_columns), time_of(contract)
    scans = tuple(
        ScanColumn(
            name=AT if column == time else column, column=there.get(column, column), dtype=dtype
        )
        for column, dtype in columns
    )
    scan = Scan(source=source, columns=scans, row_id=ROW)
    return plan.add(name, scan, comment)


def kept(name: str, dtype: DType) -> NamedExpr:
    """A column as it is."""
    return NamedExpr(name=name, expr=Column(name=name), dtype=dtype)


def summed(name: str, value: Expr) -> GroupColumn:
    """The sum of floats, as a column of a group."""
    return GroupColumn(name=name, aggregate="sum", value=value, dtype=FLOAT64)


def version_expr(contract: Contract) -> Expr:
    """The version of a prediction as text; one that is not known is "" and a version, too."""
    name = version_of(contract)
    if name is None:
        return literal("")
    return call("fill_na", Cast(value=Column(name=name), dtype=STRING), literal(""))


def day_expr(contract: Contract) -> Expr:
    """The day of a prediction in UTC, null if it has no time."""
    if time_of(contract) is None:
        return Literal(dtype=DATE)
    return call("date_of", Column(name=AT), literal("UTC"))


def truth_sides(
    view: View, feature: str, name: str, keys: str, plan: PlanBuilder, when: Expr | None = None
) -> list[JoinSide]:
    """What is joined to predictions to have a feature, as `name`, as the truth about them."""
    if feature in {f.name for f in windowed_features(view)}:
        return lookups(view, {feature: name}, keys, (ROW,), plan)
    return [truth_of(view, {feature: name}, keys, plan, when)]


def subgroup_column(number: int) -> str:
    """What the value of the subgroup with a number, from 1, is called beside a prediction."""
    return f"__subgroup_{number}"


def subgroup_sides(
    module: Module, contract: Contract, some: Sequence[Input], keys: str, plan: PlanBuilder
) -> list[JoinSide]:
    """What is joined to predictions to have the values of `some` subgroups at their times."""
    sides: list[JoinSide] = []
    for number, one in enumerate(some, start=1):
        wanted = {one.feature: subgroup_column(number)}
        sides += known_sides(module, contract, one.view, wanted, keys, plan)
    return sides


def known_sides(
    module: Module,
    contract: Contract,
    view: str,
    wanted: Mapping[str, str],
    keys: str,
    plan: PlanBuilder,
) -> list[JoinSide]:
    """What is joined to predictions to have features of a view, under other names, at their times.

    Of predictions without times it is what the view says last.
    """
    asked = module.view_by_name[view]
    if asked.event_timestamp is None or time_of(contract) is not None:
        return lookups(asked, dict(wanted), keys, (ROW,), plan)
    return [truth_of(asked, dict(wanted), keys, plan)]


def joined(keys: str, sides: Sequence[JoinSide], plan: PlanBuilder) -> str:
    """The step with all predictions, and what is joined to them."""
    rights = tuple(side for side in sides if side.columns)
    left = tuple(plan.schemas[keys])
    return plan.add("matched_rows", KeyJoin(left=keys, left_columns=left, rights=rights))


def over_by_now(view: View, feature: str, step: str, plan: PlanBuilder) -> tuple[str, Expr | None]:
    """The step with what is needed, and whether the window of a truth is over; None if it has none.

    What a window after a prediction has seen so far is no truth before its end.
    """
    horizon = _horizon(view, feature)
    if horizon is None:
        return step, None
    time = Column(name=view.event_timestamp or "")
    latest = GroupColumn(name="__latest", aggregate="max", value=time, dtype=TIMESTAMP)
    node = Group(input=row_relation(view, plan), columns=(latest,))
    side = JoinSide(
        input=plan.add("latest_event", node), on=(), columns=(("__latest", "__latest"),)
    )
    left = tuple(plan.schemas[step])
    step = plan.add("beside_latest", KeyJoin(left=step, left_columns=left, rights=(side,)))
    end = call("add_duration", Column(name=AT), Literal(dtype=DURATION, value=horizon))
    return step, call("le", end, Column(name="__latest"))


def _horizon(view: View, feature: str) -> int | None:
    """How many microseconds after a prediction its truth is complete; None if it is one row's."""
    made = view.by_name[feature].compute
    match made:
        case Aggregated(window=window):
            return -window.offset if window.is_ahead else None
        case Derived(expr=expr):
            ends = [_horizon(view, name) for name in sorted(columns_of(expr))]
            return max((end for end in ends if end is not None), default=None)
        case _:
            return None


def by_subgroup(
    step: str,
    some: Sequence[Input],
    columns: Sequence[NamedExpr],
    by: Sequence[str],
    sums: Sequence[GroupColumn],
    plan: PlanBuilder,
) -> str:
    """The step with sums of `columns` by version, day, subgroup and `by`: of all rows, then of each subgroup."""
    parts = []
    for number, one in enumerate((None, *some)):
        name = "outcomes" if one is None else f"outcomes_by_{one.name}"
        value: Expr = literal("") if one is None else Column(name=subgroup_column(number))
        keys = (
            NamedExpr(name=VERSION, expr=Column(name=VERSION), dtype=STRING),
            NamedExpr(name=DAY, expr=Column(name=DAY), dtype=DATE),
            NamedExpr(name=SUBGROUP, expr=literal(one.name if one else ""), dtype=STRING),
            NamedExpr(name=VALUE, expr=value, dtype=STRING),
        )
        rows = plan.add(f"{name}_rows", Project(input=step, columns=(*keys, *columns)))
        group = Group(input=rows, by=(*KEYS, *by), columns=tuple(sums))
        parts.append(plan.add(name, group))
    if len(parts) == 1:
        return parts[0]
    names = tuple(plan.schemas[parts[0]])
    return plan.add("all_outcomes", Union(inputs=tuple(parts), columns=names))


def write_orphans(truths: str, predictions: str, key: tuple[str, ...], plan: PlanBuilder) -> None:
    """The result: of how many keys there is a truth, and of how many of these no prediction."""
    there = plan.add("truth_keys", Distinct(input=truths, columns=key))
    asked = plan.add("predicted_keys", Distinct(input=predictions, columns=key))
    on = tuple((name, name) for name in key)
    side = JoinSide(input=asked, on=on, columns=((key[0], "__found"),))
    beside = plan.add("beside", KeyJoin(left=there, left_columns=key, rights=(side,)))
    counted = Group(
        input=beside,
        columns=(
            GroupColumn(name="truths"),
            GroupColumn(name="orphaned", value=call("is_null", Column(name="__found"))),
        ),
    )
    plan.write_all(plan.add("orphans", counted))
