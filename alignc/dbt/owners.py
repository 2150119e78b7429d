"""Who answers for models: groups of a project, and owners of exposures."""

from __future__ import annotations

import re

from alignc.dbt.documents import Mapped
from alignc.ir.module import Contract, Module, View


def group_name(about: View | Contract) -> str | None:
    """The group of a view or contract: its first contact."""
    return _slug(about.contacts[0].name) if about.contacts else None


def groups(module: Module) -> list[Mapped]:
    """The groups that models are in."""
    found: dict[str, Mapped] = {}
    definitions: list[View | Contract] = [*module.views, *module.contracts]
    for about in definitions:
        name = group_name(about)
        if name is not None:
            found.setdefault(name, {"name": name, "owner": owner(about)})
    return [found[name] for name in sorted(found)]


def owner(about: View | Contract) -> Mapped | None:
    """The first contact, as dbt has it."""
    if not about.contacts:
        return None
    first = about.contacts[0]
    return {"name": first.name, "email": first.email} if first.email else {"name": first.name}


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "owner"
