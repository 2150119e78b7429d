"""What comes from what, column by column: sources, features, inputs of models, predictions.

The graph is that of the definitions, before the passes.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from alignc.ir.expr import Column, columns_of
from alignc.ir.module import (
    Aggregated,
    Contract,
    Derived,
    Feature,
    Input,
    Module,
    Raw,
    Rows,
    SourceInput,
    View,
    deciding_in,
    origins_in,
)

Kind = Literal["source", "view", "contract", "exposure"]


@dataclass(frozen=True, order=True, slots=True)
class Field:
    """A column of a source, a feature of a view, or an input or output of a contract.

    An exposure, which reads features elsewhere, is one field without a name. `role` tells a prediction
    from an input or a ground truth of the same name, see `predicted`.
    """

    kind: Kind
    owner: str
    name: str
    role: Literal["", "prediction"] = ""

    def __str__(self) -> str:
        return f"{self.owner}.{self.label}" if self.name else self.owner

    @property
    def label(self) -> str:
        """The name, with what tells it from another one in the same definition."""
        return f"{self.name} ({self.role})" if self.role else self.name

    @property
    def symbol(self) -> str:
        """The name as definitions say it: `view.feature`."""
        return f"{self.owner}.{self.name}" if self.name else self.owner


def predicted(contract: Contract, name: str) -> Field:
    """A column that a model writes. Only where it is called like one that it reads it says its role."""
    read = {used.name if isinstance(used, Input) else used.feature for used in contract.uses}
    return Field("contract", contract.name, name, "prediction" if name in read else "")


def judging(module: Module, contract: Contract) -> tuple[Field, ...]:
    """The features of views that a model is judged by: truths, when they count, what was selected, subgroups."""
    found: list[Field] = []
    for label in contract.labels:
        names = sorted(columns_of(label.when)) if label.when is not None else []
        found += [Field("view", label.view, name) for name in (label.feature, *names)]
    for ranking in contract.rankings:
        view = module.view_by_name[ranking.view]
        found += [Field("view", view.name, name) for name in ranking.reads(view)]
    found += [Field("view", one.view, one.feature) for one in contract.subgroups]
    return tuple(dict.fromkeys(found))


class Effect(enum.Enum):
    """How a field comes into another: as its value, or by deciding which rows make it.

    The names are those of OpenLineage's facet `columnLineage`, but for the last one.
    """

    IDENTITY = "IDENTITY"
    TRANSFORMATION = "TRANSFORMATION"
    AGGREGATION = "AGGREGATION"
    JOIN = "JOIN"
    FILTER = "FILTER"
    WINDOW = "WINDOW"
    # Of a ground truth: the model has learned from it.
    TRAINING = "TRAINING"

    @property
    def is_direct(self) -> bool:
        return self in (Effect.IDENTITY, Effect.TRANSFORMATION, Effect.AGGREGATION)


@dataclass(frozen=True, slots=True)
class Edge:
    """`given` comes into `made`."""

    given: Field
    made: Field
    effect: Effect


@dataclass(frozen=True)
class Lineage:
    """The edges of a Module, each once, in the order of its definitions."""

    edges: tuple[Edge, ...]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All fields that are in an edge, in the order in which they come."""
        both = (field for edge in self.edges for field in (edge.given, edge.made))
        return tuple(dict.fromkeys(both))

    @cached_property
    def _into(self) -> Mapping[Field, tuple[Edge, ...]]:
        return _grouped((edge.made, edge) for edge in self.edges)

    @cached_property
    def _out_of(self) -> Mapping[Field, tuple[Edge, ...]]:
        return _grouped((edge.given, edge) for edge in self.edges)

    def into(self, field: Field) -> tuple[Edge, ...]:
        """What a field is made of, one step back."""
        return self._into.get(field, ())

    def out_of(self, field: Field) -> tuple[Edge, ...]:
        """What is made of a field, one step on."""
        return self._out_of.get(field, ())

    def above(self, fields: Iterable[Field]) -> list[Edge]:
        """All edges that lead to the fields, the nearest first."""
        return self._walked(fields, self.into, lambda edge: edge.given)

    def below(self, fields: Iterable[Field]) -> list[Edge]:
        """All edges that start at the fields, the nearest first."""
        return self._walked(fields, self.out_of, lambda edge: edge.made)

    @staticmethod
    def _walked(
        fields: Iterable[Field],
        step: Callable[[Field], tuple[Edge, ...]],
        next_of: Callable[[Edge], Field],
    ) -> list[Edge]:
        found: list[Edge] = []
        ahead = list(dict.fromkeys(fields))
        seen = set(ahead)
        while ahead:
            edges = [edge for field in ahead for edge in step(field)]
            found += edges
            ahead = [f for f in dict.fromkeys(map(next_of, edges)) if f not in seen]
            seen.update(ahead)
        return found


