"""Rows for the sources of a Module: they obey its declarations, and are as unpleasant as these allow.

Few keys, so that rows meet; times at, just before and just after the edges of windows and of state;
nulls wherever they are allowed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import polars as pl

from alignc.interpreter.convert import convert
from alignc.interpreter.values import Value
from alignc.ir.expr import Scalar
from alignc.ir.module import (
    Aggregated,
    AsOfInput,
    Constraint,
    Contract,
    Feature,
    JoinInput,
    Module,
    Raw,
    Rows,
    SourceInput,
    View,
    origins_in,
)
from alignc.ir.plan import EVENT_TIMESTAMP
from alignc.ir.regex import parse, spell
from alignc.ir.types import FLOAT32, FLOATS, INTEGER_BOUNDS, INTEGERS, STRING, TIMESTAMP, DType
from alignc.verify.patterns import draw_match
from alignc.verify.values import (
    ANCHORS,
    LOCAL_TIMES,
    Taste,
    draw_value,
    kind_of,
    stored_as,
    to_float32,
)

Frames = Mapping[str, pl.DataFrame]
_TRIES = 50


@dataclass(frozen=True)
class Case:
    """A Module with rows for its sources, and entity rows for its contracts by name.

    Engines are given the rows as tables, unless they read the sources as the Module declares them: from
    files of text, written before.
    """

    module: Module
    sources: Frames
    entities: Frames
    as_declared: bool = False


@dataclass(frozen=True)
class Habits:
    """How rows are drawn: how many, how often a null or an edge of the type, how times are stored."""

    rows: int
    entity_rows: int
    nulls: float = 0.1
    taste: Taste = field(default_factory=Taste)
    # A column of times may be stored without a zone and in coarser units.
    odd_times: bool = True
    keys: int = 4
    never_empty: bool = False


@dataclass
class _Source:
    """The columns of a source with the features that read them, and its unique keys.

    A member of a struct is a column and the names within it.
    """

    columns: dict[tuple[str, ...], Feature] = field(default_factory=dict)
    unique: list[tuple[str, ...]] = field(default_factory=list)


def make_case(module: Module, draw: Random, habits: Habits, given: Frames | None = None) -> Case:
    """Rows for all sources, `given` ones as they are, and entity rows for all contracts."""
    return _Maker(module, draw, habits).case(given or {})


class _Maker:
    def __init__(self, module: Module, draw: Random, habits: Habits) -> None:
        self.module = module
        self.draw = draw
        self.habits = habits
        self.sources = _sources(module)
        self.steps = _lengths(module)
        self.anchors = draw.sample(ANCHORS, 2)
        self.keys: dict[tuple[str, DType], list[Value]] = {}

    def case(self, given: Frames) -> Case:
        frames = {
            name: given[name] if name in given else self._frame(source)
            for name, source in self.sources.items()
        }
        if seen := self._times_in(given):
            # Questions are then about the time that the given rows are about.
            self.anchors = seen
        known = self._known_keys(frames)
        entities = {c.name: self._entities(c, known) for c in self.module.contracts}
        return Case(self.module, frames, entities)

    def _frame(self, source: _Source) -> pl.DataFrame:
        count = self._count(self.habits.rows)
        hot = self.draw.random() < 0.2
        columns = {
            path: [self._value(feature, hot and row % 4 > 0) for row in range(count)]
            for path, feature in source.columns.items()
        }
        series = {
            path: self._stored(path[-1], values, source.columns[path])
            for path, values in columns.items()
        }
        frame = pl.DataFrame(self._structs(series, count))
        for keys in source.unique:
            frame = _unique(frame, keys)
        return frame

    def _structs(
        self, series: Mapping[tuple[str, ...], pl.Series], count: int
    ) -> Iterator[pl.Series]:
        """The columns, members of one struct put together; a whole struct may be null."""
        members: dict[str, dict[tuple[str, ...], pl.Series]] = {}
        for path, values in series.items():
            members.setdefault(path[0], {})[path[1:]] = values
        for name, inside in members.items():
            if () in inside:
                yield inside[()]
                continue
            struct = pl.DataFrame(list(self._structs(inside, count))).to_struct(name)
            there = [self.draw.random() >= self.habits.nulls for _ in range(count)]
            yield pl.select(pl.when(pl.Series(there, dtype=pl.Boolean)).then(struct).alias(name))[
                name
            ]

    def _count(self, usual: int) -> int:
        return usual if self.habits.never_empty else self.draw.choice([0, 1, *[usual] * 8])

    def _stored(self, name: str, values: list[Value], feature: Feature) -> pl.Series:
        dtype = stored_as(feature.dtype)
        if feature.dtype in INTEGERS and feature.dtype in _SMALL and self.draw.random() < 0.2:
            dtype = pl.Int64()
        if feature.dtype != TIMESTAMP or not self.habits.odd_times or self.draw.random() < 0.6:
            return pl.Series(name, values, dtype)
        unit = self.draw.choice(["us", "ms"])
        aware = pl.Series(name, values, dtype).dt.cast_time_unit("ms" if unit == "ms" else "us")
        if self.draw.random() < 0.3:
            return aware.dt.convert_time_zone(self.draw.choice(["Europe/Oslo", "Asia/Kolkata"]))
        assert isinstance(feature.compute, Raw)
        naive = aware.dt.convert_time_zone(feature.compute.time_zone).dt.replace_time_zone(None)
        odd = [self.draw.choice(LOCAL_TIMES) if self.draw.random() < 0.2 else t for t in naive]
        return pl.Series(name, odd, naive.dtype)

    def _value(self, feature: Feature, hot: bool = False) -> Value:
        may_be_null = not feature.required or feature.role == "entity"
        if may_be_null and self.draw.random() < self.habits.nulls:
            return None
        if feature.role == "entity":
            pool = self._keys(feature)
            return pool[0] if hot else self.draw.choice(pool)
        if feature.dtype == TIMESTAMP:
            return self._time()
        return draw_allowed(feature, self.draw, self.habits.taste)

    def _keys(self, feature: Feature) -> list[Value]:
        key = (feature.name, feature.dtype)
        if key not in self.keys:
            values = [
                draw_allowed(feature, self.draw, self.habits.taste) for _ in range(self.habits.keys)
            ]
            self.keys[key] = values
        return self.keys[key]

    def _time(self) -> datetime:
        """An anchor less a sum of lengths that the Module speaks of, or one microsecond beside it."""
        back = sum(self.draw.choice(self.steps) for _ in range(self.draw.randint(0, 2)))
        beside = self.draw.choice([0, 0, 0, -1, 1])
        return self.draw.choice(self.anchors) - timedelta(microseconds=back + beside)

    def _times_in(self, frames: Frames) -> list[datetime]:
        """The event times of the rows of sources."""
        found: dict[datetime, None] = {}
        for view in self.module.views:
            if isinstance(view.input, SourceInput) and view.event_timestamp is not None:
                compute = view.by_name[view.event_timestamp].compute
                assert isinstance(compute, Raw)
                if view.input.source in frames:
                    for value in frames[view.input.source][compute.column]:
                        time = convert(value, TIMESTAMP, compute.time_zone)
                        if isinstance(time, datetime):
                            found[time] = None
        return list(found)

    def _known_keys(self, frames: Frames) -> dict[str, list[Value]]:
        """The values of each entity that some source has."""
        known: dict[str, list[Value]] = {}
        for view in self.module.views:
            if isinstance(view.input, SourceInput):
                for name in view.entities:
                    feature = view.by_name[name]
                    assert isinstance(feature.compute, Raw)
                    zone = feature.compute.time_zone
                    for value in frames[view.input.source][feature.compute.column].to_list():
                        known.setdefault(name, []).append(convert(value, feature.dtype, zone))
        return known

    def _entities(self, contract: Contract, known: Mapping[str, list[Value]]) -> pl.DataFrame:
        count = self._count(self.habits.entity_rows)
        series = [
            pl.Series(
                entity.name,
                [self._entity_value(entity.name, entity.dtype, known) for _ in range(count)],
                stored_as(entity.dtype),
                strict=False,
            )
            for entity in contract.entities
        ]
        if contract.needs_event_timestamp:
            times = [None if self.draw.random() < 0.05 else self._time() for _ in range(count)]
            series.append(pl.Series(EVENT_TIMESTAMP, times, stored_as(TIMESTAMP)))
        weight = [self.draw.choice([0.5, None, math.nan]) for _ in range(count)]
        name = "weight of row"
        taken = {used.lower() for used in _columns(contract)}
        if name not in taken:
            series.append(pl.Series(name, weight, pl.Float64))
        return pl.DataFrame(series)

    def _entity_value(self, name: str, dtype: DType, known: Mapping[str, list[Value]]) -> Value:
        chance = self.draw.random()
        if chance < 0.05:
            return None
        if chance < 0.9 and known.get(name):
            return self.draw.choice(known[name])
        return draw_value(dtype, self.draw, self.habits.taste)


_SMALL = frozenset(t for t, (_, highest) in INTEGER_BOUNDS.items() if highest < 2**63)


def _columns(contract: Contract) -> Iterator[str]:
    yield from (e.name for e in contract.entities)
    yield from (i.name for i in contract.inputs)
    yield from (one.feature for one in contract.labels)


def _sources(module: Module) -> dict[str, _Source]:
    """What each source that is read holds."""
    sources: dict[str, _Source] = {}
    for view in module.views:
        if isinstance(view.input, SourceInput):
            source = sources.setdefault(view.input.source, _Source())
            for feature in view.raw:
                assert isinstance(feature.compute, Raw)
                path = (feature.compute.column, *(feature.compute.path or ()))
                source.columns.setdefault(path, feature)
    used = [module.view_by_name[used.view] for c in module.contracts for used in c.uses]
    by_key = [(view, view.entities) for view in used if view.event_timestamp is None]
    for view in module.views:
        if isinstance(view.input, JoinInput | AsOfInput):
            by_key += _joined_by_key(module, view.input)
    for view, names in by_key:
        source_name, keys = _origin(module, view, names)
        if keys not in sources[source_name].unique:
            sources[source_name].unique.append(keys)
    return sources


def _joined_by_key(module: Module, given: Rows) -> Iterator[tuple[View, tuple[str, ...]]]:
    """The views that are joined by a key, and the key; a computed key is left to chance."""
    if isinstance(given, JoinInput):
        right, keys = module.view_by_name[given.right], tuple(b for _, b in given.on)
        if all(isinstance(right.by_name[key].compute, Raw) for key in keys):
            yield right, keys
    if isinstance(given, JoinInput | AsOfInput):
        yield from _joined_by_key(module, given.left)


def _origin(module: Module, view: View, names: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The source that a view reads, through other views, and the columns of raw features there."""
    columns: list[str] = []
    for name in names:
        compute = view.by_name[name].compute
        assert isinstance(compute, Raw)
        columns.append(compute.column)
    match view.input:
        case SourceInput(source=source):
            return source, tuple(columns)
        case given:
            # Of a join or a stack, the first source that has the columns: it makes the keys.
            first, _ = origins_in(given, columns[0])[0]
            inner = [
                name for column in columns for v, name in origins_in(given, column) if v == first
            ]
            return _origin(module, module.view_by_name[first], inner)


