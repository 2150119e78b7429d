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


def xor(x: bool, y: bool) -> bool:
    return x is not y


def not_(x: bool) -> bool:
    return not x


def if_else(*branches: Value) -> Value:
    pairs = len(branches) // 2
    for i in range(pairs):
        if branches[2 * i] is True:
            return branches[2 * i + 1]
    return branches[-1] if len(branches) > 2 * pairs else None


OPS: dict[str, Callable[..., Value]] = {
    "and": and_,
    "or": or_,
    "xor": null_if_any_is_null(xor),
    "not": null_if_any_is_null(not_),
    "if_else": if_else,
}
