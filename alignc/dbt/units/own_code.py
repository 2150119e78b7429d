"""Definitions without what functions of the user's give: the interpreter would need the engines of these.

title = a function of name; is_married = title == "Mrs"; initial = the first letter of name
->  initial = the first letter of name
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from alignc.ir.expr import Expr, Udf, columns_of, walk
from alignc.ir.module import Aggregated, Contract, Derived, Module, Raw, View, ViewInput, views_in


def without_own_code(module: Module, definition: View | Contract) -> Module | None:
    """The module with what is known of a definition; None if it reads rows that are not known."""
    views = (
        [module.view_by_name[name] for name in sorted({used.view for used in definition.uses})]
        if isinstance(definition, Contract)
        else [definition]
    )
    if any(_reads_own_code(module, view) for view in views):
        return None
    known = {view.name: _known(view) for view in views}
    if all(known[view.name] is view for view in views):
        return module
    contracts = tuple(
        _known_of(contract, known) if contract.name == definition.name else contract
        for contract in module.contracts
    )
    # Copies of a model keep what was cached about the original.
    changed = {"views": tuple(known.get(v.name, v) for v in module.views), "contracts": contracts}
    return Module.model_validate({**_fields(module), **changed})


def _known(view: View) -> View:
    """The view without features that a function of the user's has a say in."""
    unknown: set[str] = set()
    while True:
        more = {
            feature.name
            for feature in view.features
            for expr in _exprs(view, feature.name)
            if _has_own_code(expr) or columns_of(expr) & unknown
        }
        if more == unknown:
            break
        unknown = more
    if not unknown:
        return view
    features = tuple(f for f in view.features if f.name not in unknown)
    return View.model_validate({**_fields(view), "features": features})


def _known_of(contract: Contract, known: Mapping[str, View]) -> Contract:
    inputs = tuple(x for x in contract.inputs if x.feature in known[x.view].by_name)
    labels = tuple(x for x in contract.labels if x.feature in known[x.view].by_name)
    # A dataset has nothing of what only says how good a model is.
    changed = {
        "inputs": inputs,
        "labels": labels,
        "rankings": (),
        "clusterings": (),
        "subgroups": (),
    }
    return Contract.model_validate({**_fields(contract), **changed})


def _fields(node: Module | View | Contract) -> dict[str, object]:
    return {name: getattr(node, name) for name in type(node).model_fields}


def _exprs(view: View, feature: str) -> Iterator[Expr]:
    match view.by_name[feature].compute:
        case Derived(expr=expr):
            yield expr
        case Aggregated(value=value):
            yield value
        case Raw():
            return


def _reads_own_code(module: Module, view: View) -> bool:
    """Whether a function of the user's has a say in the rows that a view reads."""
    given = view.input
    if isinstance(given, ViewInput) and given.where is not None and _has_own_code(given.where):
        return True
    below = (module.view_by_name[name] for name in views_in(given))
    return any(_known(one) is not one or _reads_own_code(module, one) for one in below)


def _has_own_code(expr: Expr) -> bool:
    return any(isinstance(node, Udf) for node in walk(expr))
