"""All times of data and questions moved by whole weeks: answers stay, but for the times in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

import polars as pl

from alignc.fuzz.changes import Change, Changes
from alignc.fuzz.varied import Answers, Varied, Wanted
from alignc.interpreter.convert import convert
from alignc.interpreter.values import Value
from alignc.ir.module import Module, Raw, SourceInput
from alignc.ir.types import TIMESTAMP
from alignc.verify.rows import Case, Frames

# Up to twenty years: past the last clock change that zones list one by one.
_WEEKS: Final = (1, 52, 522, 1044, -1, -522)
# Times in them can move, and be moved further by constants, without an end of the calendar in sight.
_YEARS: Final = range(1000, 9000)
_UTC: Final = pl.Datetime("us", "UTC")
# Source or contract -> the columns that are times, with the zone of naive ones.
Zones = Mapping[str, Mapping[str, str]]


def with_moved_times(case: Case, draw: Random) -> Varied:
    """Everything some weeks earlier or later, unless a time is far from today."""
    by = timedelta(weeks=draw.choice(_WEEKS))
    in_sources = _zones_in_sources(case.module)
    in_entities = {
        name: {n: "UTC" for n, t in frame.schema.items() if isinstance(t, pl.Datetime)}
        for name, frame in case.entities.items()
    }
    sources = _moved(case.sources, in_sources, by) if in_sources is not None else None
    entities = _moved(case.entities, in_entities, by)
    if in_sources is None or sources is None or entities is None:
        return Varied("moved times", case, {})
    changes = Changes(case.module, {n: frozenset(zones) for n, zones in in_sources.items()})
    wanted: dict[str, Wanted] = {}
    for view in case.module.views:
        if (told := changes.of_view(view.name)) is not None:
            wanted[view.name] = _moving(told, by)
    for contract in case.module.contracts:
        given = dict.fromkeys(case.entities[contract.name].columns, Change.NONE)
        given |= dict.fromkeys(in_entities[contract.name], Change.MOVED)
        wanted[contract.name] = _moving({**given, **changes.of_contract(contract)}, by)
    return Varied("moved times", replace(case, sources=sources, entities=entities), wanted)


def _zones_in_sources(module: Module) -> Zones | None:
    """The columns that are times for some view; None if views find two zones in one."""
    found: dict[str, dict[str, str]] = {source.name: {} for source in module.sources}
    for view in module.views:
        if isinstance(view.input, SourceInput):
            zones = found[view.input.source]
            for feature in view.raw:
                assert isinstance(feature.compute, Raw)
                if feature.dtype == TIMESTAMP:
                    zone = feature.compute.time_zone
                    if zones.setdefault(feature.compute.column, zone) != zone:
                        return None
    return found


def _moved(frames: Frames, zones: Zones, by: timedelta) -> Frames | None:
    """The frames with times moved, which then have a zone; None if one is far from today."""
    moved: dict[str, pl.DataFrame] = {}
    for name, frame in frames.items():
        times = {
            column: [convert(value, TIMESTAMP, zone) for value in frame[column]]
            for column, zone in zones[name].items()
        }
        known = [t for values in times.values() for t in values if isinstance(t, datetime)]
        if not all(time.year in _YEARS for time in known):
            return None
        moved[name] = frame.with_columns(
            pl.Series(column, values, _UTC) + by for column, values in times.items()
        )
    return moved


def _moving(changes: Mapping[str, Change], by: timedelta) -> Wanted:
    def moved(name: str, value: Value) -> Value:
        is_moved = changes[name] is Change.MOVED and isinstance(value, datetime)
        return value + by if is_moved else value  # type: ignore[operator]

    def wanted(rows: Answers) -> Answers:
        return [
            {n: moved(n, v) for n, v in row.items() if changes[n] is not Change.UNKNOWN}
            for row in rows
        ]

    return wanted
