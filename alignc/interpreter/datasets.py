"""The dataset of a contract: the entity rows with what was known at their time, and the labels.

Entity rows in = rows out: same rows, same order, all their columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alignc.interpreter.convert import convert, to_timestamp
from alignc.interpreter.values import Row, Value
from alignc.interpreter.views import (
    Key,
    event_time,
    is_known,
    is_windowed,
    key_of,
    read_rows,
    row_level_features,
    rows_by_key,
    total_order,
    with_windowed,
)
from alignc.ir.module import Contract, Module, View


@dataclass(frozen=True)
class _Known:
    """A view with the rows of its input, those that have a key, by key."""

    view: View
    by_key: Mapping[Key, Sequence[Row]]


def interpret_dataset(
    module: Module,
    contract: str,
    sources: Mapping[str, Sequence[Row]],
    entities: Sequence[Row],
) -> list[Row]:
    """Each entity row's columns as given, then the inputs, then the labels."""
    definition = module.contract_by_name[contract]
    used = {i.view for i in definition.inputs} | {i.view for i in definition.labels}
    views = {name: known_view(module, module.view_by_name[name], sources) for name in sorted(used)}
    return [_dataset_row(definition, views, row) for row in entities]


def known_view(module: Module, view: View, sources: Mapping[str, Sequence[Row]]) -> _Known:
    """The rows of a view by key; ValueError if it has no times and a key twice."""
    by_key = rows_by_key(view, read_rows(module, view, sources))
    if view.event_timestamp is None:
        for rows in by_key.values():
            if len(rows) > 1:
                key = ", ".join(str(rows[0][name]) for name in view.entities)
                raise ValueError(f"{view.name}: several rows have the key {key}")
    return _Known(view, by_key)


def _dataset_row(contract: Contract, views: Mapping[str, _Known], given: Row) -> Row:
    keys = _entity_keys(contract, given)
    q = _point_in_time(contract, given)
    features = {name: features_at(known, keys, q) for name, known in views.items()}
    row = dict(given)
    for read in contract.inputs:
        _put(row, read.name, features[read.view][read.feature])
    for label in contract.labels:
        known = views[label.view]
        if is_windowed(known.view, label.feature):
            # Of the events after q.
            _put(row, label.feature, features[label.view][label.feature])
        else:
            _put(row, label.feature, _label(known, keys, label.feature))
    return row


def _put(row: Row, name: str, value: Value) -> None:
    if name in row:
        raise ValueError(f"the dataset has the column `{name}` twice")
    row[name] = value


def _entity_keys(contract: Contract, given: Row) -> Row:
    missing = [e.name for e in contract.entities if e.name not in given]
    if missing:
        raise ValueError(f"an entity row has no column {missing}")
    return {e.name: convert(given[e.name], e.dtype) for e in contract.entities}


def _point_in_time(contract: Contract, given: Row) -> datetime | None:
    if contract.needs_event_timestamp and "event_timestamp" not in given:
        raise ValueError("an entity row has no column `event_timestamp`")
    return to_timestamp(given.get("event_timestamp"))


def features_at(known: _Known, keys: Row, q: datetime | None) -> Row:
    """All features of the view for an entity at `q`."""
    view = known.view
    rows = known.by_key.get(key_of(keys, view.entities), [])
    state = _state(view, rows, q)
    row_level = state or {f.name: None for f in row_level_features(view)}
    if not any(is_windowed(view, f.name) for f in view.features):
        return row_level
    # A windowed expression sees the entity that was asked for, even where there is no state.
    asked = {name: keys[name] for name in view.entities}
    return {**with_windowed(view, {**row_level, **asked}, rows, q), **row_level}


def _state(view: View, rows: Sequence[Row], q: datetime | None) -> Row | None:
    """The row that holds at `q`: the latest known one, or the only one of a view without times."""
    if view.event_timestamp is None:
        return rows[0] if rows else None
    return _latest(view, [row for row in rows if _holds(view, row, q)])


def _holds(view: View, row: Row, q: datetime | None) -> bool:
    """Whether the row is known, not too old and still valid at `q`."""
    time = event_time(view, row)
    if time is None or q is None or not is_known(view, row, q):
        return False
    if view.ttl is not None and q - time >= timedelta(microseconds=view.ttl):
        return False
    end = None if view.valid_to is None else to_timestamp(row[view.valid_to])
    return end is None or q < end


def _latest(view: View, rows: Sequence[Row]) -> Row | None:
    """The last row in the total order."""
    return max(rows, key=lambda row: total_order(view, row), default=None)


def _label(known: _Known, keys: Row, feature: str) -> Value:
    """The feature on the latest row of the entity, whenever that was."""
    view = known.view
    latest = _latest(view, known.by_key.get(key_of(keys, view.entities), []))
    return None if latest is None else latest[feature]
