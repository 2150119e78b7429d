"""Changes of a case that must not change its answers, beyond what they say themselves.

Each gives the changed case and what the interpreter must say of it; the engines then run the changed
case. So an oracle that depends on the order of rows, or on a row of another key, is found as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

import polars as pl

from alignc.fuzz.moved_times import with_moved_times
from alignc.fuzz.split import with_a_split_source
from alignc.fuzz.varied import Answers, Varied, Wanted, as_before
from alignc.ir.expr import Column, Expr, substitute
from alignc.ir.module import (
    Aggregated,
    AsOfInput,
    Contract,
    Derived,
    Feature,
    Input,
    JoinInput,
    Label,
    Module,
    Raw,
    Rows,
    SourceInput,
    StackInput,
    View,
    ViewInput,
)
from alignc.ir.plan import EVENT_TIMESTAMP
from alignc.verify.compare import pairs, same
from alignc.verify.rounding import expected, rebuilt
from alignc.verify.rows import Case


def _twice(rows: Answers) -> Answers:
    return [*rows, *rows]


def shuffled(case: Case, draw: Random) -> Varied:
    """The rows of the sources in another order."""
    sources = {
        name: frame[draw.sample(range(frame.height), frame.height)]
        for name, frame in case.sources.items()
    }
    names = [v.name for v in case.module.views] + [c.name for c in case.module.contracts]
    return Varied("shuffled", replace(case, sources=sources), dict.fromkeys(names, as_before))


def duplicated(case: Case, draw: Random) -> Varied:
    """Each entity row twice."""
    entities = {name: pl.concat([frame, frame]) for name, frame in case.entities.items()}
    wanted = {c.name: _twice for c in case.module.contracts}
    return Varied("duplicated", replace(case, entities=entities), wanted)


def with_later_events(case: Case, draw: Random) -> Varied:
    """A row more in each source, after the last entity row; a label would see it."""
    after = _last_time(case) + timedelta(days=3)
    sources = dict(case.sources)
    for name, frame in case.sources.items():
        views = _views_over(case.module, name)
        if frame.height and all(v.event_timestamp is not None for v in views):
            times = dict(_raw_of(v, v.event_timestamp or "") for v in views)
            late = frame[draw.randrange(frame.height)].with_columns(
                _stored_as(pl.Series(column, [after], _UTC), frame.schema[column], zone)
                for column, zone in times.items()
            )
            sources[name] = pl.concat([frame, late])
    wanted = {
        c.name: as_before
        for c in case.module.contracts
        if not c.labels
        and all(_is_timed_over_source(case.module.view_by_name[i.view]) for i in c.inputs)
    }
    return Varied("later events", replace(case, sources=sources), wanted)


def with_another_key(case: Case, draw: Random) -> Varied:
    """A row more in each source with whole numbers in all its keys, one that nobody asks for."""
    asked = {v for frame in case.entities.values() for row in frame.iter_rows() for v in row}
    free = next(number for number in range(50, 120) if number not in asked)
    sources = dict(case.sources)
    for name, frame in case.sources.items():
        keys = [
            [c for c, _ in (_raw_of(v, n) for n in v.entities) if frame.schema[c].is_integer()]
            for v in _views_over(case.module, name)
        ]
        if frame.height and all(keys):
            columns = {column for of_view in keys for column in of_view}
            changed = [pl.lit(free).cast(frame.schema[c]).alias(c) for c in sorted(columns)]
            row = frame[draw.randrange(frame.height)].with_columns(changed)
            sources[name] = pl.concat([frame, row])
    wanted = {
        c.name: as_before
        for c in case.module.contracts
        if all(isinstance(case.module.view_by_name[u.view].input, SourceInput) for u in c.uses)
    }
    return Varied("another key", replace(case, sources=sources), wanted)


def renamed(case: Case, draw: Random) -> Varied:
    """All features and columns under other names."""
    module = case.module
    sources = {
        name: frame.rename({c: _new(c) for c in frame.columns})
        for name, frame in case.sources.items()
    }
    entities: dict[str, pl.DataFrame] = {}
    wanted: dict[str, Wanted] = {v.name: _renaming(()) for v in module.views}
    for contract in module.contracts:
        frame = case.entities[contract.name]
        keys = {e.name for e in contract.entities}
        entities[contract.name] = frame.rename({c: _new(c) for c in frame.columns if c in keys})
        wanted[contract.name] = _renaming(tuple(c for c in frame.columns if c not in keys))
    changed = rebuilt(
        module,
        views=tuple(_renamed_view(module, v) for v in module.views),
        contracts=tuple(_renamed_contract(c) for c in module.contracts),
    )
    return Varied("renamed", Case(changed, sources, entities), wanted)


VARIATIONS: Final[tuple[Callable[[Case, Random], Varied], ...]] = (
    shuffled,
    duplicated,
    with_later_events,
    with_another_key,
    with_moved_times,
    with_a_split_source,
    renamed,
)


def contradictions(case: Case, varied: Varied) -> Iterator[str]:
    """Where the interpreter says something else of the changed case."""
    before: list[View | Contract] = [*case.module.views, *case.module.contracts]
    changed: list[View | Contract] = [*varied.case.module.views, *varied.case.module.contracts]
    after = {definition.name: definition for definition in changed}
    for old in before:
        if old.name in varied.wanted:
            said = f"{varied.name}: `{old.name}`"
            for fault in _differences(case, varied, old, after[old.name]):
                yield f"{said} {fault}"


def _differences(
    case: Case, varied: Varied, old: View | Contract, new: View | Contract
) -> Iterator[str]:
    try:
        wanted = varied.wanted[old.name](expected(case, old))
    except ValueError:
        # A key that is there twice has no answer, changed or not.
        return
    there = expected(varied.case, new)
    if len(wanted) != len(there):
        yield f"has {len(there)} rows, not {len(wanted)}"
        return
    matched = pairs(wanted, there) if isinstance(old, View) else enumerate(there)
    for number, row in matched:
        for column, value in wanted[number].items():
            if not same(value, row[column]):
                yield f"row {number}, column `{column}`: {row[column]!r}, not {value!r}"


# -- what a case says about its rows

_UTC = pl.Datetime("us", "UTC")


def _last_time(case: Case) -> datetime:
    times = [
        time
        for frame in case.entities.values()
        if EVENT_TIMESTAMP in frame.columns
        for time in frame[EVENT_TIMESTAMP].drop_nulls().cast(_UTC).to_list()
    ]
    return max(times, default=datetime.fromisoformat("2026-12-01T00:00:00Z"))


def _views_over(module: Module, source: str) -> list[View]:
    return [v for v in module.views if v.input == SourceInput(source=source)]


def _is_timed_over_source(view: View) -> bool:
    return isinstance(view.input, SourceInput) and view.event_timestamp is not None


def _raw_of(view: View, feature: str) -> tuple[str, str]:
    """The column of a feature and the zone of naive times in it."""
    compute = view.by_name[feature].compute
    assert isinstance(compute, Raw)
    return compute.column, compute.time_zone


def _stored_as(times: pl.Series, dtype: pl.DataType, zone: str) -> pl.Series:
    assert isinstance(dtype, pl.Datetime)
    if dtype.time_zone is not None:
        return times.cast(dtype)
    return times.dt.convert_time_zone(zone).dt.replace_time_zone(None).cast(dtype)


# -- other names


def _new(name: str) -> str:
    return f"{name} again"


def _renaming(kept: tuple[str, ...]) -> Wanted:
    return lambda rows: [
        {name if name in kept else _new(name): value for name, value in row.items()} for row in rows
    ]


def _new_columns(view: View) -> dict[str, Expr]:
    return {f.name: Column(name=_new(f.name)) for f in view.features}


def _renamed_view(module: Module, view: View) -> View:
    names = _new_columns(view)
    given = view.input
    if not isinstance(given, SourceInput):
        given = _renamed_rows(module, given)
    features = tuple(
        rebuilt(f, name=_new(f.name), compute=_renamed_compute(f, names)) for f in view.features
    )
    breakers = tuple(map(_new, view.tie_breakers))
    fresh = None if view.freshness is None else _new(view.freshness)
    return rebuilt(view, input=given, features=features, tie_breakers=breakers, freshness=fresh)


def _renamed_rows(module: Module, given: Rows) -> Rows:
    match given:
        case ViewInput(view=name, where=where):
            base = _new_columns(module.view_by_name[name])
            return rebuilt(given, where=None if where is None else substitute(where, base))
        case StackInput(columns=columns, source_column=origin):
            new = None if origin is None else _new(origin)
            return rebuilt(given, columns=tuple(map(_new, columns)), source_column=new)
        case JoinInput():
            return rebuilt(
                given,
                left=_renamed_rows(module, given.left),
                on=tuple((_new(a), _new(b)) for a, b in given.on),
                columns=tuple((_new(a), _new(b)) for a, b in given.columns),
            )
        case AsOfInput():
            return rebuilt(
                given,
                left=_renamed_rows(module, given.left),
                on=tuple((_new(a), _new(b)) for a, b in given.on),
                columns=tuple((_new(a), _new(b)) for a, b in given.columns),
                time=_new(given.time),
            )


def _renamed_compute(feature: Feature, names: dict[str, Expr]) -> Raw | Derived | Aggregated:
    match feature.compute:
        case Raw(column=column, path=path, time_zone=zone):
            return Raw(column=_new(column), path=path, time_zone=zone)
        case Derived(expr=expr):
            return Derived(expr=substitute(expr, names))
        case Aggregated() as made:
            return rebuilt(made, value=substitute(made.value, names))


def _renamed_contract(contract: Contract) -> Contract:
    return rebuilt(
        contract,
        entities=tuple(rebuilt(e, name=_new(e.name)) for e in contract.entities),
        inputs=tuple(
            Input(view=i.view, feature=_new(i.feature), name=_new(i.name)) for i in contract.inputs
        ),
        labels=tuple(
            Label(view=x.view, feature=_new(x.feature), prediction=x.prediction, problem=x.problem)
            for x in contract.labels
        ),
    )
