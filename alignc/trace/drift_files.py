"""A program that compares datasets of a contract line by line: the columns that a line names, else the contract."""

from __future__ import annotations

from pathlib import PurePosixPath

from alignc.artifacts.drift import drift_of
from alignc.driver import drift_of_contract
from alignc.ir.module import Contract, Module
from alignc.settings import Project
from alignc.trace.definitions import Definition, of_contract, of_feature
from alignc.trace.named import Lines, named_lines

_ENDING = "__drift"


def traced_lines(project: Project, module: Module, path: str) -> Lines | None:
    """The lines of the file at `path` below the output folder, with what each is about."""
    parts = PurePosixPath(path)
    if len(parts.parts) != 3 or parts.parts[0] != "monitoring":
        return None
    # Rules are written beside programs of any target.
    is_rules = parts.parts[1] == "prometheus"
    targets = project.settings.programs if is_rules else (parts.parts[1],)
    for contract in module.contracts:
        if parts.name.split(".")[0] == f"{contract.name}{_ENDING}":
            for file in drift_of_contract(project, module, contract, targets):
                if file.path == path:
                    own = (of_contract(contract),)
                    return tuple(named_lines(file.text, own, _names(module, contract)))
    return None


def _names(module: Module, contract: Contract) -> dict[str, tuple[Definition, ...]]:
    """The features that are meant by names of columns."""
    inputs = {one.name: (one.view, one.feature) for one in contract.inputs}
    names: dict[str, tuple[Definition, ...]] = {}
    for column in drift_of(module, contract).of_role("input"):
        view, feature = inputs[column.name]
        known = module.view_by_name[view]
        names[column.name] = (of_feature(known, known.by_name[feature]),)
    for label in contract.labels:
        known = module.view_by_name[label.view]
        names.setdefault(label.feature, (of_feature(known, known.by_name[label.feature]),))
    return names
