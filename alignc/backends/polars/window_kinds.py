"""Which helper of a program computes an aggregate over windows: the choice, from its kind and its values' type."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping

from alignc.ir.plan import WindowAggregate, WindowColumn
from alignc.ir.types import DType
from alignc.ir.window_plans import can_be_taken_back


class Way(enum.Enum):
    """What a helper does; the value says it for a reader."""

    TOTALS = "running totals, taken at both ends of the run of events in the window"
    PLACES = "places in the run of events in the window"
    MERGED = "parts of 1, 2, 4, ... neighbouring events, put together"
    EACH = "each event of each window"


def kind_of(made: WindowColumn, value: DType, node: WindowAggregate) -> str | None:
    """The helper for an aggregate of `node`, from places; None if it looks at each event."""
    if node.created_at is not None:
        return None
    if made.aggregate in ("sum", "mean") and not can_be_taken_back(made.aggregate, value):
        return "sums_in"
    return _KINDS.get(made.aggregate)


def way_of(kind: str) -> Way:
    """What a helper does."""
    return _WAYS[kind]


def by_way(
    node: WindowAggregate, types: Mapping[str, DType]
) -> Mapping[Way, tuple[WindowColumn, ...]]:
    """The aggregates of a step by what is done; `types` has the type of each one's values."""
    groups: dict[Way, list[WindowColumn]] = {}
    for made in node.aggregates:
        kind = kind_of(made, types[made.name], node)
        groups.setdefault(Way.EACH if kind is None else _WAYS[kind], []).append(made)
    return {way: tuple(made) for way, made in groups.items()}


def reasons(made: Iterable[WindowColumn], node: WindowAggregate, way: Way) -> str:
    """Why the aggregates `made` of `node` are computed in that way, in a few words."""
    if way is not Way.EACH:
        return _REASONS[way]
    if node.created_at is not None:
        return f"{node.created_at} may come after {node.right_time}"
    names = ", ".join(dict.fromkeys(m.aggregate for m in made))
    return f"{names} cannot be put together from parts"


_KINDS = {
    "count": "counts_in",
    "sum": "totals_in",
    "mean": "totals_in",
    "variance": "variances_in",
    "std": "variances_in",
    "min": "smallest_in",
    "max": "largest_in",
    # The greatest and the smallest of booleans.
    "any": "largest_in",
    "all": "smallest_in",
    "first": "first_in",
    "last": "last_in",
}

_WAYS = {
    "counts_in": Way.TOTALS,
    "totals_in": Way.TOTALS,
    "first_in": Way.PLACES,
    "last_in": Way.PLACES,
    "sums_in": Way.MERGED,
    "variances_in": Way.MERGED,
    "smallest_in": Way.MERGED,
    "largest_in": Way.MERGED,
}

_REASONS = {
    Way.TOTALS: "what is added can be taken back exactly",
    Way.PLACES: "the events are in order",
    Way.MERGED: "parts can be put together, but not taken back",
}
