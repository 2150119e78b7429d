"""Rows of lists of items beside what was selected: whether the item was, and how many items were."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from alignc.artifacts.predictions import (
    DAY,
    VERSION,
    day_expr,
    joined,
    over_by_now,
    stored_predictions,
    subgroup_sides,
    time_of,
    truth_sides,
    version_expr,
    version_of,
)
from alignc.artifacts.recommended import (
    HIT,
    ITEM,
    ORDER,
    POPULARITY,
    SELECTED,
    Recommended,
    is_there,
)
from alignc.artifacts.relations import PlanBuilder, known_part, row_relation
from alignc.ir.expr import Cast, Column, Expr, call, literal
from alignc.ir.module import Module, Window
from alignc.ir.plan import (
    AT,
    ROW,
    Distinct,
    Filter,
    Group,
    GroupColumn,
    JoinSide,
    NamedExpr,
    Project,
    WindowAggregate,
    WindowColumn,
)
from alignc.ir.types import BOOL, FLOAT64, INT64, TIMESTAMP, DType

# When an item was selected last, how many items were by now, and before the prediction.
_LAST, _ALL, _BEFORE = "__last", "__all", "__before"
_ITEMS = "__items"


def scanned(about: Recommended) -> list[tuple[str, DType]]:
    """The columns of predictions that are read."""
    contract, ranking = about.contract, about.ranking
    columns = [(e.name, e.dtype) for e in (*ranking.list_key, ranking.item)]
    time, version = time_of(contract), version_of(contract)
    columns += [(o.name, o.dtype) for o in contract.outputs if o.name in (time, version)]
    return [*columns, (ranking.output, about.dtype)]


def rows_of(
    module: Module, about: Recommended, plan: PlanBuilder, *, has_popularity: bool = False
) -> str:
    """The step with each prediction: its list, its item, what it is ordered by, and what was selected.

    With the values of subgroups, or else with what the order by popularity is.
    """
    keys = stored_predictions(about.contract, scanned(about), plan)
    if has_popularity:
        sides = [_popularity(about, keys, plan)]
        popularity = call("sub", literal(0), Column(name=POPULARITY))
        more = [NamedExpr(name=POPULARITY, expr=popularity, dtype=INT64)]
    else:
        sides = subgroup_sides(module, about.contract, about.subgroups, keys, plan)
        more = [
            NamedExpr(name=n, expr=Cast(value=Column(name=n), dtype=d), dtype=d)
            for n, d in about.parts.items()
        ]
    if about.lists_items:
        step, is_hit, selected = _beside_list(about, keys, sides, plan)
    else:
        step, is_hit, selected = _beside_rows(about, keys, sides, plan)
    order, dtype = _order(about)
    item = about.ranking.item
    values = {
        VERSION: version_expr(about.contract),
        DAY: day_expr(about.contract),
        AT: Column(name=AT),
        **{
            f"__key_{n}": Column(name=e.name) for n, e in enumerate(about.ranking.list_key, start=1)
        },
    }
    columns = (
        *(NamedExpr(name=n, expr=values[n], dtype=d) for n, d in about.key.items()),
        NamedExpr(name=ITEM, expr=Column(name=item.name), dtype=item.dtype),
        *more,
        NamedExpr(name=ORDER, expr=order, dtype=dtype),
        NamedExpr(name=HIT, expr=call("fill_na", is_hit, literal(False)), dtype=BOOL),
        NamedExpr(name=SELECTED, expr=call("fill_na", selected, literal(0)), dtype=INT64),
    )
    comment = "Each prediction, whether its item was selected, and how many items were."
    return plan.add("matched", Project(input=step, columns=columns), comment)


def _order(about: Recommended) -> tuple[Expr, DType]:
    """What the first place has least of. NaN is no score, and the two zeros are one."""
    given = Column(name=about.ranking.output)
    if about.ranking.by == "rank":
        return Cast(value=given, dtype=INT64), INT64
    score = Cast(value=given, dtype=FLOAT64)
    is_score = call("not", call("is_nan", score))
    return call("if_else", is_score, call("sub", literal(0.0), score)), FLOAT64


def is_ranked(about: Recommended) -> Expr:
    """Whether a row is in a list."""
    names = [n for n in about.key if n not in (VERSION, DAY)]
    there = [is_there(n) for n in (ORDER, ITEM, *names)]
    return reduce(lambda a, b: call("and", a, b), there)


def selections_of(about: Recommended, plan: PlanBuilder) -> str:
    """The step with the rows of the view that are a selected item."""
    conditions = [is_there(about.ranking.item.name)]
    if about.ranking.feature is not None:
        conditions.append(Column(name=about.ranking.feature))
    if about.has_times:
        conditions.append(is_there(about.view.event_timestamp or ""))
    predicate = reduce(lambda a, b: call("and", a, b), conditions)
    node = Filter(input=row_relation(about.view, plan), predicate=predicate)
    return plan.add("selections", node, "The selected items.")


def _beside_rows(
    about: Recommended, keys: str, sides: Sequence[JoinSide], plan: PlanBuilder
) -> tuple[str, Expr, Expr]:
    """The step with predictions beside selections, whether an item is one, and how many there are.

    With times only selections after the prediction are. An item may be selected several times, so its
    last one decides: the number after the prediction is that of all items less those whose last is not.
    """
    selections, item = selections_of(about, plan), about.ranking.item.name
    entities = tuple((name, name) for name in about.view.entities)
    owner = tuple((name, name) for name in about.owner)
    found = item
    if about.has_times:
        time = Column(name=about.view.event_timestamp or "")
        last = GroupColumn(name=_LAST, aggregate="max", value=time, dtype=TIMESTAMP)
        node: Group | Distinct = Group(input=selections, by=about.view.entities, columns=(last,))
        items = plan.add("last_selections", node, "When each item was selected last.")
        found = _LAST
    else:
        node = Distinct(input=selections, columns=about.view.entities)
        items = plan.add("selected_items", node)
    count = GroupColumn(name=_ALL)
    totals = plan.add("selected", Group(input=items, by=about.owner, columns=(count,)))
    rights = [
        *sides,
        JoinSide(input=items, on=entities, columns=((found, _LAST),)),
        JoinSide(input=totals, on=owner, columns=((_ALL, _ALL),)),
    ]
    is_hit: Expr = is_there(_LAST)
    selected: Expr = Column(name=_ALL)
    if about.has_times:
        before = WindowAggregate(
            left=keys,
            right=items,
            on=owner,
            left_time=AT,
            right_time=_LAST,
            left_columns=(ROW,),
            aggregates=(
                WindowColumn(
                    name=_BEFORE,
                    aggregate="count",
                    value=Column(name=item),
                    window=Window(),
                    dtype=INT64,
                ),
            ),
        )
        step = plan.add("selected_before", before, "Items whose last selection was before.")
        rights.append(_by_row(step, _BEFORE))
        is_hit = call("gt", Column(name=_LAST), Column(name=AT))
        selected = call("sub", selected, Column(name=_BEFORE))
    return joined(keys, rights, plan), is_hit, selected


def _beside_list(
    about: Recommended, keys: str, sides: Sequence[JoinSide], plan: PlanBuilder
) -> tuple[str, Expr, Expr]:
    """The step with predictions beside lists of items, whether an item is in it, and how many are."""
    feature = about.ranking.feature or ""
    rights = [*sides, *truth_sides(about.view, feature, _ITEMS, keys, plan)]
    step, is_over = over_by_now(about.view, feature, joined(keys, rights, plan), plan)
    items = Column(name=_ITEMS)
    is_hit: Expr = call("list_contains", items, Column(name=about.ranking.item.name))
    selected: Expr = call("list_count_distinct", items)
    if is_over is not None:
        is_hit, selected = call("and", is_over, is_hit), call("if_else", is_over, selected)
    return step, is_hit, selected


def _popularity(about: Recommended, keys: str, plan: PlanBuilder) -> JoinSide:
    """How often each item had been selected, as far as that was known."""
    view, item = about.view, about.ranking.item.name
    node = WindowAggregate(
        left=keys,
        right=selections_of(about, plan),
        on=((item, item),),
        left_time=AT,
        right_time=view.event_timestamp or "",
        created_at=view.created_at,
        left_columns=(ROW,),
        aggregates=(
            WindowColumn(
                name=POPULARITY,
                aggregate="count",
                value=Column(name=item),
                window=known_part(Window(), view.availability_delay),
                dtype=INT64,
            ),
        ),
    )
    comment = "How often each item had been selected by then."
    return _by_row(plan.add("popularity", node, comment), POPULARITY)


def _by_row(step: str, name: str) -> JoinSide:
    return JoinSide(input=step, on=((ROW, ROW),), columns=((name, name),))
