"""Comparison and membership."""

from __future__ import annotations

from collections.abc import Callable

from alignc.interpreter.values import Value, null_if_any_is_null, rank


def _of_one_type(*values: Value) -> list[Value]:
    """The values as they are compared: integers beside a float are floats."""
    if not any(isinstance(value, float) for value in values):
        return list(values)
    return [float(value) if isinstance(value, int) else value for value in values]


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


OPS: dict[str, Callable[..., Value]] = {
    "eq": null_if_any_is_null(eq),
    "ne": null_if_any_is_null(ne),
    "lt": null_if_any_is_null(lt),
    "le": null_if_any_is_null(le),
    "gt": null_if_any_is_null(gt),
    "ge": null_if_any_is_null(ge),
    "is_in": null_if_any_is_null(is_in),
}
