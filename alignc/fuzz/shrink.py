"""Make a failing case small: fewer definitions, shorter expressions, fewer rows, plainer values.

Each step proposes smaller cases; the first that still fails is kept, until none does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl

from alignc.errors import AligncError, Diagnostics
from alignc.fuzz.modules import windowed_names
from alignc.ir.expr import Expr, columns_of, walk
from alignc.ir.infer import infer_dtype
from alignc.ir.module import (
    Aggregated,
    AsOfInput,
    Contract,
    Derived,
    JoinInput,
    Module,
    Raw,
    Rows,
    SourceInput,
    StackInput,
    View,
    ViewInput,
    Window,
    origins_in,
    views_in,
)
from alignc.ir.types import DType
from alignc.ir.verify import verify_module
from alignc.verify.rounding import rebuilt
from alignc.verify.rows import Case

Fails = Callable[[Case], bool]


def shrink(case: Case, fails: Fails, tries: int = 600) -> Case:
    """A case that fails as well and has nothing to leave out, as far as `tries` runs tell."""
    left = tries
    for propose in (
        _definitions,
        _relations,
        _rows,
        _features,
        _expressions,
        _rows,
        _features,
        _values,
    ):
        again = True
        while again and left > 0:
            again = False
            for smaller in propose(case):
                if left <= 0:
                    break
                if not _is_sound(smaller.module):
                    continue
                left -= 1
                if fails(smaller):
                    case, again = smaller, True
                    break
    pruned = _without_unread_columns(case)
    return pruned if fails(pruned) else case


def _without_unread_columns(case: Case) -> Case:
    read: dict[str, set[str]] = {name: set() for name in case.sources}
    for view in case.module.views:
        if isinstance(view.input, SourceInput):
            read[view.input.source] |= {
                f.compute.column for f in view.raw if isinstance(f.compute, Raw)
            }
    sources = {
        name: frame.drop([c for c in frame.columns if c not in read[name]])
        for name, frame in case.sources.items()
    }
    return replace(case, sources=sources)


def _is_sound(module: Module) -> bool:
    try:
        verify_module(module, "shrinking")
    except (AligncError, KeyError):
        return False
    return bool(module.views)


# -- definitions


def _definitions(case: Case) -> Iterator[Case]:
    module = case.module
    for contract in module.contracts:
        yield _with(case, module, contracts=tuple(c for c in module.contracts if c != contract))
    needed = {name for v in module.views for name in views_in(v.input)}
    needed |= {used.view for c in module.contracts for used in c.uses}
    for view in module.views:
        if view.name not in needed:
            yield _with(case, module, views=tuple(v for v in module.views if v != view))


def _with(case: Case, module: Module, **changes: object) -> Case:
    """The case with a changed Module and without sources that nobody reads any more."""
    changed = rebuilt(module, **changes)
    read = {v.input.source for v in changed.views if isinstance(v.input, SourceInput)}
    names = {c.name for c in changed.contracts}
    return replace(
        case,
        module=rebuilt(changed, sources=tuple(s for s in changed.sources if s.name in read)),
        sources={name: frame for name, frame in case.sources.items() if name in read},
        entities={name: frame for name, frame in case.entities.items() if name in names},
    )


def _with_view(case: Case, old: View, **changes: object) -> Case:
    new = rebuilt(old, **changes)
    views = tuple(new if v is old else v for v in case.module.views)
    return _with(case, case.module, views=views)


# -- features


def _features(case: Case) -> Iterator[Case]:
    module = case.module
    for contract in module.contracts:
        for part in ("inputs", "labels"):
            given: Sequence[object] = getattr(contract, part)
            for one in given:
                rest = tuple(x for x in given if x is not one)
                changed = _without_unused_keys(module, rebuilt(contract, **{part: rest}))
                if changed.uses:
                    contracts = tuple(changed if c is contract else c for c in module.contracts)
                    yield _with(case, module, contracts=contracts)
    for view in module.views:
        if view.description or view.ttl is not None:
            yield _with_view(case, view, description=None, ttl=None)
        if view.availability_delay:
            yield _with_view(case, view, availability_delay=0)
        if view.tie_breakers:
            yield _with_view(case, view, tie_breakers=())
        if isinstance(view.input, ViewInput) and view.input.where is not None:
            yield _with_view(case, view, input=ViewInput(view=view.input.view))
        read = _read_of(module, view)
        for feature in reversed(view.features):
            if feature.name not in read and len(view.features) > 1:
                yield _with_view(
                    case, view, features=tuple(f for f in view.features if f is not feature)
                )


def _without_unused_keys(module: Module, contract: Contract) -> Contract:
    used = [module.view_by_name[u.view] for u in contract.uses]
    names = {name for view in used for name in view.entities}
    times = [module.view_by_name[i.view].event_timestamp for i in contract.inputs]
    return rebuilt(
        contract,
        entities=tuple(e for e in contract.entities if e.name in names),
        needs_event_timestamp=any(time is not None for time in times)
        or any(
            one.feature in windowed_names(module.view_by_name[one.view]) for one in contract.labels
        ),
    )


def _read_of(module: Module, view: View) -> set[str]:
    """The features of a view that something else reads."""
    read = set(view.tie_breakers)
    for feature in view.features:
        match feature.compute:
            case Derived(expr=expr):
                read |= columns_of(expr)
            case Aggregated(value=value):
                read |= columns_of(value)
            case Raw():
                pass
    for other in module.views:
        if isinstance(other.input, ViewInput) and other.input.view == view.name:
            read |= {f.compute.column for f in other.raw if isinstance(f.compute, Raw)}
            read |= columns_of(other.input.where) if other.input.where is not None else set()
        elif not isinstance(other.input, SourceInput):
            read |= _read_by(other.input, other, view.name)
    read |= {u.feature for c in module.contracts for u in c.uses if u.view == view.name}
    if any(u.view == view.name for c in module.contracts for u in c.uses):
        read |= set(view.entities)
    if any(isinstance(f.compute, Aggregated) for f in view.features):
        read |= {*view.entities, view.event_timestamp or ""}
    return read


def _read_by(given: Rows, view: View, base: str) -> set[str]:
    """The features of `base` that `view` reads through joins and stacks."""
    columns = [f.compute.column for f in view.raw if isinstance(f.compute, Raw)]
    match given:
        case ViewInput(where=where):
            read = columns_of(where) if where is not None and given.view == base else set()
        case StackInput():
            read = set(given.columns)
        case JoinInput() | AsOfInput():
            read = _read_by(given.left, view, base)
            asked = [a for a, _ in given.on]
            asked += [given.time] if isinstance(given, AsOfInput) else []
            read |= {n for a in asked for v, n in origins_in(given.left, a) if v == base}
            if given.right == base:
                read |= {b for _, b in given.on} | {name for name, _ in given.columns}
    return read | {n for c in columns for v, n in origins_in(given, c) if v == base}


# -- rows of other views


def _relations(case: Case) -> Iterator[Case]:
    for view in case.module.views:
        if not isinstance(view.input, SourceInput):
            read = {f.compute.column for f in view.raw if isinstance(f.compute, Raw)}
            for smaller in _simpler(view.input, read):
                yield _with_view(case, view, input=smaller)


def _simpler(given: Rows, read: set[str]) -> Iterator[Rows]:
    """Less of a relation, with all columns that are read."""
    match given:
        case ViewInput(where=where):
            if where is not None:
                yield ViewInput(view=given.view)
        case StackInput(columns=columns):
            for name in columns:
                if name not in read:
                    yield rebuilt(given, columns=tuple(c for c in columns if c != name))
        case JoinInput() | AsOfInput():
            new = {b for _, b in given.columns}
            if not new & read:
                yield given.left
            for pair in given.columns:
                if pair[1] not in read:
                    yield rebuilt(given, columns=tuple(c for c in given.columns if c != pair))
            for left in _simpler(given.left, read | {a for a, _ in given.on}):
                yield rebuilt(given, left=left)


# -- expressions


def _expressions(case: Case) -> Iterator[Case]:
    for view in case.module.views:
        dtypes = {f.name: f.dtype for f in view.features}

        for feature in view.features:
            match feature.compute:
                case Derived(expr=expr):
                    smaller: list[Derived | Aggregated] = [
                        Derived(expr=p) for p in _parts(expr, dtypes)
                    ]
                case Aggregated(value=value, window=window) as made:
                    smaller = [rebuilt(made, value=p) for p in _parts(value, dtypes)]
                    plain = Window(length=window.length)
                    if window != plain and not window.is_ahead:
                        smaller.append(rebuilt(made, window=plain))
                    if window.length is not None and not window.is_ahead:
                        smaller.append(rebuilt(made, window=Window()))
                case Raw():
                    smaller = []
            for compute in smaller:
                changed = rebuilt(feature, compute=compute)
                features = tuple(changed if f is feature else f for f in view.features)
                yield _with_view(case, view, features=features)


def _parts(expr: Expr, dtypes: Mapping[str, DType]) -> Iterator[Expr]:
    """What is inside an expression and has its type."""
    own = infer_dtype(expr, dtypes, Diagnostics())
    for part in walk(expr):
        if part is not expr and infer_dtype(part, dtypes, Diagnostics()) == own:
            yield part


# -- rows


def _rows(case: Case) -> Iterator[Case]:
    for name, frame in case.sources.items():
        for less in _less(frame):
            yield replace(case, sources={**case.sources, name: less})
    for name, frame in case.entities.items():
        for less in _less(frame):
            yield replace(case, entities={**case.entities, name: less})


def _less(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    size = frame.height
    step = size
    while step >= 1:
        for start in range(0, size, step):
            yield pl.concat([frame[:start], frame[start + step :]])
        step //= 2


def _values(case: Case) -> Iterator[Case]:
    for name, frame in case.sources.items():
        for plainer in _plainer(frame):
            yield replace(case, sources={**case.sources, name: plainer})


def _plainer(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for column in frame.columns:
        values = frame[column].to_list()
        for i, value in enumerate(values):
            for simple in _simple(value):
                changed = [*values[:i], simple, *values[i + 1 :]]
                yield frame.with_columns(pl.Series(column, changed, frame[column].dtype))


def _simple(value: object) -> list[object]:
    match value:
        case None | bool():
            return []
        case int():
            return [None, 1] if value not in (0, 1) else []
        case float():
            return [None, 1.0] if value not in (0.0, 1.0) else []
        case str():
            return [None, "a"] if value not in ("", "a") else []
        case datetime() if value.tzinfo is not None:
            day = datetime(2026, 1, 1, tzinfo=UTC)
            return [day] if value != day else []
        case _:
            return []
