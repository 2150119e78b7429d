"""Where the ground truth of a model comes from, and how an input comes from there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial

from alignc.ir.expr import columns_of
from alignc.ir.lineage import Edge, Effect, Field
from alignc.ir.module import Aggregated, Contract, Derived, Feature, Input, Label
from alignc.ir.types import BOOL, DATE, DURATION, FLOATS, INTEGERS, TIMESTAMP, is_decimal
from alignc.lint.facts import Facts
from alignc.lint.windows import sees_now


def truths(facts: Facts, field: Field) -> set[Field]:
    """What the truth is, and single values that it is computed from alone: `stars` of `stars == 5`."""
    found = same_values(facts, field)
    ahead = [one for one in found if one.kind == "view"]
    while ahead:
        view, feature = facts.features[ahead.pop()]
        if not isinstance(feature.compute, Derived):
            continue
        names = columns_of(feature.compute.expr)
        only = Field("view", view.name, next(iter(names))) if len(names) == 1 else None
        if only is None or only in found or not _is_one_value(facts.features[only][1]):
            continue
        more = same_values(facts, only) - found
        found |= more
        ahead += [one for one in more if one.kind == "view"]
    return found


def _is_one_value(feature: Feature) -> bool:
    """Whether it is a number, a time or a category; a text or a document holds more than one truth."""
    dtype = feature.dtype
    kinds = INTEGERS | FLOATS | {BOOL, DURATION, DATE, TIMESTAMP}
    is_category = any(c.name == "accepted_values" for c in feature.constraints)
    return feature.role == "feature" and (dtype in kinds or is_decimal(dtype) or is_category)


def same_values(facts: Facts, field: Field) -> set[Field]:
    """The field, its column in the source, and features that are the same column or computation."""
    found, ahead = {field}, [field]
    while ahead:
        one = ahead.pop()
        edges = [(e, e.given) for e in facts.lineage.into(one)]
        edges += [(e, e.made) for e in facts.lineage.out_of(one)]
        others = [other for edge, other in edges if edge.effect is Effect.IDENTITY]
        others += facts.alike.of(one)
        more = [x for x in dict.fromkeys(others) if x.kind != "contract" and x not in found]
        found.update(more)
        ahead += more
    return found


def leaks(facts: Facts, contract: Contract, label: Label) -> dict[Input, tuple[Field, ...]]:
    """The inputs that are a truth, or are made of it, with the way back to it."""
    ends = truths(facts, Field("view", label.view, label.feature))
    passes = partial(_is_of_now, facts, label.view)
    told = made_of(facts, ends, passes)
    fields = {used: Field("view", used.view, used.feature) for used in contract.inputs}
    ways = {used: way_to(facts, x, ends, passes) for used, x in fields.items() if x in told}
    return {used: way for used, way in ways.items() if way is not None}


def _is_of_now(facts: Facts, view_of_truth: str, edge: Edge) -> bool:
    """Whether a value of the question's own row comes through.

    What chooses the rows that have a truth at all says nothing about one of them.
    """
    if edge.effect is Effect.AGGREGATION:
        view, feature = facts.features[edge.made]
        return isinstance(feature.compute, Aggregated) and sees_now(view, feature.compute.window)
    is_choice = edge.effect is Effect.FILTER and edge.made.owner != view_of_truth
    return edge.effect.is_direct or is_choice


def way_to(
    facts: Facts, field: Field, ends: Collection[Field], passes: Callable[[Edge], bool]
) -> tuple[Field, ...] | None:
    """The shortest way back to one of the ends through what passes; features of views alone."""
    for way in _ways_back(facts, field, passes):
        if way[-1] in ends:
            return tuple(f for f in way if f.kind == "view")
    return None


def made_of(facts: Facts, given: Collection[Field], passes: Callable[[Edge], bool]) -> set[Field]:
    """The fields themselves, and all that comes from them through what passes."""
    found, ahead = set(given), list(given)
    while ahead:
        for edge in facts.lineage.out_of(ahead.pop()):
            if edge.made.kind != "contract" and edge.made not in found and passes(edge):
                found.add(edge.made)
                ahead.append(edge.made)
    return found


def ends_of(facts: Facts, field: Field, passes: Callable[[Edge], bool]) -> Iterator[Field]:
    """The features that a feature comes from, through what passes, and that come from a source."""
    for way in _ways_back(facts, field, passes):
        if way[-1].kind == "source" and len(way) > 1:
            yield way[-2]


def _ways_back(
    facts: Facts, field: Field, passes: Callable[[Edge], bool]
) -> Iterator[tuple[Field, ...]]:
    """The shortest way back to each field that comes into one, nearest first, not through models."""
    ways: list[tuple[Field, ...]] = [(field,)]
    seen = {field}
    while ways:
        way = ways.pop(0)
        yield way
        for edge in facts.lineage.into(way[-1]):
            if edge.given.kind != "contract" and edge.given not in seen and passes(edge):
                seen.add(edge.given)
                ways.append((*way, edge.given))
