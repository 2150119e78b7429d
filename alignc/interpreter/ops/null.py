"""Missing values."""

from __future__ import annotations

from collections.abc import Callable

from alignc.interpreter.values import Value


def is_null(x: Value) -> bool:
    return x is None


def is_not_null(x: Value) -> bool:
    return x is not None


def fill_na(x: Value, value: Value) -> Value:
    return value if x is None else x


def null_like(x: Value) -> None:
    return None


OPS: dict[str, Callable[..., Value]] = {
    "is_null": is_null,
    "is_not_null": is_not_null,
    "fill_na": fill_na,
    "null_like": null_like,
}
