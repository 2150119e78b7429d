"""Two Modules side by side: what was created, changed, removed and pruned, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import heappop, heappush
from itertools import pairwise
from typing import Final, Literal

from alignc.changes.aspects import (
    Aspect,
    Kind,
    of_contract,
    of_feature,
    of_input,
    of_label,
    of_output,
    of_source,
    of_view,
    shown,
)
from alignc.changes.meanings import Meanings
from alignc.errors import Span
from alignc.ir.lineage import Field, Lineage, judging, lineage_of, predicted
from alignc.ir.module import Contract, Module, SourceInput, View, is_declared

What = Literal["source", "view", "feature", "model", "input", "label", "output"]


# How a feature is computed: one of the first three, an aggregate over a window.
COMPUTED: Final = ("column", "expression", "aggregate", "window")
COMPUTATION: Final = "computation"


@dataclass(frozen=True)
class Difference:
    """An aspect that is another one now."""

    name: str
    kind: Kind
    old: Aspect
    new: Aspect


@dataclass(frozen=True)
class Change:
    """What has happened to one definition.

    `symbol` is its name: `orders`, `orders.total`, `source:orders`. `span` is where it is, or where it
    was. `fields` are the columns that it is about, of which others are made. `before` is the old name of
    one that is renamed, see `alignc.changes.renames`.
    """

    state: Literal["created", "changed", "removed", "pruned", "renamed"]
    what: What
    symbol: str
    span: Span
    differences: tuple[Difference, ...] = ()
    fields: tuple[Field, ...] = ()
    before: str | None = None

    @property
    def is_passed_on(self) -> bool:
        """Whether what is made of it is another thing now."""
        return any(d.kind.is_passed_on for d in self.differences)


@dataclass(frozen=True)
class Part:
    """A definition that can be compared with the one of the same name."""

    what: What
    symbol: str
    span: Span
    aspects: tuple[Aspect, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Comparison:
    """The old and the new state, and what is different."""

    old: Module
    new: Module

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What has happened to each definition, in the order of definitions."""
        return tuple(_changes(self))

    @cached_property
    def meanings(self) -> Meanings:
        """Which features mean the same before and after."""
        return Meanings(self.old, self.new)

    @cached_property
    def old_lineage(self) -> Lineage:
        return lineage_of(self.old)

    @cached_property
    def new_lineage(self) -> Lineage:
        return lineage_of(self.new)

    def downstream(self, change: Change) -> tuple[Field, ...]:
        """All that is made of a definition: of a removed one as it was."""
        graph = self.old_lineage if change.state == "removed" else self.new_lineage
        found = dict.fromkeys(edge.made for edge in graph.below(change.fields))
        return tuple(one for one in found if one not in change.fields)

    def last_readers(self, change: Change) -> tuple[Field, ...]:
        """Of a definition that no model reads any more: the inputs and truths that it came into."""
        asked = _asked(self.old)
        ahead, seen = list(change.fields), dict.fromkeys(change.fields)
        while ahead:
            one = ahead.pop(0)
            # What a model makes of it is another matter.
            for edge in self.old_lineage.out_of(one) if one.kind != "contract" else ():
                if edge.made not in seen:
                    seen[edge.made] = None
                    ahead.append(edge.made)
        return tuple(one for one in seen if one in asked and one not in change.fields)

    @cached_property
    def causes(self) -> Mapping[Field, tuple[str, ...]]:
        """By field that means something else because of a change: the names from that one to it.

        Of several ways it is the one with the fewest joins and filters, and of these the shortest.
        """
        starts: dict[Field, str] = {}
        # Of a feature that has changed as its view has, the feature is the nearer cause.
        for change in sorted(self.changes, key=lambda c: len(c.fields)):
            if change.is_passed_on:
                for one in change.fields:
                    starts.setdefault(one, change.symbol)
        ahead: list[tuple[int, int, int, tuple[Field, ...]]] = [
            (0, 1, place, (one,)) for place, one in enumerate(starts)
        ]
        found: dict[Field, tuple[str, ...]] = {}
        seen: set[Field] = set()
        count = len(ahead)
        while ahead:
            joins, length, _, way = heappop(ahead)
            last = way[-1]
            if last in seen:
                continue
            seen.add(last)
            if last not in starts:
                names = (starts[way[0]], *map(str, way[1:]))
                found[last] = tuple(n for n, after in pairwise((*names, "")) if n != after)
            for edge in self.new_lineage.out_of(last):
                if edge.made not in seen:
                    count += 1
                    further = joins + (not edge.effect.is_direct)
                    heappush(ahead, (further, length + 1, count, (*way, edge.made)))
        order = {one: place for place, one in enumerate(self.new_lineage.fields)}
        return dict(sorted(found.items(), key=lambda item: order[item[0]]))


def _changes(comparison: Comparison) -> Iterator[Change]:
    old = {(part.what, part.symbol): part for part in parts_of(comparison.old)}
    new = {(part.what, part.symbol): part for part in parts_of(comparison.new)}
    for key, part in new.items():
        before = old.get(key)
        if before is None:
            yield Change("created", part.what, part.symbol, part.span, fields=part.fields)
            continue
        differences = tuple(_as_meant(comparison, part, _differences(before, part)))
        if differences:
            yield Change("changed", part.what, part.symbol, part.span, differences, part.fields)
    for key, part in old.items():
        if key not in new:
            yield Change("removed", part.what, part.symbol, part.span, fields=part.fields)
    yield from _pruned(comparison, old, new)


def _as_meant(
    comparison: Comparison, part: Part, differences: Iterable[Difference]
) -> Iterator[Difference]:
    """The differences of a part; what only says the same in other words is a difference of words."""
    for one in differences:
        is_other = one.kind is Kind.MEANING and not _is_same(comparison, part, one)
        yield one if is_other or one.kind is not Kind.MEANING else replace(one, kind=Kind.WORDS)


