"""Random rows of other views: filtered, joined by a key or as of a time, stacked.

What a relation may be is what the frontend lets through; its columns are named as it names them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from alignc.fuzz.expressions import Expressions
from alignc.ir.ahead import features_ahead, is_chosen_ahead
from alignc.ir.expr import Expr
from alignc.ir.module import (
    AsOfInput,
    JoinInput,
    Module,
    Rows,
    StackInput,
    View,
    ViewInput,
    origins_in,
)
from alignc.ir.types import BOOL, STRING, DType
from alignc.verify.rounding import inexact_features, is_exact


@dataclass(frozen=True)
class Relation:
    """Rows that a view can read; `entities` are columns that are entities where they come from."""

    input: Rows
    columns: Mapping[str, DType]
    entities: tuple[str, ...]
    event_timestamp: str | None


def draw_relation(draw: Random, views: Sequence[View], *, written: bool) -> Relation:
    """A relation over some of the views; a `written` one has no conditions."""
    return _Draft(draw, views, written).relation()


class _Draft:
    def __init__(self, draw: Random, views: Sequence[View], written: bool) -> None:
        self.draw = draw
        self.views = views
        self.written = written
        self.by_name = {view.name: view for view in views}
        module = Module(project="fuzz", sources=(), views=tuple(views), contracts=())
        self.inexact = inexact_features(module)

    def relation(self) -> Relation:
        if self.draw.random() < 0.25 and (stack := self._stack()) is not None:
            return stack
        given = self._one_view()
        for _ in range(self.draw.choice([0, 0, 1, 1, 1, 2])):
            joined = self._joined(given)
            if joined is not None and not is_chosen_ahead(
                joined.input, joined.columns, self.by_name
            ):
                given = joined
        return given

    def _one_view(self) -> Relation:
        view = self.draw.choice(self.views)
        return Relation(
            ViewInput(view=view.name, where=self._condition(view)),
            {f.name: f.dtype for f in view.features},
            view.entities,
            view.event_timestamp,
        )

    def _condition(self, view: View) -> Expr | None:
        """A condition over features that rounding does not touch and that are known."""
        if self.written or self.draw.random() < 0.4:
            return None
        hidden = {name for of, name in self.inexact if of == view.name}
        hidden |= features_ahead(view, self.by_name)
        columns = {f.name: f.dtype for f in view.features if f.name not in hidden}
        condition = Expressions(self.draw, columns).of_type(BOOL, depth=1)
        if condition is None or not is_exact(condition, columns):
            return None
        return condition

    def _joined(self, left: Relation) -> Relation | None:
        right = self.draw.choice(self.views)
        is_as_of = left.event_timestamp is not None and right.event_timestamp is not None
        is_as_of = is_as_of and self.draw.random() < 0.6
        on = self._key(left, right)
        if on is None:
            return None
        taken = {name.lower() for name in left.columns}
        pairs: list[tuple[str, str]] = []
        for feature in right.features:
            if feature.name in right.entities:
                continue
            new = feature.name
            while new.lower() in taken:
                new += "_r"
            taken.add(new.lower())
            pairs.append((feature.name, new))
        base: Rows
        if is_as_of:
            assert left.event_timestamp is not None
            base = AsOfInput(
                left=left.input,
                right=right.name,
                on=on,
                time=left.event_timestamp,
                columns=tuple(pairs),
            )
        else:
            base = JoinInput(
                left=left.input,
                right=right.name,
                on=on,
                how=self.draw.choice(["inner", "left"]),
                columns=tuple(pairs),
            )
        columns = {**left.columns, **{new: right.by_name[name].dtype for name, new in pairs}}
        return Relation(base, columns, left.entities, left.event_timestamp)

    def _key(self, left: Relation, right: View) -> tuple[tuple[str, str], ...] | None:
        """Pairs for the entities of the right view, mostly of the same name."""
        on: list[tuple[str, str]] = []
        for name in right.entities:
            dtype = right.by_name[name].dtype
            fitting = [n for n, t in left.columns.items() if t == dtype and self._is_exact(left, n)]
            if not fitting:
                return None
            is_same = name in fitting and self.draw.random() < 0.8
            on.append((name if is_same else self.draw.choice(fitting), name))
        return tuple(on)

    def _is_exact(self, given: Relation, column: str) -> bool:
        return self.inexact.isdisjoint(origins_in(given.input, column))

    def _stack(self) -> Relation | None:
        first = self.draw.choice(self.views)
        shared = [v for v in self.views if v is not first and _in_both((first, v))]
        if not shared:
            return None
        chosen = (first, *self.draw.sample(shared, min(len(shared), self.draw.choice([1, 1, 2]))))
        columns = _in_both(chosen)
        entities = tuple(n for n in first.entities if n in columns)
        if not entities:
            return None
        name = "origin" if self.draw.random() < 0.5 else None
        if name is not None and any(name in view.by_name for view in chosen):
            name = None
        times = {view.event_timestamp for view in chosen}
        return Relation(
            StackInput(
                views=tuple(v.name for v in chosen), columns=tuple(columns), source_column=name
            ),
            columns if name is None else {**columns, name: STRING},
            entities,
            times.pop() if len(times) == 1 else None,
        )


def _in_both(views: Sequence[View]) -> dict[str, DType]:
    """The features that all of the views have in one type, in the order of a stack."""
    return {
        f.name: f.dtype
        for view in views
        for f in view.features
        if all(f.name in v.by_name and v.by_name[f.name].dtype == f.dtype for v in views)
    }
