"""Functions of the templates that call each other."""

from __future__ import annotations

from collections.abc import Set

_CALLS = {
    "dot_product": {"sum_of"},
    "vector_distance": {"sum_of"},
    "cosine_similarity": {"dot_product", "sum_of"},
    "totals_in": {"or_null"},
    "first_in": {"or_null"},
    "last_in": {"or_null"},
    "sums_in": {"merged", "or_null"},
    "variances_in": {"merged"},
    "smallest_in": {"best_in"},
    "largest_in": {"best_in"},
    "totals_at": {"Window", "tile_of"},
    "parts_at": {"Window", "tile_of"},
    "total_over": {"sum_over"},
    "mean_over": {"sum_over"},
}


def with_called(helpers: Set[str]) -> frozenset[str]:
    """The helpers and those that they call."""
    return frozenset(helpers).union(*(_CALLS.get(helper, ()) for helper in helpers))