def _is_same(comparison: Comparison, part: Part, difference: Difference) -> bool:
    meanings = comparison.meanings
    if part.what == "feature" and difference.name in (*COMPUTED, COMPUTATION):
        return meanings.are_same(part.fields[0], part.fields[0])
    if difference.name in ("feature", "ground truth"):
        old, new = (_named(str(aspect.value)) for aspect in (difference.old, difference.new))
        return meanings.have_same_rows(old, new) and meanings.are_same(old, new)
    return False


def _named(text: str) -> Field:
    view, _, name = text.partition(".")
    return Field("view", view, name)


def _differences(old: Part, new: Part) -> Iterator[Difference]:
    before = {aspect.name: aspect for aspect in old.aspects}
    after = {aspect.name: aspect for aspect in new.aspects}
    ways = [[a for a in part.aspects if a.name in COMPUTED] for part in (old, new)]
    if ways[0] and ways[1] and ways[0][0].name != ways[1][0].name:
        # One kind of computation in place of another.
        said = [replace(some[0], name=COMPUTATION, shown=_whole(some)) for some in ways]
        before = {n: a for n, a in before.items() if n not in COMPUTED} | {COMPUTATION: said[0]}
        after = {n: a for n, a in after.items() if n not in COMPUTED} | {COMPUTATION: said[1]}
    for name in dict.fromkeys((*before, *after)):
        one = before.get(name) or _nothing(after[name])
        other = after.get(name) or _nothing(before[name])
        if one.value != other.value:
            yield Difference(name, other.kind, one, other)


def _whole(aspects: list[Aspect]) -> str:
    return " over ".join(shown(aspect.shown) for aspect in aspects)


def _nothing(like: Aspect) -> Aspect:
    """What an aspect is where a definition does not have it."""
    return Aspect(like.name, like.kind, None, None)


def _pruned(
    comparison: Comparison,
    old: Mapping[tuple[What, str], Part],
    new: Mapping[tuple[What, str], Part],
) -> Iterator[Change]:
    """Features that reached a model, are still there, and reach none any more."""
    left = _read(comparison.old, comparison.old_lineage)
    left -= _read(comparison.new, comparison.new_lineage)
    for (what, symbol), part in new.items():
        if what == "feature" and (what, symbol) in old and not left.isdisjoint(part.fields):
            yield Change("pruned", "feature", symbol, part.span, fields=part.fields)


def _asked(module: Module) -> set[Field]:
    """The inputs of all models, and the features that they are judged by."""
    inputs = {Field("contract", c.name, used.name) for c in module.contracts for used in c.inputs}
    return inputs | {field for c in module.contracts for field in judging(module, c)}


def _read(module: Module, lineage: Lineage) -> set[Field]:
    asked = _asked(module)
    return asked | {edge.given for edge in lineage.above(asked)}


def parts_of(module: Module) -> Iterator[Part]:
    """All definitions of a Module, those that others are made of first."""
    readers: dict[str, list[View]] = {}
    for view in module.views:
        if isinstance(view.input, SourceInput):
            readers.setdefault(view.input.source, []).append(view)
    for source in module.sources:
        views = readers.get(source.name, [])
        columns = tuple(Field("view", view.name, f.name) for view in views for f in view.raw)
        place = source.span or _reader(module, source.name, views)
        symbol = f"source:{source.name}"
        yield Part("source", symbol, place, tuple(of_source(source)), columns)
    for view in module.views:
        yield from _of_view(view)
    for contract in module.contracts:
        yield from _of_contract(contract)


def _reader(module: Module, source: str, views: list[View]) -> Span:
    """Where a source is read that says no place of its own."""
    if views:
        return views[0].span
    return next(c.span for c in module.contracts if c.prediction_source == source)


def _of_view(view: View) -> Iterator[Part]:
    fields = tuple(Field("view", view.name, f.name) for f in view.features)
    own_features = [is_declared(view, feature) for feature in view.features]
    # A filtered view has everything but its rows from the other one.
    aspects = tuple(a for a in of_view(view) if any(own_features) or a.name == "rows")
    yield Part("view", view.name, view.span, aspects, fields)
    for feature, own, is_own in zip(view.features, fields, own_features, strict=True):
        if is_own:
            yield Part("feature", str(own), feature.span, tuple(of_feature(feature)), (own,))


def _of_contract(contract: Contract) -> Iterator[Part]:
    def own(name: str) -> Field:
        return Field("contract", contract.name, name)

    inputs = [own(one.name) for one in contract.inputs]
    names = [*(x.prediction for x in contract.labels), *(o.name for o in contract.outputs)]
    whole = (*inputs, *(predicted(contract, name) for name in names))
    yield Part("model", contract.name, contract.span, tuple(of_contract(contract)), whole)
    for given in contract.inputs:
        field_ = own(given.name)
        place = given.span or contract.span
        yield Part("input", field_.symbol, place, tuple(of_input(given)), (field_,))
    for label in contract.labels:
        # Of another truth all predictions of the model are made.
        both = (predicted(contract, label.prediction), own(label.feature))
        place = label.span or contract.span
        yield Part("label", both[0].symbol, place, tuple(of_label(label)), both)
    rankings = {one.output: one for one in contract.rankings}
    clusterings = {one.output: one for one in contract.clusterings}
    for output in contract.outputs:
        field_ = predicted(contract, output.name)
        name = output.name
        aspects = tuple(of_output(output, rankings.get(name), clusterings.get(name)))
        yield Part("output", field_.symbol, output.span, aspects, (field_,))
