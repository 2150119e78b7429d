"""Views as plan steps, written in the plainest way; the passes make them good.

Every feature of a view is computed, every window has an aggregate step of its own. What is not
needed, and what can be shared, is the passes' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal as Tag

from alignc.artifacts.stored import NOTHING, Stored
from alignc.ir.expr import Column, Expr, Literal, call, columns_of, literal
from alignc.ir.module import (
    Aggregated,
    Derived,
    Feature,
    FileSource,
    Module,
    Raw,
    Source,
    SourceInput,
    UnixTime,
    View,
    Window,
)
from alignc.ir.naming import short_name
from alignc.ir.ops import AGGREGATES
from alignc.ir.ops.time import WEEK
from alignc.ir.plan import (
    GRID,
    AsOfJoin,
    Distinct,
    JoinSide,
    KeyJoin,
    NamedExpr,
    Plan,
    Project,
    Scan,
    ScanColumn,
    Schema,
    Slice,
    Step,
    StepNode,
    WindowAggregate,
    WindowColumn,
    Write,
    schema_of,
)
from alignc.ir.print import show_duration, show_events, window_name
from alignc.ir.time_frames import are_mergeable, needs_order
from alignc.ir.types import BOOL, DURATION, FLOATS, INTEGERS, TIMESTAMP


class PlanBuilder:
    """Steps in the making, under names that are not taken yet."""

    def __init__(self, module: Module, stored: Stored = NOTHING) -> None:
        self.module = module
        self.stored = stored
        self.steps: list[Step] = []
        self.schemas: dict[str, Schema] = {}
        # A step must not hide a relation that a program reads.
        # Case decides nothing: DuckDB does not tell `A` from `a`.
        read = module.source_by_name.keys() - stored.sources.keys()
        self._taken = {"entities", "entity_rows", *map(str.lower, read)}
        self._taken |= {name.lower() for name in stored.relations}

    def add(self, name: str, node: StepNode, comment: str | None = None) -> str:
        name = short_name(name)
        unique, count = name, 2
        while unique.lower() in self._taken:
            unique, count = f"{name}_{count}", count + 1
        self._taken.add(unique.lower())
        self.steps.append(Step(name=unique, node=node, comment=comment))
        self.schemas[unique] = schema_of(node, self.schemas)
        return unique

    def write_all(self, step: str) -> None:
        """The result is a step as it is."""
        columns = tuple(
            NamedExpr(name=name, expr=Column(name=name), dtype=dtype)
            for name, dtype in self.schemas[step].items()
        )
        self.add("result", Write(input=step, columns=columns))

    def reads(self, relation: str) -> None:
        """No step from here on is called like a relation that the plan reads."""
        self._taken.add(relation.lower())

    def finish(self, name: str) -> Plan:
        return Plan(name=name, steps=tuple(self.steps))


def row_features(view: View) -> list[Feature]:
    """The features that one row of the view's input tells."""
    windowed = windowed_features(view)
    return [f for f in view.features if f not in windowed]


def windowed_features(view: View) -> list[Feature]:
    """The aggregates and what is computed from them."""
    names: set[str] = set()
    found: list[Feature] = []
    for feature in view.features:
        match feature.compute:
            case Aggregated():
                is_windowed = True
            case Derived(expr=expr):
                is_windowed = bool(columns_of(expr) & names)
            case Raw():
                is_windowed = False
        if is_windowed:
            names.add(feature.name)
            found.append(feature)
    return found


def row_relation(view: View, plan: PlanBuilder, *, sliced: bool = False) -> str:
    """The step with all row-level features of a view, one row for each row of its input.

    If it is `sliced` there are only the rows that a run is about.
    """
    if (relation := plan.stored.rows.get(view.name)) is not None:
        step = _read_stored(view.name, relation, row_features(view), plan)
        return _slice(view, step, plan) if sliced else step
    raw = [f for f in view.features if isinstance(f.compute, Raw)]
    derived = [f for f in row_features(view) if isinstance(f.compute, Derived)]
    match view.input:
        case SourceInput(source=source):
            name = f"{view.name}_raw" if derived else view.name
            given = plan.module.source_by_name[source]
            columns = tuple(scan_column(f, given) for f in raw)
            step = plan.add(name, plan.stored.scan(source, columns))
        case given:
            # Views read views: the two files need each other.
            from alignc.artifacts.inputs import input_relation

            step = input_relation(view.name, given, plan)
            taken = tuple(_named(f, Column(name=_raw_column(f))) for f in raw)
            name = f"{view.name}_raw" if derived else view.name
            step = plan.add(name, Project(input=step, columns=taken))
    if sliced:
        step = _slice(view, step, plan)
    return derive(view.name, step, raw, derived, plan)


