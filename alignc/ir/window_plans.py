"""How the aggregates of windows are computed: the choice, from their traits, types and windows.

Backends lower the methods that their engine needs; `alignc explain` says which was taken and why.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping

from alignc.ir.module import Window
from alignc.ir.ops import AGGREGATES
from alignc.ir.plan import WindowAggregate, WindowColumn
from alignc.ir.time_frames import frame_bounds
from alignc.ir.types import FLOATS, SUMMABLE_DIGITS, DType

# With so few events of the busiest key, looking at each event of a window is cheaper than anything else,
# if a backend does not know better.
FEW_EVENTS = 100


class Method(enum.Enum):
    """A way to compute an aggregate over windows; the value says how, for a reader."""

    TOTALS = "running totals, the one before the window taken from the one at its end"
    RUNNING = "one running aggregate of all events so far"
    TILES = "parts of the two tiles of time that a window touches, put together"
    EXACT_TILES = "totals of the same two tiles, put together"
    BLOCKS = "blocks of 8 neighbouring events, of 8 such blocks, and so on, put together"
    PAIRS = "each event of each window"


def method_of(
    made: WindowColumn, value: DType, node: WindowAggregate, few: int = FEW_EVENTS
) -> Method:
    """The method for an aggregate of `node` whose values have the type `value`.

    Of keys with at most `few` events each event of a window is looked at. Totals are for what can be
    taken back exactly: never for floats. No method but `PAIRS` has work that grows with the number of
    events in a window.
    """
    spec, window = AGGREGATES[made.aggregate], made.window
    if node.created_at is not None or window.rows is not None or not spec.mergeable:
        return Method.PAIRS
    if _has_few(node, few):
        return Method.PAIRS
    if _is_empty(window):
        return Method.PAIRS
    if window.length is None:
        return Method.RUNNING
    return Method.TOTALS if can_be_taken_back(made.aggregate, value) else Method.TILES


def _has_few(node: WindowAggregate, few: int) -> bool:
    return node.rows_per_key is not None and node.rows_per_key <= few


def _is_empty(window: Window) -> bool:
    """Whether no event can be in a window: a microsecond without its ends."""
    first, last = frame_bounds(window)
    return first is not None and first < last


def can_be_taken_back(aggregate: str, value: DType) -> bool:
    """Whether totals of values of this type are exact, however many there are.

    That of floats is not, nor that of decimals that leave no digits for a sum. What has a count for no
    rows counts them, whatever their type.
    """
    spec = AGGREGATES[aggregate]
    if spec.empty is not None or not spec.invertible:
        return spec.invertible
    if value.name == "Decimal":
        return value.digits <= SUMMABLE_DIGITS
    return value not in FLOATS


def by_method(
    node: WindowAggregate, types: Mapping[str, DType]
) -> Mapping[Method, tuple[WindowColumn, ...]]:
    """The aggregates of a step by method, in their order; `types` has the type of each one's values."""
    groups: dict[Method, list[WindowColumn]] = {}
    for made in node.aggregates:
        groups.setdefault(method_of(made, types[made.name], node), []).append(made)
    return {method: tuple(made) for method, made in groups.items()}


def reasons(
    made: Iterable[WindowColumn], node: WindowAggregate, method: Method, few: int = FEW_EVENTS
) -> str:
    """Why the aggregates `made` of `node` are computed by `method`, in a few words."""
    if method is not Method.PAIRS:
        return _REASONS[method]
    if node.created_at is not None:
        return f"{node.created_at} may come after {node.right_time}"
    if _has_few(node, few):
        return f"a key has {node.rows_per_key} rows at most"
    if any(m.window.rows is not None for m in made):
        return "rows are counted, not times"
    if all(_is_empty(m.window) for m in made):
        return "there is no time in the window"
    names = ", ".join(dict.fromkeys(m.aggregate for m in made))
    return f"{names} cannot be put together from parts"


_REASONS = {
    Method.TOTALS: "what is added can be taken back exactly",
    Method.RUNNING: "the window has no beginning",
    Method.TILES: "parts can be put together, but not taken back",
    Method.EXACT_TILES: "the window has tiles for others anyway",
    Method.BLOCKS: "parts can be put together, and all windows share them",
}
