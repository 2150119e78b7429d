"""Bytes."""

from __future__ import annotations

from collections.abc import Callable

from alignc.interpreter.values import Value, null_if_any_is_null


def byte_length(x: bytes) -> int:
    return len(x)


OPS: dict[str, Callable[..., Value]] = {"byte_length": null_if_any_is_null(byte_length)}
