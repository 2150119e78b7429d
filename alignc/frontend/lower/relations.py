"""Views as sources -> inputs of the Module: which columns a join or a stack has, and who they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from alignc.errors import Span, did_you_mean
from alignc.frontend.computed import (
    AsOfSource,
    ComputedSource,
    JoinedSource,
    JoinSource,
    StackSource,
)
from alignc.frontend.lower.expressions import lower_condition
from alignc.frontend.lower.state import Lowering
from alignc.frontend.sources import DataSource
from alignc.frontend.views import ViewDefinition, ViewSource, view_of
from alignc.ir.module import AsOfInput, JoinInput, Rows, StackInput, View, ViewInput
from alignc.ir.ops.spec import SCALAR
from alignc.ir.types import STRING, DType

LowerView = Callable[[ViewDefinition, Lowering], View | None]


@dataclass(frozen=True)
class Base:
    """What a view over other views can read.

    `ambiguous` are the names that mean two features, each with the way out; `references` the column
    of each feature of a view that is joined, by the view as written and the feature's name.
    """

    input: Rows
    label: str
    columns: Mapping[str, DType]
    event_timestamp: str | None
    references: Mapping[tuple[int, str], str]
    ambiguous: Mapping[str, str] = field(default_factory=dict)
    different: Mapping[str, str] = field(default_factory=dict)


def lower_base(given: ComputedSource, state: Lowering, lower_view: LowerView) -> Base | None:
    """The rows that a view reads; None if something in them has a mistake."""
    match given:
        case ViewSource(view=written, where=where):
            view = lower_view(written, state)
            if view is None:
                return None
            condition = lower_condition(where, written, view, state)
            return Base(
                ViewInput(view=view.name, where=condition),
                f"view `{view.name}`",
                {f.name: f.dtype for f in view.features},
                view.event_timestamp,
                {(id(written), f.name): f.name for f in view.features},
            )
        case JoinedSource():
            return _joined(given, state, lower_view)
        case StackSource():
            return _stacked(given, state, lower_view)
        case _:
            raise AssertionError(given)


def _view(
    given: object, span: Span, state: Lowering, lower_view: LowerView
) -> tuple[ViewDefinition, View] | None:
    written = view_of(given)
    if written is None:
        what = "source" if isinstance(given, DataSource) else type(given).__name__
        state.found.add(
            "ALN118",
            f"a {what} cannot be joined",
            span,
            "join a view: `Departures.join(Arrivals)`",
        )
        return None
    view = lower_view(written, state)
    return None if view is None else (written, view)


def _joined(given: JoinedSource, state: Lowering, lower_view: LowerView) -> Base | None:
    left = lower_base(given.left, state, lower_view)
    found = _view(given.view, given.span, state, lower_view)
    if left is None or found is None:
        return None
    written, right = found
    on = _key(given, left, right, state)
    if on is None or not _may_be_asked(given, left, right, on, state):
        return None
    is_as_of = isinstance(given, AsOfSource)
    columns = _taken(given, left, right, [b for _, b in on], state, is_as_of=is_as_of)
    if columns is None:
        return None
    taken, ambiguous = columns
    references = {(id(written), name): new for name, new in taken}
    references |= {(id(written), b): a for a, b in on}
    known = {new: right.by_name[name].dtype for name, new in taken}
    pairs = tuple(taken)
    base: Rows
    if isinstance(given, JoinSource):
        base = JoinInput(left=left.input, right=right.name, on=on, how=given.how, columns=pairs)
    else:
        assert left.event_timestamp is not None
        base = AsOfInput(
            left=left.input, right=right.name, on=on, time=left.event_timestamp, columns=pairs
        )
    return Base(
        base,
        f"{left.label} joined with `{right.name}`",
        {**left.columns, **known},
        left.event_timestamp,
        # Where a view is joined with itself, a reference means the left one.
        {**references, **left.references},
        {**left.ambiguous, **ambiguous},
        left.different,
    )


def _key(
    given: JoinedSource, left: Base, right: View, state: Lowering
) -> tuple[tuple[str, str], ...] | None:
    """The pairs of the key, with types that are the same on both sides."""
    on_right = given.on_right or given.on_left or right.entities
    on_left = given.on_left or on_right
    mistakes = len(state.found.items)

    def mistake(message: str, hint: str | None = None) -> None:
        state.found.add("ALN161", f"the join with `{right.name}`: {message}", given.span, hint)

    if not on_right:
        mistake("there is no key", 'say which features are the same: `on="..."`')
    elif len(on_left) != len(on_right):
        mistake(f"the key has {len(on_left)} features on the left and {len(on_right)} on the right")
    for name in on_left:
        if name in left.ambiguous:
            mistake(f"the key `{name}` means two features of {left.label}", left.ambiguous[name])
        elif name not in left.columns:
            mistake(f"{left.label} has no `{name}`", did_you_mean(name, left.columns))
    for name in on_right:
        if name not in right.by_name:
            mistake(f"it has no `{name}`", did_you_mean(name, right.by_name))
    if len(state.found.items) > mistakes:
        return None
    on = tuple(zip(on_left, on_right, strict=True))
    for a, b in on:
        if left.columns[a] != right.by_name[b].dtype:
            mistake(
                f"the key is {left.columns[a]} `{a}` on the left and "
                f"{right.by_name[b].dtype} `{b}` on the right",
                "declare the same type in both views",
            )
        elif left.columns[a] not in SCALAR:
            message = (
                f"`{a}` is {left.columns[a]}: such values are not compared, they cannot be a key"
            )
            state.found.add("ALN173", message, given.span)
    return on if len(state.found.items) == mistakes else None


def _may_be_asked(
    given: JoinedSource, left: Base, right: View, on: Sequence[tuple[str, str]], state: Lowering
) -> bool:
    """Whether an as-of join has what it needs: times on both sides, and the whole key."""
    if not isinstance(given, AsOfSource):
        return True
    problem, hint = None, None
    if left.event_timestamp is None:
        problem = f"{left.label} has no event timestamp"
    elif right.event_timestamp is None:
        problem = f"`{right.name}` has no event timestamp"
        hint = "a view without times is joined by its key: `.join(...)`"
    elif {b for _, b in on} != set(right.entities):
        problem = f"the key must be the entities of `{right.name}`: {', '.join(right.entities)}"
    if problem is None:
        return True
    state.found.add("ALN162", f"the as-of join with `{right.name}`: {problem}", given.span, hint)
    return False


def _taken(
    given: JoinedSource,
    left: Base,
    right: View,
    keys: Sequence[str],
    state: Lowering,
    *,
    is_as_of: bool,
) -> tuple[list[tuple[str, str]], dict[str, str]] | None:
    """What is taken of the right view under which name, and the names that are then ambiguous."""
    mistakes = len(state.found.items)
    for name in given.renames:
        if name not in right.by_name:
            state.found.add(
                "ALN103",
                f"view `{right.name}` has no feature `{name}` to rename",
                given.span,
                did_you_mean(name, right.by_name),
            )
    # Engines do not all tell names apart that differ in case only.
    there = {name.lower(): name for name in left.columns}
    taken: list[tuple[str, str]] = []
    ambiguous: dict[str, str] = {}
    for feature in right.features:
        if feature.name in keys:
            continue
        new = given.renames.get(feature.name, feature.name)
        known = there.get(new.lower())
        if known is None:
            there[new.lower()] = new
            taken.append((feature.name, new))
            continue
        if feature.name in given.renames:
            state.found.add(
                "ALN163",
                f"the join with `{right.name}` has two features called `{new}`",
                given.span,
                "rename it to something else",
            )
            continue
        hidden = f"{right.name}_{feature.name}"
        while hidden.lower() in there:
            hidden += "_"
        there[hidden.lower()] = hidden
        taken.append((feature.name, hidden))
        if is_as_of and feature.role == "event_timestamp":
            # The time of a row is the left one's.
            continue
        way_out = (
            f"give the one of `{right.name}` another name: "
            f'`renames={{"{feature.name}": "{hidden}"}}`, or use the attribute of a view\'s instance'
        )
        ambiguous |= {new: way_out, known: way_out}
    return (taken, ambiguous) if len(state.found.items) == mistakes else None


def _stacked(given: StackSource, state: Lowering, lower_view: LowerView) -> Base | None:
    found = [_view(one, given.span, state, lower_view) for one in given.views]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    views = [view for _, view in known]
    label = "the stack of " + ", ".join(f"`{v.name}`" for v in views)
    columns: dict[str, DType] = {}
    different: dict[str, str] = {}
    for feature in (f for view in views for f in view.features):
        kinds = {v.name: v.by_name[feature.name].dtype for v in views if feature.name in v.by_name}
        if len(kinds) < len({v.name for v in views}):
            lacks = next(v.name for v in views if feature.name not in v.by_name)
            different[feature.name] = f"`{lacks}` has no feature `{feature.name}`"
        elif len(set(kinds.values())) > 1:
            types = " and ".join(f"{dtype} in `{name}`" for name, dtype in kinds.items())
            different[feature.name] = f"`{feature.name}` is {types}"
        else:
            columns[feature.name] = feature.dtype
    name = given.source_column
    if name is not None and name.lower() in {c.lower() for c in (*columns, *different)}:
        state.found.add(
            "ALN163",
            f"{label} has a feature `{name}` already",
            given.span,
            "give `source_column` another name",
        )
        return None
    times = {view.event_timestamp for view in views}
    stack = StackInput(
        views=tuple(v.name for v in views), columns=tuple(columns), source_column=name
    )
    return Base(
        stack,
        label,
        columns if name is None else {**columns, name: STRING},
        times.pop() if len(times) == 1 else None,
        {(id(written), n): n for written, _ in known for n in columns},
        different=different,
    )
