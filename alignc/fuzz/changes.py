"""What becomes of each feature if all times in the sources move by the same whole weeks.

What looks at a calendar or compares with a constant is not told: the other features must be right.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import assert_never

from alignc.ir.expr import Call, Cast, Column, Expr, Literal, Scalar, Udf
from alignc.ir.module import (
    Aggregated,
    AsOfInput,
    Contract,
    Derived,
    Feature,
    Input,
    JoinInput,
    Module,
    Raw,
    Rows,
    SourceInput,
    StackInput,
    View,
    ViewInput,
    origins_in,
)
from alignc.ir.types import TIMESTAMP


class Change(enum.Enum):
    """What becomes of a value."""

    NONE = "stays"
    MOVED = "is a time that moves as all do"
    UNKNOWN = "may become anything"


# What ops and aggregates make of times that all move.
_OF_TIMES: Mapping[str, Change] = {
    **dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge", "is_between"), Change.NONE),
    **dict.fromkeys(("is_null", "is_not_null"), Change.NONE),
    **dict.fromkeys(("seconds_between", "duration_between"), Change.NONE),
    **dict.fromkeys(("count", "count_distinct"), Change.NONE),
    **dict.fromkeys(("least", "greatest", "clip", "fill_na", "null_like"), Change.MOVED),
    **dict.fromkeys(("min", "max", "first", "last", "mode"), Change.MOVED),
}
# What they make of one time beside constants in UTC: days, their parts and weeks begin as before.
_OF_TIME_IN_UTC: Mapping[tuple[str, Scalar], Change] = {
    **{("date_component", x): Change.NONE for x in ("weekday", "hour", "minute", "second")},
    **{("truncate", x): Change.MOVED for x in ("week", "day", "hour", "minute", "second")},
}
_LONGEST = timedelta(days=36_525) // timedelta(microseconds=1)


class Changes:
    """The changes of a Module; `times` are the columns of each source that move."""

    def __init__(self, module: Module, times: Mapping[str, frozenset[str]]) -> None:
        self.module = module
        self.times = times
        self._views: dict[str, Mapping[str, Change] | None] = {}

    def of_view(self, name: str) -> Mapping[str, Change] | None:
        """What becomes of a view's features; None if nobody knows which rows it then has."""
        if name not in self._views:
            self._views[name] = self._of_view(self.module.view_by_name[name])
        return self._views[name]

    def of_contract(self, contract: Contract) -> dict[str, Change]:
        """What becomes of the features in a dataset."""
        keys = {e.name: _of_key(e.dtype == TIMESTAMP) for e in contract.entities}
        found: dict[str, Change] = {}
        for used in contract.uses:
            view = self.module.view_by_name[used.view]
            changes = self.of_view(view.name)
            is_found = self._has_order(view.name) and all(
                changes is not None and changes[n] is keys[n] for n in view.entities
            )
            column = used.name if isinstance(used, Input) else used.feature
            found[column] = changes[used.feature] if changes and is_found else Change.UNKNOWN
        return found

    def _of_view(self, view: View) -> Mapping[str, Change] | None:
        if not self._keeps_rows(view.input):
            return None
        known: dict[str, Change] = {}
        for feature in view.features:
            self._add(view, feature, known)
        times = (view.event_timestamp, view.created_at, view.valid_to)
        is_told = all(known[name] is Change.MOVED for name in times if name is not None)
        return known if is_told else None

    def _keeps_rows(self, given: SourceInput | Rows) -> bool:
        """Whether the input has the same rows, but for what becomes of their values."""
        match given:
            case SourceInput():
                return True
            case ViewInput(view=view, where=where):
                changes = self.of_view(view)
                return changes is not None and (
                    where is None or change_of(where, changes) is Change.NONE
                )
            case StackInput(views=views):
                return all(self.of_view(view) is not None for view in views)
            case JoinInput(left=left, right=right, on=on):
                return self._keeps_rows(left) and self._is_asked(left, right, on)
            case AsOfInput(left=left, right=right, on=on, time=time):
                return (
                    self._keeps_rows(left)
                    and self._has_order(right)
                    and self._is_asked(left, right, on)
                    and self._of_column(left, time) is Change.MOVED
                )
            case _:
                assert_never(given)

    def _has_order(self, name: str) -> bool:
        """Whether of two rows with the same time the one is later that was: raw features decide."""
        changes = self.of_view(name)
        raw = self.module.view_by_name[name].raw
        return changes is not None and all(changes[f.name] is not Change.UNKNOWN for f in raw)

    def _is_asked(self, left: Rows, right: str, on: Sequence[tuple[str, str]]) -> bool:
        """Whether keys of `left` find the rows of `right` that they found before."""
        changes = self.of_view(right)
        return changes is not None and all(
            self._of_column(left, a) is changes[b] is not Change.UNKNOWN for a, b in on
        )

    def _of_column(self, given: Rows, column: str) -> Change:
        """What becomes of a column of other views' rows; one without origin tells a view's name."""
        found = set()
        for view, name in origins_in(given, column):
            changes = self.of_view(view)
            found.add(Change.UNKNOWN if changes is None else changes[name])
        found = found or {Change.NONE}
        return found.pop() if len(found) == 1 else Change.UNKNOWN

    def _add(self, view: View, feature: Feature, known: dict[str, Change]) -> None:
        match feature.compute:
            case Raw(column=column) if isinstance(view.input, SourceInput):
                is_time = feature.dtype == TIMESTAMP
                moves = column in self.times[view.input.source]
                known[feature.name] = _of_key(is_time) if moves == is_time else Change.UNKNOWN
            case Raw(column=column):
                assert not isinstance(view.input, SourceInput)
                known[feature.name] = self._of_column(view.input, column)
            case Derived(expr=expr):
                known[feature.name] = change_of(expr, known)
            case Aggregated(aggregate=aggregate, value=value):
                change = change_of(value, known)
                if any(known[f.name] is Change.UNKNOWN for f in view.raw):
                    # They order the events.
                    change = Change.UNKNOWN
                if change is Change.MOVED:
                    change = _OF_TIMES.get(aggregate, Change.UNKNOWN)
                known[feature.name] = change


