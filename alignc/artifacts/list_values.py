"""Lists of items: who is in which place, and what that is worth."""

from __future__ import annotations

from math import fsum, log, log2

from alignc.artifacts.list_rows import is_ranked
from alignc.artifacts.predictions import kept, summed
from alignc.artifacts.recommended import HIT, ITEM, SELECTED, Recommended
from alignc.artifacts.relations import PlanBuilder
from alignc.ir.expr import Cast, Column, Expr, call, literal
from alignc.ir.plan import Filter, Group, GroupColumn, NamedExpr, Project, Running, RunningColumn
from alignc.ir.types import BOOL, FLOAT64, INT64, DType

# Of a place: its number, how many selected items there are up to it, and what one there is worth.
_ONE, _PLACE, _HITS = "__one", "__place", "__hits"
_GAIN, _PRECISION, _FIRST = "__gain", "__precision", "__first"


def ideal_gains(top_k: int) -> list[float]:
    """The gains of lists whose first 1, 2, ... `top_k` places have selected items.

    >>> ideal_gains(2)
    [1.0, 1.6309297535714575]
    """
    gains = [1 / log2(place + 1) for place in range(1, top_k + 1)]
    return [fsum(gains[:count]) for count in range(1, top_k + 1)]


def places_of(about: Recommended, rows: str, order: str, plan: PlanBuilder) -> str:
    """The step with the items of all lists in the places that are judged."""
    dtype = plan.schemas[rows][order]
    ranked = plan.add("ranked", Filter(input=rows, predicate=is_ranked(about)))
    by = (*about.key, *(n for n in about.parts if n in plan.schemas[rows]))
    group = Group(
        input=ranked,
        by=(*by, ITEM),
        columns=(
            GroupColumn(name=order, aggregate="min", value=Column(name=order), dtype=dtype),
            GroupColumn(name=HIT, aggregate="any", value=Column(name=HIT), dtype=BOOL),
            GroupColumn(name=SELECTED, aggregate="max", value=Column(name=SELECTED), dtype=INT64),
        ),
    )
    items = plan.add("items", group, "The items of each list, each once.")
    is_hit = call("if_else", Column(name=HIT), literal(1), literal(0))
    columns = (
        *(kept(n, plan.schemas[items][n]) for n in (*by, ITEM, order, SELECTED)),
        NamedExpr(name=_ONE, expr=literal(1), dtype=INT64),
        NamedExpr(name=HIT, expr=is_hit, dtype=INT64),
    )
    counted = plan.add("counted_items", Project(input=items, columns=columns))
    running = Running(
        input=counted,
        by=tuple(about.key),
        order=(order, ITEM),
        columns=(
            RunningColumn(name=_PLACE, function="sum", column=_ONE, dtype=INT64),
            RunningColumn(name=_HITS, function="sum", column=HIT, dtype=INT64),
        ),
    )
    places = plan.add("places", running, "Of each item its place, and the selected ones up to it.")
    is_judged = call("le", Column(name=_PLACE), literal(about.ranking.top_k))
    return plan.add("first_places", Filter(input=places, predicate=is_judged))


def _gains(about: Recommended, places: str, plan: PlanBuilder) -> str:
    """The step with each list, and sums of what selected items are worth in their places."""
    schema = plan.schemas[places]
    by = tuple(n for n in (*about.key, *about.parts) if n in schema)
    is_hit = call("eq", Column(name=HIT), literal(1))
    place = Column(name=_PLACE)
    # 1 / log2(place + 1)
    gain = call("div", literal(log(2.0)), call("log", call("add", _float(_PLACE), literal(1.0))))
    precision = call("div", _float(_HITS), _float(_PLACE))
    worth = ((_GAIN, gain, FLOAT64), (_PRECISION, precision, FLOAT64), (_FIRST, place, INT64))
    columns = (
        *(kept(n, schema[n]) for n in (*by, SELECTED, HIT)),
        *(NamedExpr(name=n, expr=call("if_else", is_hit, e), dtype=d) for n, e, d in worth),
    )
    gains = plan.add("gains", Project(input=places, columns=columns))
    kinds = (
        (SELECTED, "max", INT64),
        (HIT, "sum", INT64),
        (_GAIN, "sum", FLOAT64),
        (_PRECISION, "sum", FLOAT64),
        (_FIRST, "min", INT64),
    )
    group = Group(
        input=gains,
        by=by,
        columns=tuple(
            GroupColumn(name=n, aggregate=a, value=Column(name=n), dtype=d) for n, a, d in kinds
        ),
    )
    return plan.add("lists", group, "Each list.")


