"""Numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal

from alignc.interpreter.values import Number, Value, int64, null_if_any_is_null


def _number(value: Number) -> Number | None:
    return int64(value) if isinstance(value, int) else value


def add(x: Number, y: Number) -> Number | None:
    return _number(x + y)


def sub(x: Number, y: Number) -> Number | None:
    return _number(x - y)


def mul(x: Number, y: Number) -> Number | None:
    return _number(x * y)


def div(x: Number, y: Number) -> float | None:
    return None if y == 0 else x / y


def neg(x: Number) -> Number | None:
    return _number(-x)


def abs_(x: Number) -> Number | None:
    return _number(abs(x))


def floor(x: Number) -> int | None:
    return int64(math.floor(x)) if math.isfinite(x) else None


def ceil(x: Number) -> int | None:
    return int64(math.ceil(x)) if math.isfinite(x) else None


def round_(x: Number, digits: int) -> float:
    if not math.isfinite(x):
        return x
    step = Decimal(1).scaleb(-digits)
    # The largest float has 309 digits before the point, so that nothing is out of precision.
    exact = Context(prec=400)
    return float(Decimal(repr(x)).quantize(step, rounding=ROUND_HALF_UP, context=exact))


def square(x: Number) -> float:
    return float(x) * float(x)


def sqrt(x: Number) -> float | None:
    return None if x < 0 else math.sqrt(x)


def euclidean_distance(x1: Number, y1: Number, x2: Number, y2: Number) -> float | None:
    across, along = sub(x1, x2), sub(y1, y2)
    if across is None or along is None:
        return None
    return sqrt(square(across) + square(along))


OPS: dict[str, Callable[..., Value]] = {
    "add": null_if_any_is_null(add),
    "sub": null_if_any_is_null(sub),
    "mul": null_if_any_is_null(mul),
    "div": null_if_any_is_null(div),
    "neg": null_if_any_is_null(neg),
    "abs": null_if_any_is_null(abs_),
    "floor": null_if_any_is_null(floor),
    "ceil": null_if_any_is_null(ceil),
    "round": null_if_any_is_null(round_),
    "square": null_if_any_is_null(square),
    "sqrt": null_if_any_is_null(sqrt),
    "euclidean_distance": null_if_any_is_null(euclidean_distance),
}
