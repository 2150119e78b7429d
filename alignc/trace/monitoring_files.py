"""A program or a query that judges a model line by line: the features that a line names, else the model."""

from __future__ import annotations

from pathlib import PurePosixPath

from alignc.driver import monitors_of
from alignc.ir.lineage import judging
from alignc.ir.module import Contract, Module, SourceInput
from alignc.settings import Project
from alignc.trace.definitions import Definition, of_contract, of_feature, of_source
from alignc.trace.named import Lines, named_lines


def traced_lines(project: Project, module: Module, path: str) -> Lines | None:
    """The lines of the file at `path` below the output folder, with what each is about."""
    parts = PurePosixPath(path)
    if len(parts.parts) != 3 or parts.parts[0] != "monitoring":
        return None
    for contract in module.contracts:
        named = (contract.name, f"{contract.name}.rules", f"{contract.name}.test")
        if parts.stem in named or parts.stem.startswith(f"{contract.name}__"):
            for file in monitors_of(project, module, contract):
                if file.path == path:
                    own = (of_contract(contract),)
                    return tuple(named_lines(file.text, own, _names(module, contract)))
    return None


def _names(module: Module, contract: Contract) -> dict[str, tuple[Definition, ...]]:
    """The features that are meant by names of columns, the sources, and the contracts to compare with."""
    names: dict[str, tuple[Definition, ...]] = {}
    for used in dict.fromkeys(field.owner for field in judging(module, contract)):
        view = module.view_by_name[used]
        for feature in view.features:
            names.setdefault(feature.name, (of_feature(view, feature),))
        if isinstance(view.input, SourceInput):
            source = module.source_by_name[view.input.source]
            names.setdefault(source.name, (of_source(source),))
    for name in contract.baselines:
        baseline = module.contract_by_name[name]
        for said in (name, *(label.prediction for label in baseline.labels)):
            names.setdefault(said, (of_contract(baseline),))
    return names
