"""Functions of the templates that call each other."""

from __future__ import annotations

from collections.abc import Set

_CALLS = {
    "dot_product": {"sum_of"},
    "vector_distance": {"sum_of"},
    "cosine_similarity": {"dot_product", "sum_of"},
}


def with_called(helpers: Set[str]) -> frozenset[str]:
    """The helpers and those that they call."""
    return frozenset(helpers).union(*(_CALLS.get(helper, ()) for helper in helpers))
