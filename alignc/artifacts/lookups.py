"""What was known of a view at a point in time: its state, its windows, and what uses both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alignc.artifacts.relations import (
    PlanBuilder,
    as_of,
    derive_windowed,
    row_features,
    row_relation,
    window_steps,
    windowed_features,
)
from alignc.ir.expr import Column
from alignc.ir.module import Aggregated, Derived, Feature, View
from alignc.ir.plan import AT, ROW, JoinSide, KeyJoin, NamedExpr
from alignc.ir.print import show_duration


def lookups(
    view: View, wanted: Mapping[str, str], keys: str, ids: tuple[str, ...], plan: PlanBuilder
) -> list[JoinSide]:
    """The sides to join for the wanted features of a view: state, windows, and what uses both.

    `keys` has the view's entities, the point in time `AT`, and the columns `ids` that tell its rows
    apart.
    """
    windowed = windowed_features(view)
    relation = row_relation(view, plan)
    known = state(view, relation, keys, ids, plan)
    sides = [side_of(known, row_features(view), wanted, ids)]
    if windowed:
        on = tuple((n, n) for n in view.entities)
        windows = window_steps(view, relation, keys, AT, on, ids, plan)
        sides += [
            side_of(step, [view.by_name[n] for n in names], wanted, ids) for step, names in windows
        ]
        derived = [f for f in windowed if isinstance(f.compute, Derived)]
        if derived:
            step = _derived(view, known, windows, keys, ids, plan)
            sides.append(side_of(step, derived, wanted, ids))
    return [side for side in sides if side.columns]


def state(view: View, relation: str, keys: str, ids: tuple[str, ...], plan: PlanBuilder) -> str:
    """The step with the row of the view that holds for each row of `keys`."""
    if view.event_timestamp is None:
        columns = tuple((f.name, f.name) for f in row_features(view))
        side = JoinSide(
            input=relation,
            on=tuple((n, n) for n in view.entities),
            columns=columns,
            unique=view.name,
        )
        return plan.add(
            f"{view.name}_by_key",
            KeyJoin(left=keys, left_columns=ids, rights=(side,)),
            f"The row of {view.name} with the entity row's key.",
        )
    alive = f", at most {show_duration(view.ttl)} old" if view.ttl else ""
    row = "entity row" if ids == (ROW,) else "row"
    comment = f"The latest row of {view.name} known at the {row}'s time{alive}."
    return as_of(view, relation, keys, AT, ids, plan, f"{view.name}_as_of", comment)


def _derived(
    view: View,
    known: str,
    windows: list[tuple[str, list[str]]],
    keys: str,
    ids: tuple[str, ...],
    plan: PlanBuilder,
) -> str:
    """The features computed from aggregates, which may also read the state and the key."""
    aggregates = [f for f in view.features if isinstance(f.compute, Aggregated)]
    others = [f for f in row_features(view) if f.role != "entity"]
    by_id = tuple((n, n) for n in ids)
    rights = [
        JoinSide(input=step, on=by_id, columns=tuple((n, n) for n in names))
        for step, names in windows
    ]
    rights.append(JoinSide(input=known, on=by_id, columns=tuple((f.name, f.name) for f in others)))
    joined = plan.add(
        f"{view.name}_joined",
        KeyJoin(left=keys, left_columns=(*ids, *view.entities), rights=tuple(rights)),
    )
    entities = [view.by_name[n] for n in view.entities]
    schema = plan.schemas[joined]
    also = [NamedExpr(name=n, expr=Column(name=n), dtype=schema[n]) for n in ids]
    return derive_windowed(view, joined, [*entities, *others, *aggregates], plan, also=also)


def side_of(
    step: str, features: Sequence[Feature], wanted: Mapping[str, str], ids: tuple[str, ...]
) -> JoinSide:
    """The wanted ones of a step's features, joined by the columns that tell the rows apart."""
    columns = tuple((f.name, wanted[f.name]) for f in features if f.name in wanted)
    return JoinSide(input=step, on=tuple((n, n) for n in ids), columns=columns)
