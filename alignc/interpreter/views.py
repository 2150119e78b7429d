"""The rows of a view, and its windowed features at a point in time.

A feature is *windowed* if it is an aggregate or derived from a windowed one, otherwise it is
*row-level*: known from one row of the view's input.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from alignc.interpreter.aggregates import AGGREGATES
from alignc.interpreter.convert import convert, to_timestamp
from alignc.interpreter.expressions import evaluate
from alignc.interpreter.sources import read_value, rows_of
from alignc.interpreter.values import Row, Value, rank
from alignc.ir.expr import columns_of
from alignc.ir.module import (
    Aggregated,
    AsOfInput,
    Derived,
    Feature,
    JoinInput,
    Module,
    Raw,
    Rows,
    RowsSource,
    SourceInput,
    StackInput,
    View,
    ViewInput,
    Window,
    views_in,
)
from alignc.ir.types import DType

# The ranks of the entity values; None if one of them is null.
Key = tuple[object, ...] | None


def interpret_view(module: Module, view: str, sources: Mapping[str, Sequence[Row]]) -> list[Row]:
    """The view's rows with all its features, in definition order."""
    definition = module.view_by_name[view]
    rows = read_rows(module, definition, sources)
    seen_by = rows_by_key(definition, rows)
    if _has_only_windows(definition):
        rows = _one_for_each_key_and_time(definition, rows)
    return [interpret_row(definition, row, seen_by) for row in rows]


def interpret_row(view: View, row: Row, seen_by: Mapping[Key, Sequence[Row]]) -> Row:
    """All features of a row of the view, the windows ending at its own time."""
    events = seen_by.get(key_of(row, view.entities), [])
    return with_windowed(view, row, events, event_time(view, row))


def is_windowed(view: View, feature: str) -> bool:
    match view.by_name[feature].compute:
        case Raw():
            return False
        case Aggregated():
            return True
        case Derived(expr=expr):
            return any(is_windowed(view, name) for name in columns_of(expr))


def row_level_features(view: View) -> list[Feature]:
    return [f for f in view.features if not is_windowed(view, f.name)]


def read_rows(module: Module, view: View, sources: Mapping[str, Sequence[Row]]) -> list[Row]:
    """One row of row-level features for each row of the view's input."""
    return [_row_level(module, view, given) for given in input_rows(module, view.input, sources)]


def rows_by_key(view: View, rows: Iterable[Row]) -> dict[Key, list[Row]]:
    """The rows of each key; rows with a null in their key have none."""
    found: dict[Key, list[Row]] = {}
    for row in rows:
        key = key_of(row, view.entities)
        if key is not None:
            found.setdefault(key, []).append(row)
    return found


def key_of(row: Mapping[str, Value], entities: Sequence[str]) -> Key:
    values = [row[name] for name in entities]
    return None if None in values else tuple(rank(value) for value in values)


def event_time(view: View, row: Row) -> datetime | None:
    return None if view.event_timestamp is None else to_timestamp(row[view.event_timestamp])


def with_windowed(view: View, row: Row, events: Sequence[Row], q: datetime | None) -> Row:
    """`row` with the windowed features at `q`, from the `events` of its key."""
    values = dict(row)
    for feature in view.features:
        if isinstance(feature.compute, Aggregated):
            values[feature.name] = _aggregate(view, feature.compute, events, q)
    return _with_derived(view, values, view.features)


def in_window(event: datetime, q: datetime, window: Window) -> bool:
    """Whether `event` is in the window that ends at `q - offset`, edges as `closed` says."""
    age = (q - event) - timedelta(microseconds=window.offset)
    now = timedelta(0)
    if not (now <= age if window.closed in ("right", "both") else now < age):
        return False
    if window.length is None:
        return True
    length = timedelta(microseconds=window.length)
    return age <= length if window.closed in ("left", "both") else age < length


def is_known(view: View, row: Row, q: datetime | None) -> bool:
    """Whether the row is available at `q`: `event_ts + delay <= q` and `created_at <= q`."""
    time = event_time(view, row)
    if time is None or q is None or not time + timedelta(microseconds=view.availability_delay) <= q:
        return False
    if view.created_at is None:
        return True
    created = to_timestamp(row[view.created_at])
    return created is not None and created <= q


def total_order(view: View, row: Row) -> list[object]:
    """What the rows of a key are sorted by: the times, the tie breakers, the raw features.

    Nulls come first.
    """
    roles = [name for name in (view.event_timestamp, view.created_at) if name is not None]
    rest = [
        f.name
        for f in view.features
        if f.role in ("feature", "valid_to") and isinstance(f.compute, Raw)
    ]
    return [rank(row[name]) for name in (*roles, *view.tie_breakers, *rest)]


