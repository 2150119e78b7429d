"""Numbers."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from alignc.interpreter.values import Number, Value, int64, null_if_any_is_null

# Python rounds the results of decimals to a precision: this one is never reached.
_EXACT = Context(prec=400)


def _computed(of: Callable[..., Number], *args: Number) -> Number | None:
    """Integers that fit into 64 bits, decimals without rounding, floats."""
    with localcontext(_EXACT):
        value = of(*args)
    return int64(value) if isinstance(value, int) else value


def add(x: Number, y: Number) -> Number | None:
    return _computed(operator.add, x, y)


def sub(x: Number, y: Number) -> Number | None:
    return _computed(operator.sub, x, y)


def mul(x: Number, y: Number) -> Number | None:
    return _computed(operator.mul, x, y)


def div(x: Number, y: Number) -> Number | None:
    return None if y == 0 else _computed(operator.truediv, x, y)


def neg(x: Number) -> Number | None:
    return _computed(operator.neg, x)


def abs_(x: Number) -> Number | None:
    return _computed(operator.abs, x)


def floor(x: Number) -> int | None:
    return int64(math.floor(x)) if math.isfinite(x) else None


def ceil(x: Number) -> int | None:
    return int64(math.ceil(x)) if math.isfinite(x) else None


def round_(x: Number, digits: int) -> Number:
    if not math.isfinite(x):
        return x
    step = Decimal(1).scaleb(-digits)
    # The largest float has 309 digits before the point, so that nothing is out of precision.
    value = x if isinstance(x, Decimal) else Decimal(repr(x))
    rounded = value.quantize(step, rounding=ROUND_HALF_UP, context=_EXACT)
    return rounded if isinstance(x, Decimal) else float(rounded)


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
