"""Sources that are made of views: `view.join(...)`, `view.join_asof(...)`, `view.vstack(...)`.

    @feature_view(name="trips", source=Departures.join(Arrivals, on="trip_id"))
    class Trips:
        trip_id = UUID().as_entity()

What they mean is decided where definitions are lowered; here is only what was written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from alignc.errors import Span
from alignc.frontend.capture import here
from alignc.frontend.features import Feature

# A key as written: the name of a feature, a reference to one, or several of these.
Key = str | Feature | Sequence[str | Feature] | None


class Joins:
    """What has rows that can be joined: views, and what is made of them."""

    def _rows(self) -> ComputedSource:
        raise NotImplementedError

    def join(
        self,
        view: Any,
        on: Key = None,
        how: Literal["inner", "left"] = "inner",
        *,
        on_left: Key = None,
        on_right: Key = None,
        renames: Mapping[str, str] | None = None,
    ) -> JoinSource:
        """Each row with the features of the row of `view` that has its key, which must be unique.

        The key is by default the view's entities. `renames` gives features of `view` other names.
        """
        left, right = _keys(on, on_left), _keys(on, on_right)
        return JoinSource(self._rows(), view, left, right, renames or {}, here(), how)

    def join_asof(
        self,
        view: Any,
        on: Key = None,
        *,
        on_left: Key = None,
        on_right: Key = None,
        renames: Mapping[str, str] | None = None,
    ) -> AsOfSource:
        """Each row with what was known of `view` at the row's event timestamp."""
        left, right = _keys(on, on_left), _keys(on, on_right)
        return AsOfSource(self._rows(), view, left, right, renames or {}, here())


@dataclass(frozen=True)
class ComputedSource(Joins):
    """Rows of views, which can be joined further."""

    def _rows(self) -> ComputedSource:
        return self


@dataclass(frozen=True)
class JoinedSource(ComputedSource):
    """A join as written; without a key the view's entities are meant."""

    left: ComputedSource
    view: Any
    on_left: tuple[str, ...] | None
    on_right: tuple[str, ...] | None
    renames: Mapping[str, str]
    span: Span


@dataclass(frozen=True)
class JoinSource(JoinedSource):
    how: Literal["inner", "left"]


@dataclass(frozen=True)
class AsOfSource(JoinedSource):
    pass


@dataclass(frozen=True)
class StackSource(ComputedSource):
    """The rows of several views."""

    views: tuple[Any, ...]
    source_column: str | None
    span: Span

    def vstack(self, view: Any, source_column: str | None = None) -> StackSource:
        """These rows and those of one more view."""
        return StackSource((*self.views, view), source_column or self.source_column, here())


def _keys(on: Key, side: Key) -> tuple[str, ...] | None:
    given = side if side is not None else on
    if given is None:
        return None
    several = [given] if isinstance(given, str | Feature) else given
    return tuple(_name(one) for one in several)


def _name(key: str | Feature) -> str:
    from alignc.frontend.features.origins import ReferenceOrigin

    match key:
        case Feature(_origin=ReferenceOrigin(feature=name)):
            return name
        case _:
            return str(key)
