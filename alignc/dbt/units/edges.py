"""A test of the edges of each window of a view, from what a window means and nothing else.

Events are at the first and the last moment of a window and a microsecond to either side. Their values are 1, 2,
4, …, so that a sum says which of them it has. Each event is a question, too: what of the others it sees is
written here in a few lines, which share nothing with the SQL or the interpreter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from alignc.interpreter import Row, Value
from alignc.ir.expr import Column
from alignc.ir.module import Aggregated, Feature, View, Window
from alignc.ir.print import show_events, window_names
from alignc.ir.types import FLOATS, INTEGERS, STRING, DType, is_decimal

# On the grid of every resolution: a Monday.
_Q = datetime(2024, 7, 1, tzinfo=UTC)
_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
_MOMENT = timedelta(microseconds=1)
# Beyond it there are years that not every engine has.
_LONGEST = 1000 * 366 * 86_400_000_000

_AGGREGATES: Mapping[str, Callable[[Sequence[int]], int | None]] = {
    "count": len,
    "sum": lambda values: sum(values) if values else None,
    "min": lambda values: min(values, default=None),
    "max": lambda values: max(values, default=None),
}


@dataclass(frozen=True)
class Edges:
    """The rows of a view's input, and what is expected of `features`, all of one window."""

    name: str
    about: str
    given: tuple[Row, ...]
    features: tuple[Feature, ...]
    expected: tuple[Row, ...]


def edges_of(view: View) -> Iterator[Edges]:
    """The tests of a view's windows; none of those whose events depend on more than their times."""
    keys = {name: _key(view.by_name[name].dtype) for name in view.entities}
    if view.event_timestamp is None or view.created_at or view.availability_delay:
        return
    if not keys or None in keys.values():
        return
    windows: dict[Window, list[Feature]] = {}
    for feature in view.features:
        if isinstance(feature.compute, Aggregated) and _is_plain(view, feature.compute):
            windows.setdefault(feature.compute.window, []).append(feature)
    for window, name in window_names(windows).items():
        reach = abs(window.offset) + (window.length or 0)
        if reach <= _LONGEST:
            yield _edges(view, keys, window, name, tuple(windows[window]))


def _is_plain(view: View, made: Aggregated) -> bool:
    """Whether an aggregate is of a number that a row has, or counts keys."""
    if made.aggregate not in _AGGREGATES or not isinstance(made.value, Column):
        return False
    feature = view.by_name[made.value.name]
    if feature.role == "entity":
        return made.aggregate == "count"
    is_number = feature.dtype in (*INTEGERS, *FLOATS) or is_decimal(feature.dtype)
    return feature.role == "feature" and is_number and not _overflows(feature.dtype)


def _overflows(dtype: DType) -> bool:
    return is_decimal(dtype) and dtype.digits - dtype.scale < 3


def _edges(
    view: View,
    keys: Mapping[str, Value],
    window: Window,
    name: str,
    features: tuple[Feature, ...],
) -> Edges:
    end = _Q - timedelta(microseconds=window.offset)
    near = [end - _MOMENT, end, end + _MOMENT]
    if window.length is not None:
        begin = end - timedelta(microseconds=window.length)
        near += [begin - _MOMENT, begin, begin + _MOMENT]
    times = sorted({*near, _Q})
    events = {time: 2**number for number, time in enumerate(times)}
    columns = dict.fromkeys(
        feature.compute.value.name
        for feature in features
        if isinstance(feature.compute, Aggregated) and isinstance(feature.compute.value, Column)
    )
    assert view.event_timestamp is not None
    given = tuple(
        {**{c: _number(n, view.by_name[c].dtype) for c in columns}, **keys, view.event_timestamp: t}
        for t, n in events.items()
    )
    expected = tuple(
        {
            **keys,
            view.event_timestamp: time,
            **{
                f.name: _number(_aggregate(f, _seen(events, time, window)), f.dtype)
                for f in features
            },
        }
        for time in times
    )
    return Edges(f"edges of {name}", show_events(window), given, features, expected)


def _seen(events: Mapping[datetime, int], q: datetime, window: Window) -> list[int]:
    """The values of the events that a window has at q."""
    if window.resolution is not None:
        q -= (q - _MONDAY) % timedelta(microseconds=window.resolution)
    end = q - timedelta(microseconds=window.offset)
    values = [
        value
        for time, value in sorted(events.items())
        if time < end or (time == end and window.closed in ("right", "both"))
        if window.length is None
        or time > end - timedelta(microseconds=window.length)
        or (
            time == end - timedelta(microseconds=window.length)
            and window.closed in ("left", "both")
        )
    ]
    return values if window.rows is None else values[-window.rows :]


def _aggregate(feature: Feature, values: Sequence[int]) -> int | None:
    assert isinstance(feature.compute, Aggregated)
    return _AGGREGATES[feature.compute.aggregate](values)


def _key(dtype: DType) -> Value:
    """A key of a type; None of one that has none here."""
    if dtype in INTEGERS:
        return 1
    return "a" if dtype == STRING else None


def _number(value: int | None, dtype: DType) -> Value:
    if value is None or dtype in INTEGERS:
        return value
    return float(value) if dtype in FLOATS else Decimal(value)