def _read_stored(name: str, relation: str, features: Sequence[Feature], plan: PlanBuilder) -> str:
    """The step with features that are in a relation already."""
    columns = tuple(ScanColumn(name=f.name, column=f.name, dtype=f.dtype) for f in features)
    return plan.add(name, Scan(source=relation, columns=columns, typed=True))


def _slice(view: View, step: str, plan: PlanBuilder, reach: tuple[int | None, int] = (0, 0)) -> str:
    """The step with the rows that a run is about; all of them if the view has no time."""
    if view.event_timestamp is None:
        return step
    before, after = reach
    # A view without entities has no windows: any partition of its rows will do.
    by = view.entities or (view.event_timestamp,)
    node = Slice(input=step, time=view.event_timestamp, by=by, before=before, after=after)
    if reach == (0, 0):
        return plan.add(f"{view.name}_rows", node, "The rows of this run.")
    return plan.add(f"{view.name}_events", node, "The events that rows of this run see.")


def _reach(view: View) -> tuple[int | None, int]:
    """How many microseconds before and after a row the events that it sees may be."""
    windows = [
        _window_column(f, view.availability_delay).window
        for f in view.features
        if isinstance(f.compute, Aggregated)
    ]
    after = max(0, *(-w.offset for w in windows))
    if any(w.length is None for w in windows):
        return None, after
    return max(w.offset + w.length + (w.resolution or 0) for w in windows if w.length), after


def full_relation(view: View, plan: PlanBuilder, *, sliced: bool = False) -> str:
    """The step with all features of a view, of the rows that a run is about if it is `sliced`.

    A view with a feature of its rows has one row for each row of its input; a view of aggregates
    alone has one row for each entity and time at which something happened.
    """
    if (relation := plan.stored.views.get(view.name)) is not None:
        return _read_stored(view.name, relation, view.features, plan)
    windowed = windowed_features(view)
    if not windowed:
        return row_relation(view, plan, sliced=sliced)
    events = seen = row_relation(view, plan)
    if sliced:
        seen, events = _slice(view, events, plan, _reach(view)), _slice(view, events, plan)
    assert view.event_timestamp is not None
    keys = (*view.entities, view.event_timestamp)
    moments = plan.add(
        f"{view.name}_moments",
        Distinct(input=events, columns=keys),
        "Each entity and time at which something happened.",
    )
    on = tuple((name, name) for name in view.entities)
    windows = window_steps(view, seen, moments, view.event_timestamp, on, keys, plan)
    rows = row_features(view)
    has_rows = any(f.role in ("feature", "created_at", "valid_to") for f in rows)
    left, left_columns = (events, tuple(f.name for f in rows)) if has_rows else (moments, keys)
    by_moment = tuple((name, name) for name in keys)
    joined = plan.add(
        f"{view.name}_joined",
        KeyJoin(
            left=left,
            left_columns=left_columns,
            rights=tuple(
                JoinSide(input=step, on=by_moment, columns=tuple((n, n) for n in names))
                for step, names in windows
            ),
        ),
    )
    given = [f for f in rows if f.name in left_columns]
    aggregates = [f for f in windowed if isinstance(f.compute, Aggregated)]
    # A row without a key or a time has no moment: it saw no events.
    filled = tuple(_named(f, _or_empty(f)) for f in aggregates)
    kept = tuple(_named(f, Column(name=f.name)) for f in given)
    step = plan.add(f"{view.name}_filled", Project(input=joined, columns=kept + filled))
    derived = [f for f in windowed if isinstance(f.compute, Derived)]
    return derive(f"{view.name}_features", step, [*given, *aggregates], derived, plan)


