"""How a feature comes about: what a feature remembers of the expression that made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alignc.ir.expr import Constant, Literal, Scalar
from alignc.ir.module import Window

if TYPE_CHECKING:
    from alignc.frontend.features.base import Feature
    from alignc.frontend.features.labels import Label
    from alignc.frontend.views import ViewDefinition


@dataclass(frozen=True)
class RawOrigin:
    """A column of the source."""

    time_zone: str = "UTC"


@dataclass(frozen=True)
class MemberOrigin:
    """A member of a struct of the source, or of a struct in one."""

    struct: Feature
    name: str


@dataclass(frozen=True)
class OpOrigin:
    """An op of the table over features and constants."""

    op: str
    args: tuple[Feature | Constant | Literal, ...]


@dataclass(frozen=True)
class CastOrigin:
    value: Feature


@dataclass(frozen=True)
class UdfOrigin:
    """Source text by target, over `inputs`; an open one may also read other features of its view."""

    texts: Mapping[str, str]
    inputs: tuple[Feature, ...]
    is_open: bool


@dataclass(frozen=True)
class AggregateOrigin:
    """An aggregate of `value` over a window, of the events for which `where` is true."""

    aggregate: str
    value: Feature
    window: Window
    parameter: Scalar = None
    where: Feature | None = None


@dataclass(frozen=True)
class ReferenceOrigin:
    """A feature of a view, seen from outside."""

    view: ViewDefinition
    feature: str


@dataclass(frozen=True)
class ProbabilityOrigin:
    """An output of a contract: how likely it is that its label has a value."""

    label: Label
    value: Scalar


@dataclass(frozen=True)
class MistakeOrigin:
    """Stands for a feature that could not be made; the mistake has been reported."""


Origin = (
    RawOrigin
    | MemberOrigin
    | OpOrigin
    | CastOrigin
    | UdfOrigin
    | AggregateOrigin
    | ReferenceOrigin
    | ProbabilityOrigin
    | MistakeOrigin
)