def _of_key(is_time: bool) -> Change:
    return Change.MOVED if is_time else Change.NONE


def change_of(expr: Expr, known: Mapping[str, Change]) -> Change:
    """What becomes of an expression over columns of which that is known."""
    match expr:
        case Literal():
            return Change.NONE
        case Column(name=name):
            return known[name]
        case Udf(inputs=inputs):
            stays = all(known[name] is Change.NONE for name in inputs)
            return Change.NONE if stays else Change.UNKNOWN
        case Cast(value=value, dtype=dtype):
            change = change_of(value, known)
            is_kept = change is Change.NONE or dtype == TIMESTAMP
            return change if is_kept else Change.UNKNOWN
        case Call(args=args):
            changes = [change_of(a, known) for a in args]
            if set(changes) == {Change.NONE}:
                return Change.NONE
            return Change.UNKNOWN if Change.UNKNOWN in changes else _of_times(expr, changes)


def _of_times(expr: Call, changes: Sequence[Change]) -> Change:
    """What becomes of a call with a time among its arguments."""
    if expr.op == "if_else":
        pairs = len(changes) // 2 * 2
        values = (*changes[1:pairs:2], *changes[pairs:])
        told = set(changes[0:pairs:2]) == {Change.NONE} and len(set(values)) == 1
        return values[0] if told else Change.UNKNOWN
    if set(changes) == {Change.MOVED}:
        return _OF_TIMES.get(expr.op, Change.UNKNOWN)
    match expr.op, expr.args:
        case "floor_time", _:
            # Steps are parts of a week.
            return Change.MOVED
        case "add_duration" | "sub_duration", (_, Literal(value=int(length))):
            return Change.MOVED if abs(length) < _LONGEST else Change.UNKNOWN
        case op, (_, Literal(value=unit), Literal(value="UTC")) if not isinstance(unit, tuple):
            return _OF_TIME_IN_UTC.get((op, unit), Change.UNKNOWN)
        case _:
            return Change.UNKNOWN
