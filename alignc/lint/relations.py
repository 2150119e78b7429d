"""What generated relations are called, and what their columns are: features, or columns of a model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from alignc.dbt.names import contract_model, events_model, features_model, staging_model
from alignc.ir.lineage import Field, predicted
from alignc.ir.module import Contract, Module, SourceInput, TableSource, View

# By column what it is, as `view.feature` or `model.column`.
Columns = Mapping[str, str]


def relations_of(module: Module) -> Mapping[str, Columns]:
    """The relations of a Module by name: views, datasets and predictions of models, and those of dbt."""
    found: dict[str, Columns] = {}
    for name, columns in _named(module):
        found.setdefault(name, columns)
    return found


def columns_of_model(contract: Contract) -> tuple[str, ...]:
    """The columns of a model that can be read: its inputs, ground truths, predictions and other outputs."""
    return tuple(dict.fromkeys(field.name for field in fields_of_model(contract)))


def fields_of_model(contract: Contract) -> tuple[Field, ...]:
    """The same as fields of lineage: a prediction is another one than a ground truth of its name."""
    read = [*(used.name for used in contract.inputs), *(x.feature for x in contract.labels)]
    written = [*(x.prediction for x in contract.labels), *(o.name for o in contract.outputs)]
    fields = [Field("contract", contract.name, name) for name in read]
    fields += [predicted(contract, name) for name in written]
    return tuple(dict.fromkeys(fields))


def _named(module: Module) -> Iterator[tuple[str, Columns]]:
    """Relations with their names, those that definitions give before those that follow from them."""
    for view in module.views:
        yield view.name, _of_view(view)
    for contract in module.contracts:
        yield contract.name, _of_model(contract)
    for view in module.views:
        for name in (features_model(view), events_model(view)):
            yield name, _of_view(view)
    for contract in module.contracts:
        columns = _of_model(contract)
        model = contract_model(contract)
        yield from ((name, columns) for name in (model, f"{model}_v{contract.version}"))
        if contract.prediction_source is not None:
            source = module.source_by_name[contract.prediction_source]
            if isinstance(source, TableSource):
                yield source.table, columns
    yield from _staged(module)


def _staged(module: Module) -> Iterator[tuple[str, Columns]]:
    """The columns of sources in their types, each as the feature of the first view that has it."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for view in module.views:
        if isinstance(view.input, SourceInput):
            name = staging_model(module.source_by_name[view.input.source])
            for feature in view.raw:
                found[name].setdefault(feature.name, f"{view.name}.{feature.name}")
    yield from found.items()


def _of_view(view: View) -> Columns:
    return {name: f"{view.name}.{name}" for name in view.by_name}


def _of_model(contract: Contract) -> Columns:
    return {name: f"{contract.name}.{name}" for name in columns_of_model(contract)}
