"""What rules look at: the Module, its lineage, the settings, what is written, what is told to be quiet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from alignc.errors import Span
from alignc.ir.expr import Udf, columns_of, walk
from alignc.ir.lineage import Field, Lineage, judging, lineage_of, predicted
from alignc.ir.module import (
    Aggregated,
    Contract,
    Derived,
    Feature,
    Module,
    Raw,
    SourceInput,
    View,
    are_of_one_truth,
    is_declared,
)
from alignc.lint.chains import models_read, ways_down
from alignc.lint.exposures import exposed
from alignc.lint.liveness import removable
from alignc.lint.predictions import prediction_views
from alignc.lint.queries import Query
from alignc.lint.sameness import Alike
from alignc.lint.suppression import Needless, Suppression
from alignc.settings import Exposure, Lint

DEPRECATED = "deprecated"
# A view whose rows do not change, so that it needs no time.
STATIC = "static"


@dataclass(frozen=True)
class Written:
    """A generated file that is not what the definitions or the lock say; the lock stands for all of them."""

    path: str
    state: str


@dataclass(frozen=True)
class Facts:
    """A project as rules see it. `needless` are the suppressions that no finding has met."""

    module: Module
    settings: Lint = field(default_factory=Lint)
    targets: tuple[str, ...] = ()
    exposures: Mapping[str, Exposure] = field(default_factory=dict)
    queries: tuple[Query, ...] = ()
    written: tuple[Written, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    needless: tuple[Needless, ...] = ()
    # The files that the definitions were read from, by name.
    texts: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def lineage(self) -> Lineage:
        return lineage_of(self.module)

    @cached_property
    def features(self) -> Mapping[Field, tuple[View, Feature]]:
        """All features of all views."""
        return {
            Field("view", view.name, feature.name): (view, feature)
            for view in self.module.views
            for feature in view.features
        }

    @cached_property
    def features_at(self) -> Mapping[Span, tuple[Field, ...]]:
        """The features by place; a place that is run through several times makes several."""
        found: dict[Span, list[Field]] = {}
        for unit, (_, feature) in self.features.items():
            found.setdefault(feature.span, []).append(unit)
        return {place: tuple(units) for place, units in found.items()}

    @cached_property
    def is_read_by(self) -> Mapping[Field, tuple[str, ...]]:
        """The contracts, and the exposures, that a field comes into."""
        found: dict[Field, list[str]] = {}
        for contract in self.module.contracts:
            for read in self._above(self._asked_by(contract)):
                found.setdefault(read, []).append(f"model `{contract.name}`")
        for name, fields in self.read_outside.items():
            for read in self._above(list(fields)):
                found.setdefault(read, []).append(f"exposure `{name}`")
        return {read: tuple(readers) for read, readers in found.items()}

    @cached_property
    def models_above(self) -> Mapping[Field, tuple[str, ...]]:
        """The models that a field comes into as an input, or as a part of one; not by what another model predicts."""
        found: dict[Field, list[str]] = {}
        for contract in self.module.contracts:
            ahead = [Field("view", used.view, used.feature) for used in contract.inputs]
            seen = dict.fromkeys(ahead)
            while ahead:
                for edge in self.lineage.into(ahead.pop()):
                    if edge.given.kind == "view" and edge.given not in seen:
                        seen[edge.given] = None
                        ahead.append(edge.given)
            for read in seen:
                found.setdefault(read, []).append(contract.name)
        return {read: tuple(models) for read, models in found.items()}

    @cached_property
    def read_outside(self) -> Mapping[str, tuple[Field, ...]]:
        """By exposure the features and columns of models that it reads."""
        return exposed(self.exposures, self.queries, self.module)

    @cached_property
    def removable(self) -> Mapping[Field, tuple[Field, ...]]:
        """What reaches no model and no exposure, see `alignc.lint.liveness`."""
        return removable(
            self.module, self.lineage, {*self.is_read_by, *self._deciding, *self._compared}
        )

    @cached_property
    def alike(self) -> Alike:
        """Which features are one computation."""
        return Alike(self.module)

    @cached_property
    def _deciding(self) -> dict[Field, None]:
        """What decides which row of a view that is read is the latest one, or how fresh it is."""
        views = {read.owner for read in self.is_read_by if read.kind == "view"}
        names = [
            Field("view", view.name, name)
            for view in self.module.views
            for name in (*view.tie_breakers, view.freshness)
            if name is not None and view.name in views
        ]
        return self._above(names)

    @cached_property
    def _compared(self) -> dict[Field, None]:
        """What features that are read are tested against: in rules of rows, and as references.

        A rule that is about unread features alone keeps none of them.
        """
        read, names = self.is_read_by, list[Field]()
        for view in self.module.views:
            for rule in view.rules:
                columns = columns_of(rule.then) | (columns_of(rule.when) if rule.when else set())
                fields = [Field("view", view.name, name) for name in sorted(columns)]
                if any(one in read for one in fields):
                    names += fields
            names += [
                Field("view", feature.reference.view, feature.reference.feature)
                for feature in view.features
                if feature.reference and Field("view", view.name, feature.name) in read
            ]
        return self._above(names)

    @cached_property
    def user_code(self) -> tuple[tuple[Field, Feature, Udf], ...]:
        """Each piece of code of the user, with the feature that it makes."""
        return tuple(
            (field, feature, code)
            for field, (view, feature) in self.features.items()
            if not isinstance(feature.compute, Raw) and is_declared(view, feature)
            for code in _code_in(feature.compute)
        )

    @cached_property
    def models_read(self) -> Mapping[str, tuple[str, ...]]:
        """By contract: those whose stored predictions come into its inputs, through no third one."""
        return models_read(self.module, self.lineage)

    @cached_property
    def ways_down(self) -> Mapping[Field, tuple[Field, ...]]:
        """By feature: the longest row of computed features from it down, itself among them."""
        return ways_down(self.module, self.lineage)

    def _above(self, fields: list[Field]) -> dict[Field, None]:
        edges = self.lineage.above(fields)
        return dict.fromkeys([*fields, *(edge.given for edge in edges)])

    def _asked_by(self, contract: Contract) -> list[Field]:
        own = [Field("contract", contract.name, used.name) for used in contract.inputs]
        own += [Field("contract", contract.name, x.feature) for x in contract.labels]
        return [*own, *judging(self.module, contract), *self._compared_with(contract)]

    def _compared_with(self, contract: Contract) -> Iterator[Field]:
        """The predictions of its baselines, without which a model cannot be compared."""
        for name in contract.baselines:
            other = self.module.contract_by_name[name]
            for label in other.labels:
                if any(are_of_one_truth(label, own) for own in contract.labels):
                    yield predicted(other, label.prediction)

    @staticmethod
    def reads(view: View, source: str) -> bool:
        """Whether a view reads a source itself."""
        return view.input == SourceInput(source=source)

    def definitions(self) -> Iterator[View | Contract]:
        """Views that are written down, and contracts. A filtered or renamed view is another one's."""
        implied = prediction_views(self.module)
        for view in self.module.views:
            # `Orders.filter` has owner and words of `Orders`.
            if "." not in view.symbol and view.name not in implied:
                yield view
        yield from self.module.contracts


def _code_in(made: Derived | Aggregated) -> list[Udf]:
    expr = made.expr if isinstance(made, Derived) else made.value
    return [one for one in walk(expr) if isinstance(one, Udf)]
