"""The models of a project, in the order in which they read each other, each with its plan.

source -> stg_ (types) -> int_ (the rows that windows see) -> feat_ (a view) -> ctr_ (a dataset)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal as Tag

from alignc.artifacts.dataset import dataset_table_plan
from alignc.artifacts.relations import (
    PlanBuilder,
    named,
    row_features,
    row_relation,
    scan_column,
    windowed_features,
)
from alignc.artifacts.stored import Staged, Stored
from alignc.artifacts.view import view_plan
from alignc.dbt.names import contract_model, events_model, features_model, group_of, staging_model
from alignc.ir.expr import Column
from alignc.ir.module import Contract, Module, Source, SourceInput, View
from alignc.ir.plan import NamedExpr, Plan, Scan, ScanColumn, Write

Layer = Tag["staging", "intermediate", "features", "contracts"]


@dataclass(frozen=True)
class Model:
    """A model: what it is made for, and what it computes.

    A contract's model is `name` and a version; its relation has both.
    """

    name: str
    layer: Layer
    about: Source | View | Contract
    plan: Plan

    @property
    def relation(self) -> str:
        """What the table or view is called, and the file."""
        if isinstance(self.about, Contract):
            return f"{self.name}_v{self.about.version}"
        return self.name


def models_of(module: Module, entities: Mapping[str, str]) -> Iterator[Model]:
    """The models of all definitions, before the passes.

    `entities` has the relation with the entity rows of each contract.
    """
    read = {v.input.source: None for v in module.views if isinstance(v.input, SourceInput)}
    stored = Stored()
    for source in (module.source_by_name[name] for name in sorted(read)):
        columns = staged_columns(module, source)
        name = staging_model(source)
        yield Model(name, "staging", source, _staging_plan(module, source, columns))
        staged = Staged(name, {column.what: column.name for column in columns})
        stored = replace(stored, sources={**stored.sources, source.name: staged})
    events = {v.name: events_model(v) for v in module.views if windowed_features(v)}
    views = {v.name: features_model(v) for v in module.views}
    for view in module.views:
        # A view is computed from what comes before it, and everything else from the view.
        known = replace(stored, rows={**_without(view, views), **_without(view, events)})
        known = replace(known, views=_without(view, views))
        if view.name in events:
            yield Model(events[view.name], "intermediate", view, _events_plan(module, view, known))
            known = replace(known, rows={**known.rows, view.name: events[view.name]})
        yield Model(views[view.name], "features", view, view_plan(module, view, known))
    stored = replace(stored, rows={**views, **events}, views=views)
    for contract in module.contracts:
        plan = dataset_table_plan(module, contract, entities[contract.name], stored)
        yield Model(contract_model(contract), "contracts", contract, plan)


def _without(view: View, relations: Mapping[str, str]) -> Mapping[str, str]:
    return {name: relation for name, relation in relations.items() if name != view.name}


def staged_columns(module: Module, source: Source) -> tuple[ScanColumn, ...]:
    """The columns of a source that views read, each once.

    They are called as the first view calls them. Where another one reads something else under that
    name, its column has a number.
    """
    found: dict[tuple[object, ...], ScanColumn] = {}
    taken: set[str] = set()
    for view in module.views:
        if view.input != SourceInput(source=source.name):
            continue
        for feature in view.raw:
            column = scan_column(feature, source)
            if column.what in found:
                continue
            name, count = column.name, 2
            while name.lower() in taken:
                name, count = f"{column.name}_{count}", count + 1
            taken.add(name.lower())
            found[column.what] = column.model_copy(update={"name": name})
    return tuple(found.values())


def _staging_plan(module: Module, source: Source, columns: tuple[ScanColumn, ...]) -> Plan:
    plan = PlanBuilder(module)
    step = plan.add("typed", Scan(source=source.name, columns=columns))
    kept = tuple(
        NamedExpr(name=c.name, expr=Column(name=c.name), dtype=c.dtype, doc=c.doc, span=c.span)
        for c in columns
    )
    plan.add("result", Write(input=step, columns=kept))
    return plan.finish(source.name)


def _events_plan(module: Module, view: View, stored: Stored) -> Plan:
    plan = PlanBuilder(module, stored)
    step = row_relation(view, plan)
    columns = tuple(named(feature) for feature in row_features(view))
    plan.add("result", Write(input=step, columns=columns))
    return plan.finish(view.name)


def model_files(about: View | Contract, module: Module) -> Iterator[str]:
    """The files of the models that have a view or a contract in them, below the project."""
    if isinstance(about, Contract):
        yield f"models/contracts/{contract_model(about)}_v{about.version}.sql"
        yield f"models/contracts/{contract_model(about)}.yml"
        return
    models = [f"models/features/{features_model(about)}"]
    if windowed_features(about):
        # Their ends are tested.
        yield f"{models[0]}__unit_tests.yml"
        models.append(f"models/intermediate/{events_model(about)}")
    if isinstance(about.input, SourceInput):
        source = module.source_by_name[about.input.source]
        models.append(f"models/staging/{group_of(source)}/{staging_model(source)}")
    for model in models:
        yield f"{model}.sql"
        yield f"{model}.yml"
