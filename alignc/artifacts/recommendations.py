"""The recommendations artefact: lists of items that a model has put in order, judged by what was selected.

A list is the rows of one version, time and key without the item. Its places 1, 2, ... go to its items by
score, the highest first, or by rank, the lowest first; items that are equal there are in the order of the
items. An item that is there twice has the better place, and a row without a score, an item, a key or a time
is in no list. With s selected items of the list's key, in the list or not, k places that are judged, and
h of them with a selected item:

    precision            h / k
    recall               h / s
    NDCG                 sum of 1 / log2(place + 1) of the selected items in the first k places,
                         divided by that sum over the places 1 ... min(s, k)
    reciprocal rank      1 / place of the first selected item, 0 if it is not in the first k places
    average precision    sum of the precisions h_i / i at the places i of selected items in the first k,
                         divided by min(s, k)

A list without a selected item is not judged. A list with fewer items than k has misses at its end. With times
on both sides an item is selected by a row after the prediction, as an event is a truth or known, and
never both. Values of lists are summed here; a metric is such a sum divided by the number of lists.
"""

from __future__ import annotations

from alignc.artifacts.list_rows import is_ranked, rows_of, scanned, selections_of
from alignc.artifacts.list_values import places_of, sums_of_lists, values_of
from alignc.artifacts.predictions import (
    DAY,
    ROWS,
    VERSION,
    by_subgroup,
    kept,
    stored_predictions,
    write_orphans,
)
from alignc.artifacts.recommended import ORDER, POPULARITY, Recommended, is_there
from alignc.artifacts.relations import PlanBuilder, row_relation
from alignc.ir.expr import Column, Literal, call, literal
from alignc.ir.module import Module
from alignc.ir.plan import Filter, Group, GroupColumn, NamedExpr, Plan, Project, Union


def lists_plan(module: Module, about: Recommended) -> Plan:
    """Counts of lists, and sums of their values, by version, day and subgroup.

    `rows` lists, `known` of them with a selected item, and `unranked` rows that are in no list.
    """
    plan = PlanBuilder(module)
    rows = rows_of(module, about, plan)
    lists = values_of(about, places_of(about, rows, ORDER, plan), plan)
    values = plan.schemas[lists]
    is_out = call("not", is_ranked(about))
    out = plan.add("left_out", Filter(input=rows, predicate=is_out), "Rows that are in no list.")
    nothing = tuple(
        kept(name, dtype)
        if name in about.key or name in about.parts
        else NamedExpr(name=name, expr=Literal(dtype=dtype), dtype=dtype)
        for name, dtype in values.items()
    )
    none = plan.add("no_lists", Project(input=out, columns=nothing))
    step = plan.add("all_lists", Union(inputs=(lists, none), columns=tuple(values)))
    columns = [kept(n, d) for n, d in values.items() if n not in {*about.key, *about.parts}]
    counts = (
        GroupColumn(name=ROWS, value=is_there("is_known")),
        GroupColumn(name="unranked", value=call("is_null", Column(name="is_known"))),
        *sums_of_lists(),
    )
    plan.write_all(by_subgroup(step, about.subgroups, columns, (), counts, plan))
    return plan.finish(about.contract.name)


def popularity_plan(module: Module, about: Recommended) -> Plan:
    """The same sums by version and day if items were in the order of how often they had been selected.

    By anybody, as far as that was known at the time of the prediction: this is what a model should beat. It
    needs times, without which what is judged would be known.
    """
    assert about.has_times
    plan = PlanBuilder(module)
    rows = rows_of(module, about, plan, has_popularity=True)
    lists = values_of(about, places_of(about, rows, POPULARITY, plan), plan)
    group = Group(input=lists, by=(VERSION, DAY), columns=sums_of_lists())
    plan.write_all(plan.add("outcomes", group))
    return plan.finish(about.contract.name)


def list_orphans_plan(module: Module, about: Recommended) -> Plan:
    """One row: of how many keys something was selected, and for how many of these there is no list."""
    plan = PlanBuilder(module)
    stored = stored_predictions(about.contract, scanned(about), plan)
    if about.lists_items:
        count = call("list_count_distinct", Column(name=about.ranking.feature or ""))
        predicate = call("gt", count, literal(0))
        node = Filter(input=row_relation(about.view, plan), predicate=predicate)
        truths = plan.add("selections", node)
    else:
        truths = selections_of(about, plan)
    write_orphans(truths, stored, about.owner, plan)
    return plan.finish(about.contract.name)
