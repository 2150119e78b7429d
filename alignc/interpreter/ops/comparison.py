"""Comparison and membership."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from alignc.interpreter.ops.logic import and_
from alignc.interpreter.values import Value, null_if_any_is_null, rank


def _of_one_type(*values: Value) -> list[Value]:
    """The values as they are compared: integers beside a float are floats."""
    if not any(isinstance(value, float) for value in values):
        return list(values)
    return [float(value) if isinstance(value, int | Decimal) else value for value in values]


def eq(x: Value, y: Value) -> bool:
    x, y = _of_one_type(x, y)
    return rank(x) == rank(y)


def ne(x: Value, y: Value) -> bool:
    return not eq(x, y)


def lt(x: Value, y: Value) -> bool:
    x, y = _of_one_type(x, y)
    return rank(x) < rank(y)


def le(x: Value, y: Value) -> bool:
    return lt(x, y) or eq(x, y)


def gt(x: Value, y: Value) -> bool:
    return lt(y, x)


def ge(x: Value, y: Value) -> bool:
    return le(y, x)


def is_in(x: Value, *values: Value) -> bool:
    x, *values_ = _of_one_type(x, *values)
    return any(eq(x, value) for value in values_)


def is_between(x: Value, lower: Value, upper: Value) -> bool | None:
    above = None if x is None or lower is None else ge(x, lower)
    below = None if x is None or upper is None else le(x, upper)
    return and_(above, below)


def least(x: Value, y: Value) -> Value:
    return x if le(x, y) else y


def greatest(x: Value, y: Value) -> Value:
    return x if ge(x, y) else y


def clip(x: Value, lower: Value, upper: Value) -> Value:
    return lower if lt(x, lower) else upper if gt(x, upper) else x


OPS: dict[str, Callable[..., Value]] = {
    "eq": null_if_any_is_null(eq),
    "ne": null_if_any_is_null(ne),
    "lt": null_if_any_is_null(lt),
    "le": null_if_any_is_null(le),
    "gt": null_if_any_is_null(gt),
    "ge": null_if_any_is_null(ge),
    "is_in": null_if_any_is_null(is_in),
    "is_between": is_between,
    "least": null_if_any_is_null(least),
    "greatest": null_if_any_is_null(greatest),
    "clip": null_if_any_is_null(clip),
}
