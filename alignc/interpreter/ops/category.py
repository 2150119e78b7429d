"""Categories."""

from __future__ import annotations

from collections.abc import Callable

from alignc.interpreter.values import Value, null_if_any_is_null, rank


def ordinal(x: int | str, *labels: int | str) -> int | None:
    return labels.index(x) if x in labels else None


def arg_max(*pairs: Value) -> Value:
    best: Value = None
    label: Value = None
    for number, candidate in zip(pairs[::2], pairs[1::2], strict=True):
        if number is None:
            continue
        assert isinstance(number, int | float)
        if best is None or rank(float(number)) > rank(best):
            best, label = float(number), candidate
    return label


OPS: dict[str, Callable[..., Value]] = {
    "ordinal": null_if_any_is_null(ordinal),
    "arg_max": arg_max,
}