def lineage_of(module: Module) -> Lineage:
    """The whole graph of a Module."""
    edges: list[Edge] = []
    for view in module.views:
        for feature in view.features:
            edges += _of_feature(view, feature)
    for contract in module.contracts:
        edges += _of_contract(module, contract)
    return Lineage(tuple(dict.fromkeys(edges)))


def with_exposures(graph: Lineage, reads: Mapping[str, Iterable[Field]]) -> Lineage:
    """The graph with exposures as its ends; `reads` are the features that each one reads."""
    edges = (
        Edge(field, Field("exposure", name, ""), Effect.IDENTITY)
        for name, fields in reads.items()
        for field in fields
    )
    return Lineage((*graph.edges, *dict.fromkeys(edges)))


def _grouped(pairs: Iterable[tuple[Field, Edge]]) -> Mapping[Field, tuple[Edge, ...]]:
    found: dict[Field, list[Edge]] = {}
    for field, edge in pairs:
        found.setdefault(field, []).append(edge)
    return {field: tuple(edges) for field, edges in found.items()}


# -- features


def _of_feature(view: View, feature: Feature) -> Iterator[Edge]:
    made = Field("view", view.name, feature.name)

    def own(names: Iterable[str | None], effect: Effect) -> Iterator[Edge]:
        for name in names:
            if name is not None:
                yield Edge(Field("view", view.name, name), made, effect)

    match feature.compute:
        case Raw(column=column, path=path):
            if isinstance(view.input, SourceInput):
                name = ".".join((column, *(path or ())))
                source = Field("source", view.input.source, name)
                yield Edge(source, made, Effect.IDENTITY)
            else:
                for other, effect in _of_rows(view.input, column):
                    yield Edge(other, made, effect)
        case Derived(expr=expr):
            is_copy = isinstance(expr, Column)
            effect = Effect.IDENTITY if is_copy else Effect.TRANSFORMATION
            yield from own(sorted(columns_of(expr)), effect)
        case Aggregated(value=value):
            yield from own(sorted(columns_of(value)), Effect.AGGREGATION)
            yield from own((*view.entities, view.event_timestamp, view.created_at), Effect.WINDOW)


def _of_rows(given: Rows, column: str) -> Iterator[tuple[Field, Effect]]:
    """The features that a column of rows of other views is, and those that decide about its row."""
    for view, name in origins_in(given, column):
        yield Field("view", view, name), Effect.IDENTITY
    for view, name, by in deciding_in(given, column):
        yield Field("view", view, name), Effect.FILTER if by == "filter" else Effect.JOIN


# -- contracts


def _of_contract(module: Module, contract: Contract) -> Iterator[Edge]:
    def own(name: str) -> Field:
        return Field("contract", contract.name, name)

    for used in contract.uses:
        view = module.view_by_name[used.view]
        name = used.name if isinstance(used, Input) else used.feature
        yield Edge(Field("view", view.name, used.feature), own(name), Effect.IDENTITY)
        for key in (*view.entities, view.event_timestamp, view.created_at, view.valid_to):
            if key is not None:
                yield Edge(Field("view", view.name, key), own(name), Effect.JOIN)
    computed = {label.prediction: label.expr for label in contract.labels if label.expr is not None}
    from_model = [one.prediction for one in contract.labels if one.prediction not in computed]
    from_model += [o.name for o in contract.outputs if o.role in ("probability", "feature")]
    for name in from_model:
        made = predicted(contract, name)
        for given in contract.inputs:
            yield Edge(own(given.name), made, Effect.TRANSFORMATION)
        for label in contract.labels:
            yield Edge(own(label.feature), made, Effect.TRAINING)
    for ranking in contract.rankings:
        view = module.view_by_name[ranking.view]
        for name in ranking.reads(view):
            selected = Field("view", view.name, name)
            yield Edge(selected, predicted(contract, ranking.output), Effect.TRAINING)
    for name, expr in computed.items():
        made = predicted(contract, name)
        for column in sorted(columns_of(expr)):
            yield Edge(predicted(contract, column), made, Effect.TRANSFORMATION)
    yield from _stored_predictions(module, contract)


def _stored_predictions(module: Module, contract: Contract) -> Iterator[Edge]:
    """What the model writes, and where views read it."""
    source = contract.prediction_source
    if source is None:
        return
    written = {o.name for o in contract.outputs} | {one.prediction for one in contract.labels}
    for view in module.views:
        if view.input == SourceInput(source=source):
            for feature in view.raw:
                if feature.name in written and isinstance(feature.compute, Raw):
                    made = predicted(contract, feature.name)
                    column = Field("source", source, feature.compute.column)
                    yield Edge(made, column, Effect.IDENTITY)
