"""Three-valued logic and choice."""

from __future__ import annotations

from collections.abc import Callable

from alignc.interpreter.values import Value, null_if_any_is_null


def and_(x: bool | None, y: bool | None) -> bool | None:
    if x is False or y is False:
        return False
    return None if x is None or y is None else True


def or_(x: bool | None, y: bool | None) -> bool | None:
    if x is True or y is True:
        return True
    return None if x is None or y is None else False


def not_(x: bool) -> bool:
    return not x


def if_else(condition: bool | None, then: Value, otherwise: Value) -> Value:
    return then if condition is True else otherwise


OPS: dict[str, Callable[..., Value]] = {
    "and": and_,
    "or": or_,
    "not": null_if_any_is_null(not_),
    "if_else": if_else,
}
