"""What is known so far of a project that is being lowered."""

from __future__ import annotations

from dataclasses import dataclass, field

from alignc.errors import Diagnostics
from alignc.frontend.sources import DataSource
from alignc.frontend.views import ViewDefinition
from alignc.ir.module import Contract, Source, View


@dataclass
class Lowering:
    """What is known so far of a project that is being lowered."""

    project: str
    required_by_default: bool
    found: Diagnostics
    sources: dict[str, Source] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)
    # Sources as they are written, by name.
    written: dict[str, DataSource] = field(default_factory=dict)
    # The views that references are to.
    referenced: list[ViewDefinition] = field(default_factory=list)
    # Views are lowered once; a view that others read is lowered before them.
    done: dict[int, View | None] = field(default_factory=dict)
