"""Which definition a part of a program is made by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, assert_never

from alignc.backends.part import Part
from alignc.backends.polars.functions import functions_in
from alignc.errors import Span
from alignc.ir.expr import Column
from alignc.ir.lineage import Field
from alignc.ir.module import (
    Contract,
    Derived,
    Feature,
    Input,
    Module,
    Raw,
    Source,
    SourceInput,
    View,
)
from alignc.ir.plan import (
    ENTITIES,
    AsOfJoin,
    Distinct,
    Filter,
    Group,
    KeyJoin,
    Plan,
    Project,
    Running,
    Scan,
    Slice,
    Step,
    Union,
    WindowAggregate,
    Write,
    schemas,
)
from alignc.ir.print import show_compute
from alignc.trace.columns import Origin, Origins, origin_in, origins_of


@dataclass(frozen=True)
class Definition:
    """What somebody has written down; `how` is what a feature is, `field` its place in the lineage."""

    kind: Literal["feature", "view", "contract", "source", "input", "label", "output"]
    name: str
    span: Span | None
    how: str | None = None
    field: Field | None = None


def of_feature(view: View, feature: Feature) -> Definition:
    name = f"{view.name}.{feature.name}"
    field = Field("view", view.name, feature.name)
    return Definition("feature", name, feature.span, show_compute(feature), field)


def of_view(view: View) -> Definition:
    return Definition("view", view.name, view.span)


def of_contract(contract: Contract) -> Definition:
    return Definition("contract", contract.name, contract.span)


def of_source(source: Source) -> Definition:
    return Definition("source", source.name, source.span)


def readers_of(module: Module, source: str, column: str) -> tuple[Definition, ...]:
    """The features that are a column of a source."""
    return tuple(
        of_feature(view, feature)
        for view in module.views
        if view.input == SourceInput(source=source)
        for feature in view.raw
        if isinstance(feature.compute, Raw) and feature.compute.column == column
    )


@dataclass(frozen=True)
class Program:
    """A plan and what it is the plan of."""

    module: Module
    plan: Plan
    definition: View | Contract

    @property
    def own(self) -> Definition:
        """The definition that the whole file is about."""
        if isinstance(self.definition, View):
            return of_view(self.definition)
        return of_contract(self.definition)

    def made_by(self, part: Part) -> tuple[Definition, ...]:
        """The definitions of a part, the nearest first; none if it is part of all programs."""
        match part.kind:
            case "program":
                return (self.own,)
            case "source":
                source = self.module.source_by_name.get(part.name)
                return (of_source(source),) if source is not None else ()
            case "function":
                return tuple(self._callers(part.name))
            case "step":
                step = self.plan.by_name[part.name]
                if part.column is not None and (feature := self._feature(step, part.column)):
                    return (feature,)
                return self._owners(step)
            case _:
                assert_never(part.kind)

    def _feature(self, step: Step, column: str) -> Definition | None:
        if isinstance(step.node, Write) and column in self._used:
            return self._used[column]
        origin = origin_in(self.plan, self._origins, step.name, column)
        found = self._at(origin) if origin is not None else None
        return of_feature(*found) if found is not None else None

    def _owners(self, step: Step) -> tuple[Definition, ...]:
        """The views whose features a step makes; the file's own definition if they are several."""
        node = step.node
        if isinstance(node, Write) or (isinstance(node, Scan) and node.source == ENTITIES):
            return (self.own,)
        origins = [origin_in(self.plan, self._origins, step.name, c) for c in self._made(step)]
        found = [self._at(origin) for origin in origins if origin is not None]
        views = dict.fromkeys(of_view(pair[0]) for pair in found if pair is not None)
        if isinstance(node, Scan):
            source = self.module.source_by_name[node.source]
            return (*(views or (self.own,)), of_source(source))
        return tuple(views) if len(views) == 1 else (self.own,)

    def _made(self, step: Step) -> tuple[str, ...]:
        """The columns of a step that it does not pass on from its left side."""
        match step.node:
            case Scan(columns=columns):
                return tuple(c.name for c in columns)
            case Project(columns=columns):
                made = tuple(c.name for c in columns if not isinstance(c.expr, Column))
                return made or tuple(c.name for c in columns)
            case WindowAggregate(aggregates=aggregates):
                return tuple(a.name for a in aggregates)
            case AsOfJoin(right_columns=columns):
                return columns
            case KeyJoin(rights=rights):
                return tuple(new for right in rights for _, new in right.columns)
            case Filter() | Slice() | Distinct() | Union() | Group() | Running() | Write():
                return tuple(schemas(self.plan)[step.name])
            case _:
                assert_never(step.node)

    @cached_property
    def _origins(self) -> Origins:
        return origins_of(self.plan)

    @cached_property
    def _used(self) -> dict[str, Definition]:
        """The columns of a dataset with their features."""
        if isinstance(self.definition, View):
            return {}
        found: dict[str, Definition] = {}
        for used in self.definition.uses:
            view = self.module.view_by_name[used.view]
            name = used.name if isinstance(used, Input) else used.feature
            found[name] = of_feature(view, view.by_name[used.feature])
        return found

    @cached_property
    def _by_span(self) -> dict[Span, list[tuple[View, Feature]]]:
        found: dict[Span, list[tuple[View, Feature]]] = {}
        for view in self.module.views:
            for feature in view.features:
                found.setdefault(feature.span, []).append((view, feature))
        return found

    def _at(self, origin: Origin) -> tuple[View, Feature] | None:
        """The feature of a name at a place: of the file's own view, if that has it too."""
        there = self._by_span.get(origin.span, [])
        named = [(v, f) for v, f in there if f.name == origin.name] or there
        own = [(v, f) for v, f in named if v.name == self.definition.name]
        return next(iter(own or named), None)

    def _callers(self, name: str) -> Iterator[Definition]:
        """The features whose code a function of the program is."""
        for view in self.module.views:
            for feature in view.features:
                if isinstance(feature.compute, Derived):
                    functions = functions_in([feature.compute.expr])
                    if name in [function.name for function in functions]:
                        yield of_feature(view, feature)