def input_rows(
    module: Module, given: SourceInput | Rows, sources: Mapping[str, Sequence[Row]]
) -> Sequence[Row]:
    """The rows of a source, or of what is made of other views."""
    match given:
        case SourceInput(source=source):
            if source in sources:
                return sources[source]
            written = module.source_by_name.get(source)
            if not isinstance(written, RowsSource):
                raise ValueError(f"a view reads source `{source}`, which is not given")
            return rows_of(written)
        case ViewInput(view=name, where=where):
            rows = interpret_view(module, name, sources)
            if where is None:
                return rows
            dtypes = _dtypes(module.view_by_name[name])
            return [row for row in rows if evaluate(where, row, dtypes) is True]
        case JoinInput() | AsOfInput() | StackInput():
            # The rows of a join are made of the rows of views: the two files need each other.
            from alignc.interpreter.inputs import joined_rows

            return joined_rows(module, given, sources)


def _row_level(module: Module, view: View, given: Row) -> Row:
    values = {
        f.name: raw_value(module, view, given, f)
        for f in view.features
        if isinstance(f.compute, Raw)
    }
    return _with_derived(view, values, row_level_features(view))


def raw_value(module: Module, view: View, given: Row, feature: Feature) -> Value:
    """What a feature has of a row of the view's input."""
    assert isinstance(feature.compute, Raw)
    value = _column_of(view, given, feature.compute.column)
    if isinstance(view.input, SourceInput):
        source = module.source_by_name[view.input.source]
        for name in feature.compute.path or ():
            value = value.get(name) if isinstance(value, dict) else None
        return read_value(source, value, feature.dtype, feature.compute.time_zone)
    return convert(value, feature.dtype, feature.compute.time_zone)


def _column_of(view: View, given: Row, column: str) -> Value:
    if column not in given:
        match view.input:
            case SourceInput(source=source):
                read = f"source `{source}`"
            case rows:
                read = "view " + ", ".join(f"`{name}`" for name in views_in(rows))
        raise ValueError(f"{read} has no column `{column}`")
    return given[column]


def _with_derived(view: View, values: Row, features: Sequence[Feature]) -> Row:
    """The `features` in their order, those that are not among `values` derived from them."""
    known = dict(values)
    for feature in features:
        _derive(view, feature.name, known)
    return {feature.name: known[feature.name] for feature in features}


def _derive(view: View, name: str, known: Row) -> None:
    """Add the feature `name` to `known`, after those that it reads."""
    compute = view.by_name[name].compute
    if name in known or not isinstance(compute, Derived):
        return
    for read in sorted(columns_of(compute.expr)):
        _derive(view, read, known)
    known[name] = evaluate(compute.expr, known, _dtypes(view))


def _aggregate(view: View, made: Aggregated, events: Sequence[Row], q: datetime | None) -> Value:
    if view.event_timestamp is None:
        raise ValueError(f"view `{view.name}` has a window but no event timestamp")
    seen = sorted(
        (event for event in events if _is_seen(view, event, q, made.window)),
        key=lambda event: total_order(view, event),
    )
    if made.window.rows is not None:
        seen = seen[-made.window.rows :]
    values = [evaluate(made.value, event, _dtypes(view)) for event in seen]
    parameters = [] if made.parameter is None else [made.parameter]
    return AGGREGATES[made.aggregate](values, *parameters)


def _is_seen(view: View, event: Row, q: datetime | None, window: Window) -> bool:
    """Whether the event is in the window of `q`, and known by then if the window is before it."""
    time = event_time(view, event)
    if q is not None and window.resolution is not None:
        # The grid has midnight of Mondays.
        monday = datetime(2024, 1, 1, tzinfo=UTC)
        q -= (q - monday) % timedelta(microseconds=window.resolution)
    if time is None or q is None or not in_window(time, q, window):
        return False
    return window.offset < 0 or is_known(view, event, q)


def _has_only_windows(view: View) -> bool:
    """Whether all is windowed but the entities and the event timestamp."""
    roles = ("feature", "created_at", "valid_to")
    others = [f for f in row_level_features(view) if f.role in roles]
    return not others and any(is_windowed(view, f.name) for f in view.features)


def _one_for_each_key_and_time(view: View, rows: Sequence[Row]) -> list[Row]:
    names = [*view.entities, *([view.event_timestamp] if view.event_timestamp else [])]
    first: dict[Key, Row] = {}
    for row in rows:
        key = key_of(row, names)
        if key is not None:
            first.setdefault(key, row)
    return list(first.values())


def _dtypes(view: View) -> dict[str, DType | None]:
    return {feature.name: feature.dtype for feature in view.features}
