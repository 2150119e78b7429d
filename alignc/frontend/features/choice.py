"""Choosing between values: by conditions, or the smaller and the larger of them.

size = when(distance < 2).then("short").when(distance < 20).then("middle").otherwise("long")
"""

from __future__ import annotations

from typing import Any

from alignc.frontend.features.base import (
    Bool,
    F,
    Feature,
    Float64,
    Int64,
    Integer,
    Number,
    op,
)
from alignc.frontend.features.text import String
from alignc.ir.expr import Scalar

Given = Feature | Scalar


class When:
    """A condition, on the way to a value: the `then` that belongs to it follows."""

    def __init__(self, branches: tuple[Given, ...], condition: Feature) -> None:
        self._branches = (*branches, condition)

    # The result is a feature of the value's type, which no annotation can tell.
    def then(self, value: Given) -> Any:
        """The value where the condition is true; null where none is, unless `otherwise` says."""
        return _chosen((*self._branches, value))


class Then(Feature):
    """A choice that may go on. It is a feature of the type of its values at the same time."""

    _branches: tuple[Given, ...]

    def when(self, condition: Feature) -> When:
        """The next condition, where none before it is true."""
        return When(self._branches, condition)

    def otherwise(self, value: Given) -> Any:
        """The value where no condition is true."""
        return _made(_kind(_values((*self._branches, value))), (*self._branches, value))


def when(condition: Feature) -> When:
    """Start a choice: `when(a > b).then(a).otherwise(b)`. A null condition is not true."""
    return When((), condition)


def min_of(first: Given, *others: Given) -> Any:
    """The smallest of some values on one row; null if one of them is."""
    return _folded("least", first, others)


def max_of(first: Given, *others: Given) -> Any:
    """The largest of some values on one row; null if one of them is."""
    return _folded("greatest", first, others)


def _folded(name: str, first: Given, others: tuple[Given, ...]) -> Given:
    result, kind = first, _kind((first, *others))
    for other in others:
        result = op(kind, name, result, other)
    return result


def _values(branches: tuple[Given, ...]) -> tuple[Given, ...]:
    pairs = len(branches) // 2 * 2
    return (*branches[1:pairs:2], *branches[pairs:])


def _chosen(branches: tuple[Given, ...]) -> Feature:
    kind = _kind(_values(branches))
    choice = _made(_then_class(kind), branches)
    choice._branches = branches
    return choice


def _made(kind: type[F], branches: tuple[Given, ...]) -> F:
    pairs = len(branches) // 2 * 2
    is_condition = [i < pairs and i % 2 == 0 for i in range(len(branches))]
    there = next((v for v in _values(branches) if v is not None), None)
    # A null has the type of the other values.
    args = [
        op(Feature, "null_like", there)
        if given is None and there is not None and not condition
        else given
        for given, condition in zip(branches, is_condition, strict=True)
    ]
    return op(kind, "if_else", *args)


def _then_class(kind: type[Feature]) -> type[Then]:
    return type(kind.__name__, (Then, kind), {"_value_class": lambda self: kind})


def _kind(values: tuple[Given, ...]) -> type[Feature]:
    """The type of a value that may be any of these; the op table checks that there is one."""
    kinds = [_class_of(value) for value in values if value is not None]
    if len(set(kinds)) == 1:
        return kinds[0]
    if kinds and all(issubclass(kind, Number) for kind in kinds):
        return Int64 if all(issubclass(kind, Integer) for kind in kinds) else Float64
    return kinds[0] if kinds else Feature


def _class_of(value: Given) -> type[Feature]:
    match value:
        case Feature():
            return value._value_class()
        case bool():
            return Bool
        case int():
            return Int64
        case float():
            return Float64
        case _:
            return String