def values_of(about: Recommended, places: str, plan: PlanBuilder) -> str:
    """The step with each list, and the values of those with a selected item; else they are null.

    `is_known`: an item was selected. `places`, `hits` and `has_hit` are counts of the first places, the others the
    metrics of one list.
    """
    lists = _gains(about, places, plan)
    schema = plan.schemas[lists]
    top_k = about.ranking.top_k
    known = call("gt", Column(name=SELECTED), literal(0))
    most = call("least", Column(name=SELECTED), literal(top_k))
    gained, hit_precision = (_or_zero(Column(name=n)) for n in (_GAIN, _PRECISION))
    made: tuple[tuple[str, Expr, DType, str | None], ...] = (
        ("places", literal(top_k), INT64, None),
        ("hits", Column(name=HIT), INT64, "The selected items in these places."),
        ("has_hit", call("gt", Column(name=HIT), literal(0)), BOOL, None),
        (
            "recall",
            call("div", _float(HIT), _float(SELECTED)),
            FLOAT64,
            "The share of all selected items.",
        ),
        (
            "ndcg",
            call("mul", gained, _inverse_of_ideal(most, top_k)),
            FLOAT64,
            "The gain, by the gain of a list with all selected items in front.",
        ),
        (
            "reciprocal_rank",
            _or_zero(call("div", literal(1.0), _float(_FIRST))),
            FLOAT64,
            "1 / place of the first selected item.",
        ),
        (
            "average_precision",
            call("div", hit_precision, Cast(value=most, dtype=FLOAT64)),
            FLOAT64,
            "The mean precision at the places that selected items can have.",
        ),
    )
    values = (
        *(kept(n, d) for n, d in schema.items() if n in about.key or n in about.parts),
        NamedExpr(name="is_known", expr=known, dtype=BOOL, doc="Whether an item was selected."),
        *(
            NamedExpr(name=n, expr=call("if_else", known, e), dtype=d, doc=doc)
            for n, e, d, doc in made
        ),
    )
    return plan.add("values", Project(input=lists, columns=values))


def _or_zero(value: Expr) -> Expr:
    return call("fill_na", value, literal(0.0))


def _inverse_of_ideal(count: Expr, top_k: int) -> Expr:
    """1 / gain of a list that has so many selected items in front."""
    cases: list[Expr] = []
    for number, gain in enumerate(ideal_gains(top_k), start=1):
        cases += [call("eq", count, literal(number)), literal(1 / gain)]
    return call("if_else", *cases)


def sums_of_lists() -> tuple[GroupColumn, ...]:
    """What is counted and summed of lists; all of it can be added up."""

    ndcg = Column(name="ndcg")
    return (
        GroupColumn(name="known", value=Column(name="is_known")),
        GroupColumn(name="places", aggregate="sum", value=Column(name="places"), dtype=INT64),
        GroupColumn(name="hits", aggregate="sum", value=Column(name="hits"), dtype=INT64),
        GroupColumn(name="lists_with_hit", value=Column(name="has_hit")),
        summed("recall_sum", Column(name="recall")),
        summed("ndcg_sum", ndcg),
        summed("ndcg_squared_sum", call("square", ndcg)),
        summed("reciprocal_rank_sum", Column(name="reciprocal_rank")),
        summed("average_precision_sum", Column(name="average_precision")),
    )


def _float(name: str) -> Expr:
    return Cast(value=Column(name=name), dtype=FLOAT64)
