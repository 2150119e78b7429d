"""Categories."""

from __future__ import annotations

from collections.abc import Callable

from alignc.interpreter.values import Value, null_if_any_is_null


def ordinal(x: int | str, *labels: int | str) -> int | None:
    return labels.index(x) if x in labels else None


OPS: dict[str, Callable[..., Value]] = {"ordinal": null_if_any_is_null(ordinal)}
