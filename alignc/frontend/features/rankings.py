"""What an output of a contract puts in an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from alignc.errors import Span

if TYPE_CHECKING:
    from alignc.frontend.features.base import Feature


@dataclass(frozen=True)
class Recommendation:
    """As written: the output is the score or the rank of the item `item_id`, and `selected_items` says which were right."""

    by: Literal["score", "rank"]
    # A view, or a feature of one; anything else is reported when the contract is lowered.
    selected_items: Any
    item_id: Feature
    top_k: int
    span: Span
