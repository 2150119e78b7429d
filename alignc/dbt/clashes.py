"""Definitions that would have one name in dbt, which knows letters of ASCII, digits and underscores."""

from __future__ import annotations

from collections.abc import Iterable

from alignc.dbt.models import Model
from alignc.errors import Diagnostics
from alignc.ir.module import Contract, View


def check_names(models: Iterable[Model]) -> None:
    """DefinitionError if two models have one name, or are one relation."""
    found = Diagnostics()
    seen: dict[str, Model] = {}
    for model in models:
        for name in dict.fromkeys((model.name, model.relation)):
            other = seen.setdefault(name, model)
            if other is not model:
                found.add(
                    "ALN304",
                    f"{_said(model)} and {_said(other)} would both be `{name}` in dbt",
                    model.about.span,
                    "names are the same there if they differ in nothing but case and signs: rename one",
                )
                break
    found.raise_if_any()


def _said(model: Model) -> str:
    match model.about:
        case View(name=name):
            return f"view `{name}`"
        case Contract(name=name):
            return f"contract `{name}`"
        case source:
            return f"source `{source.name}`"