def _unique(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The first row of each key, and all rows without one; floats as keys, -0.0 is 0.0."""
    seen: set[tuple[object, ...]] = set()
    keep: list[bool] = []
    # `select` would take a key called "*" for all columns.
    for row in zip(*(frame[key] for key in keys), strict=True):
        key = tuple("nan" if v != v else v for v in row)
        keep.append(None in key or key not in seen)
        seen.add(key)
    return frame.filter(pl.Series(keep, dtype=pl.Boolean))


def _lengths(module: Module) -> list[int]:
    """The lengths in microseconds that windows, offsets and lives of state have."""
    found = {0, 3_600_000_000}
    for view in module.views:
        found.add(view.ttl or 0)
        for feature in view.features:
            if isinstance(feature.compute, Aggregated):
                window = feature.compute.window
                length = window.length or 0
                found |= {length, window.offset, length + window.offset, window.resolution or 0}
    return sorted(found)


def draw_allowed(feature: Feature, draw: Random, taste: Taste) -> Value:
    """A value that the constraints of a feature allow; null where none is found."""
    for constraint in feature.constraints:
        if constraint.name == "accepted_values":
            return draw.choice(constraint.values)
    bounds: dict[str, Scalar] = {c.name: c.values[0] for c in feature.constraints}
    pattern = bounds.get("matches")
    for _ in range(_TRIES):
        if isinstance(pattern, str):
            value: Value = draw_match(pattern, draw)
        else:
            value = draw_value(feature.dtype, draw, taste)
        value = _bounded(value, feature.dtype, bounds, draw)
        if all(is_allowed(value, c) for c in feature.constraints):
            return value
    return None


def _bounded(value: Value, dtype: DType, bounds: Mapping[str, Scalar], draw: Random) -> Value:
    """The value brought between bounds or to an allowed length."""
    if dtype in INTEGERS | FLOATS and bounds.keys() & {"lower_bound", "upper_bound"}:
        lowest, highest = bounds.get("lower_bound"), bounds.get("upper_bound")
        low = float(lowest) if isinstance(lowest, int | float) else None
        high = float(highest) if isinstance(highest, int | float) else None
        if low is None:
            low = (high or 0.0) - 100
        if high is None:
            high = low + 100
        number = draw.choice([low, high, draw.uniform(low, high)])
        if dtype in INTEGERS:
            return round(number)
        return to_float32(number) if dtype == FLOAT32 else number
    if dtype.name == "List" and isinstance(value, list):
        shortest, longest = bounds.get("min_length"), bounds.get("max_length")
        if isinstance(shortest, int) and len(value) < shortest:
            value = (value or [None]) * shortest
        return value[:longest] if isinstance(longest, int) else value
    if dtype == STRING and isinstance(value, str):
        shortest, longest = bounds.get("min_length"), bounds.get("max_length")
        if isinstance(shortest, int):
            value = value + "x" * max(0, shortest - len(value))
        if isinstance(longest, int):
            value = value[:longest]
        start, end = bounds.get("starts_with"), bounds.get("ends_with")
        return f"{start or ''}{value}{end or ''}"
    return value


def is_allowed(value: Value, constraint: Constraint) -> bool:
    """Whether a value meets a constraint; a null meets all."""
    first = constraint.values[0] if constraint.values else None
    match constraint.name, value, first:
        case _, None, _:
            return True
        case "accepted_values", _, _:
            return value in constraint.values
        case "lower_bound", int() | float(), int() | float():
            return value >= first
        case "upper_bound", int() | float(), int() | float():
            return value <= first
        case "min_length", str() | list(), int():
            return len(value) >= first
        case "max_length", str() | list(), int():
            return len(value) <= first
        case "starts_with", str(), str():
            return value.startswith(first)
        case "ends_with", str(), str():
            return value.endswith(first)
        case "matches", str(), str():
            return re.search(spell(parse(first), "python"), value) is not None
        case _:
            return True


def features_without_values(module: Module, given: Container[str]) -> list[str]:
    """What no data can be made for, as `view.feature: type`; `given` are sources with rows."""
    return [
        f"{view.name}.{feature.name}: {feature.dtype}"
        for view in module.views
        if isinstance(view.input, SourceInput) and view.input.source not in given
        for feature in view.raw
        if kind_of(feature.dtype) is None
    ]