def _or_empty(feature: Feature) -> Expr:
    assert isinstance(feature.compute, Aggregated)
    empty = AGGREGATES[feature.compute.aggregate].empty
    column = Column(name=feature.name)
    return column if empty is None else call("fill_na", column, literal(empty))


def window_steps(
    view: View,
    events: str,
    left: str,
    left_time: str,
    on: tuple[tuple[str, str], ...],
    left_columns: tuple[str, ...],
    plan: PlanBuilder,
) -> list[tuple[str, list[str]]]:
    """A step for each window of a view, with the names of its aggregates.

    Aggregates that can be put together from parts and those that see each row are in separate steps.
    """
    assert view.event_timestamp is not None
    groups: dict[tuple[Window, bool], list[WindowColumn]] = {}
    for feature in view.features:
        if isinstance(feature.compute, Aggregated):
            column = _window_column(feature, view.availability_delay)
            group = (column.window, are_mergeable([column]))
            groups.setdefault(group, []).append(column)
    steps: list[tuple[str, list[str]]] = []
    for (window, are_parts), columns in groups.items():
        kind = "" if are_parts or window.rows is not None else "_rows"
        asks, asked_at = left, left_time
        if window.resolution is not None:
            taken = dict.fromkeys((*left_columns, *(a for a, _ in on)))
            asks = _on_a_grid(left, left_time, window.resolution, tuple(taken), plan)
            asked_at = GRID
        node = WindowAggregate(
            left=asks,
            right=events,
            on=on,
            left_time=asked_at,
            right_time=view.event_timestamp,
            # A label is about what happened, whenever that became known.
            created_at=None if window.is_ahead else view.created_at,
            order=_order_within(view, window) if needs_order(columns) else (),
            rows_per_key=view.rows_per_key,
            left_columns=left_columns,
            aggregates=tuple(columns),
        )
        name = plan.add(f"{view.name}_{window_name(window)}{kind}", node, f"{show_events(window)}.")
        steps.append((name, [c.name for c in columns]))
    return steps


def _on_a_grid(
    left: str, left_time: str, resolution: int, taken: tuple[str, ...], plan: PlanBuilder
) -> str:
    """The step with the questions at the times at which windows of a resolution are moved on."""
    every = show_duration(resolution)
    name = f"{left}_every_{every.replace(' ', '')}"
    when = "Monday" if resolution == WEEK else f"multiple of {every}"
    schema = plan.schemas[left]
    step = Literal(dtype=DURATION, value=resolution)
    floor = call("floor_time", Column(name=left_time), step)
    columns = (
        *(NamedExpr(name=n, expr=Column(name=n), dtype=schema[n]) for n in taken),
        NamedExpr(name=GRID, expr=floor, dtype=TIMESTAMP),
    )
    project = Project(input=left, columns=columns)
    return plan.add(name, project, f"As of the latest {when}.")


def derive_windowed(
    view: View, step: str, given: Sequence[Feature], plan: PlanBuilder, *, also: Iterable[NamedExpr]
) -> str:
    """The steps that compute the windowed derived features of a view from its aggregates."""
    derived = [f for f in windowed_features(view) if isinstance(f.compute, Derived)]
    return derive(f"{view.name}_derived", step, given, derived, plan, tuple(also))


def as_of(
    view: View,
    relation: str,
    left: str,
    left_time: str | None,
    ids: tuple[str, ...],
    plan: PlanBuilder,
    name: str,
    comment: str,
) -> str:
    """For each entity row the latest known row of a view; all of it if there is no `left_time`."""
    assert view.event_timestamp is not None
    node = AsOfJoin(
        left=left,
        right=relation,
        on=tuple((n, n) for n in view.entities),
        left_time=left_time,
        right_time=view.event_timestamp,
        created_at=view.created_at,
        valid_to=view.valid_to if left_time is not None else None,
        delay=view.availability_delay if left_time is not None else 0,
        ttl=view.ttl if left_time is not None else None,
        order=_order(view),
        left_columns=ids,
        right_columns=tuple(f.name for f in row_features(view)),
        rows_per_key=view.rows_per_key if left_time is not None else None,
    )
    return plan.add(name, node, comment)


