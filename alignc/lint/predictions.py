"""The views that nobody has written: a model's stored predictions, as another model reads them."""

from __future__ import annotations

from collections.abc import Set

from alignc.ir.module import Module, SourceInput


def prediction_views(module: Module) -> Set[str]:
    """The names of the views that stand for what a contract says of its predictions."""
    stored = {
        f"{contract.name}_predictions": SourceInput(source=contract.prediction_source)
        for contract in module.contracts
        if contract.prediction_source is not None
    }
    return {view.name for view in module.views if stored.get(view.name) == view.input}
