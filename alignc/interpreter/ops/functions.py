"""Functions of one number."""

from __future__ import annotations

import math
from collections.abc import Callable

from alignc.interpreter.values import Number, Value, null_if_any_is_null


def _where(
    is_defined: Callable[[float], bool], function: Callable[[float], float]
) -> Callable[..., Value]:
    """The function where it is defined, null elsewhere; NaN stays NaN."""

    def guarded(x: Number) -> float | None:
        value = float(x)
        if math.isnan(value):
            return value
        return function(value) if is_defined(value) else None

    return null_if_any_is_null(guarded)


def _everywhere(function: Callable[[float], float]) -> Callable[..., Value]:
    return _where(lambda x: True, function)


def _positive(x: float) -> bool:
    return x > 0


def _from_minus_one_to_one(x: float) -> bool:
    return -1 <= x <= 1


def exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def sinh(x: float) -> float:
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(math.inf, x)


def cosh(x: float) -> float:
    try:
        return math.cosh(x)
    except OverflowError:
        return math.inf


def log_base(x: Number, base: Number) -> Value:
    logarithm = OPS["log"](x)
    return logarithm / math.log(base) if isinstance(logarithm, float) else None


OPS: dict[str, Callable[..., Value]] = {
    "exp": _everywhere(exp),
    "log": _where(_positive, math.log),
    "log10": _where(_positive, math.log10),
    "log1p": _where(lambda x: x > -1, math.log1p),
    "log_base": log_base,
    "sin": _where(math.isfinite, math.sin),
    "cos": _where(math.isfinite, math.cos),
    "tan": _where(math.isfinite, math.tan),
    "cot": _where(lambda x: math.isfinite(x) and x != 0, lambda x: 1 / math.tan(x)),
    "arcsin": _where(_from_minus_one_to_one, math.asin),
    "arccos": _where(_from_minus_one_to_one, math.acos),
    "arctan": _everywhere(math.atan),
    "sinh": _everywhere(sinh),
    "cosh": _everywhere(cosh),
    "tanh": _everywhere(math.tanh),
    "arcsinh": _everywhere(math.asinh),
    "arccosh": _where(lambda x: x >= 1, math.acosh),
    "arctanh": _where(lambda x: -1 < x < 1, math.atanh),
    "degrees": _everywhere(math.degrees),
    "radians": _everywhere(math.radians),
}