def _order_within(view: View, window: Window) -> tuple[str, ...]:
    """What decides after the times; ahead, a time of writing hides no row, but still sorts them."""
    created = (view.created_at,) if window.is_ahead and view.created_at is not None else ()
    return (*created, *_order(view))


def _order(view: View) -> tuple[str, ...]:
    """The columns that decide between rows of the same times."""
    fixed = {*view.entities, view.event_timestamp, view.created_at, *view.tie_breakers}
    return (*view.tie_breakers, *(f.name for f in view.raw if f.name not in fixed))


def named(feature: Feature) -> NamedExpr:
    """The column of a feature as it is, with its words."""
    return _named(feature, Column(name=feature.name))


def derive(
    name: str,
    step: str,
    given: Sequence[Feature],
    derived: Sequence[Feature],
    plan: PlanBuilder,
    also: tuple[NamedExpr, ...] = (),
) -> str:
    """The step with `derived` too: projections, those that depend on each other one after the other."""
    have = list(given)
    left = list(derived)
    while left:
        known = {f.name for f in have} | {e.name for e in also}
        ready = [f for f in left if _inputs(f) <= known]
        assert ready, "features of a view are in order of definition, so there is no cycle"
        left = [f for f in left if f not in ready]
        kept = tuple(_named(f, Column(name=f.name)) for f in have)
        carried = tuple(
            NamedExpr(name=e.name, expr=Column(name=e.name), dtype=e.dtype) for e in also
        )
        made = tuple(_named(f, _derived_expr(f)) for f in ready)
        label = f"{name}_{len(have)}" if left else name
        step = plan.add(label, Project(input=step, columns=carried + kept + made))
        have += ready
    return step


def _inputs(feature: Feature) -> set[str]:
    return columns_of(_derived_expr(feature))


def _derived_expr(feature: Feature) -> Expr:
    assert isinstance(feature.compute, Derived)
    return feature.compute.expr


def _raw_column(feature: Feature) -> str:
    assert isinstance(feature.compute, Raw)
    return feature.compute.column


def scan_column(feature: Feature, source: Source) -> ScanColumn:
    """How a raw feature is read from its source."""
    assert isinstance(feature.compute, Raw)
    reading = source.reading
    is_json = isinstance(source, FileSource) and source.format == "json_lines"
    is_count = feature.dtype == TIMESTAMP and isinstance(reading.times, UnixTime)
    return ScanColumn(
        name=feature.name,
        column=feature.compute.column,
        path=feature.compute.path,
        dtype=feature.dtype,
        time_zone=feature.compute.time_zone,
        times=reading.times if feature.dtype == TIMESTAMP else None,
        nan_as_null=reading.nan_as_null and feature.dtype in FLOATS,
        is_json_number=is_json and (is_count or feature.dtype in (*INTEGERS, BOOL, DURATION)),
        doc=feature.description,
        span=feature.span,
    )


def _named(feature: Feature, expr: Expr) -> NamedExpr:
    return NamedExpr(
        name=feature.name,
        expr=expr,
        dtype=feature.dtype,
        doc=feature.description,
        span=feature.span,
    )


def known_part(window: Window, delay: int) -> Window:
    """What of a window is known at q if events are known `delay` after they have happened.

    >>> known_part(Window(length=60), 20)
    Window(length=40, offset=20, rows=None, closed='right', resolution=None)
    """
    if window.is_ahead or delay <= window.offset:
        return window
    length = None if window.length is None else window.length + window.offset - delay
    closed: Tag["both", "right"] = "both" if window.closed in ("left", "both") else "right"
    changed = {"length": length, "offset": delay, "closed": closed}
    return Window.model_validate({**dict(window), **changed})


def _window_column(feature: Feature, delay: int) -> WindowColumn:
    assert isinstance(feature.compute, Aggregated)
    return WindowColumn(
        name=feature.name,
        aggregate=feature.compute.aggregate,
        parameter=feature.compute.parameter,
        value=feature.compute.value,
        window=known_part(feature.compute.window, delay),
        dtype=feature.dtype,
        doc=feature.description,
        span=feature.span,
    )
