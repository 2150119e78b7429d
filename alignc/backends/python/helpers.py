"""Functions of the templates that call each other."""

from __future__ import annotations

from collections.abc import Set

_CALLS = {
    "dot_product": {"sum_of"},
    "vector_distance": {"sum_of"},
    "cosine_similarity": {"dot_product", "sum_of"},
    "total_in": {"count_in"},
    "mean_in": {"total_in", "count_in"},
    "sums_in": {"merged"},
    "variances_in": {"merged"},
    "smallest_in": {"merged"},
    "largest_in": {"merged"},
    "totals_at": {"Window"},
    "parts_at": {"Window"},
    "total_over": {"sum_over"},
    "mean_over": {"sum_over"},
}


def with_called(helpers: Set[str]) -> frozenset[str]:
    """The helpers and those that they call."""
    return frozenset(helpers).union(*(_CALLS.get(helper, ()) for helper in helpers))
