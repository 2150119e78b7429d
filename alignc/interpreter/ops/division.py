"""Floor division and its remainder, powers and signs."""

from __future__ import annotations

import math
from collections.abc import Callable

from alignc.interpreter.values import Number, Value, int64, null_if_any_is_null


def floor_div(x: Number, y: Number) -> Number | None:
    if y == 0:
        return None
    if isinstance(x, int) and isinstance(y, int):
        return int64(x // y)
    quotient = float(x) / float(y)
    return float(math.floor(quotient)) if math.isfinite(quotient) else quotient


def mod(x: Number, y: Number) -> Number | None:
    if y == 0:
        return None
    if isinstance(x, int) and isinstance(y, int):
        return int64(x % y)
    quotient = floor_div(float(x), float(y))
    return None if quotient is None else float(x) - float(y) * float(quotient)


def pow_(x: Number, y: Number) -> float | None:
    base, exponent = float(x), float(y)
    if base == 0 and exponent < 0:
        return None
    has_fraction = math.isfinite(exponent) and exponent != math.floor(exponent)
    if base < 0 and has_fraction:
        return None
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf


def sign(x: Number) -> Number:
    if x == 0 or math.isnan(x):
        return x
    return 1 if x > 0 else -1


OPS: dict[str, Callable[..., Value]] = {
    "floor_div": null_if_any_is_null(floor_div),
    "mod": null_if_any_is_null(mod),
    "pow": null_if_any_is_null(pow_),
    "sign": null_if_any_is_null(sign),
}
