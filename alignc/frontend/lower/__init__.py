"""Definitions as written -> Module: names for features, types for expressions, places for all.

Every mistake is collected; there is a Module only if there is none.
"""

from __future__ import annotations

from collections.abc import Iterable

from alignc.errors import Diagnostics
from alignc.frontend.contracts import ContractDefinition
from alignc.frontend.lower.agreement import check_agreement
from alignc.frontend.lower.baselines import check_baselines
from alignc.frontend.lower.claims import check_references
from alignc.frontend.lower.contracts import lower_contract
from alignc.frontend.lower.rows import fill_rows
from alignc.frontend.lower.state import Lowering
from alignc.frontend.lower.user_code import check_functions
from alignc.frontend.lower.views import lower_view
from alignc.frontend.views import ViewDefinition
from alignc.ir.module import Module


def lower_definitions(
    project: str,
    views: Iterable[ViewDefinition],
    contracts: Iterable[ContractDefinition],
    found: Diagnostics,
    *,
    required_by_default: bool = False,
) -> Module:
    """The Module of a project; mistakes go to `found`, and what has one is left out."""
    state = Lowering(project, required_by_default, found)
    for view in views:
        lower_view(view, state)
    written = list(contracts)
    for contract in written:
        lower_contract(contract, state)
    check_baselines(written, state)
    check_references(state, lower_view)
    check_agreement(state)
    fill_rows(state)
    check_functions(state.views.values(), found)
    by_name = lambda item: item.name
    return Module(
        project=project,
        sources=tuple(sorted(state.sources.values(), key=by_name)),
        views=tuple(sorted(state.views.values(), key=by_name)),
        contracts=tuple(sorted(state.contracts.values(), key=by_name)),
    )
