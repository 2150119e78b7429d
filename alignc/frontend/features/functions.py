"""Functions of one number, as methods of the number types."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from alignc.frontend.capture import here, report

if TYPE_CHECKING:
    from alignc.frontend.features.base import Bool, Float64


class NumberFunctions:
    """What can be computed from one number. Outside of a function's domain the result is null."""

    def sqrt(self) -> Float64:
        return _float("sqrt", self)

    def exp(self) -> Float64:
        return _float("exp", self)

    def log(self, base: float | None = None) -> Float64:
        """The logarithm to a base, by default the natural one."""
        if base is None:
            return _float("log", self)
        if base == 10:
            return _float("log10", self)
        if not (0 < base < math.inf) or base == 1:
            report("ALN150", f"{base} is not the base of a logarithm", here())
        return _float("log_base", self, base)

    def log10(self) -> Float64:
        return _float("log10", self)

    def log1p(self) -> Float64:
        """The natural logarithm of 1 plus this, exact also close to zero."""
        return _float("log1p", self)

    def sin(self) -> Float64:
        return _float("sin", self)

    def cos(self) -> Float64:
        return _float("cos", self)

    def tan(self) -> Float64:
        return _float("tan", self)

    def cot(self) -> Float64:
        return _float("cot", self)

    def arcsin(self) -> Float64:
        return _float("arcsin", self)

    def arccos(self) -> Float64:
        return _float("arccos", self)

    def arctan(self) -> Float64:
        return _float("arctan", self)

    def sinh(self) -> Float64:
        return _float("sinh", self)

    def cosh(self) -> Float64:
        return _float("cosh", self)

    def tanh(self) -> Float64:
        return _float("tanh", self)

    def arcsinh(self) -> Float64:
        return _float("arcsinh", self)

    def arccosh(self) -> Float64:
        return _float("arccosh", self)

    def arctanh(self) -> Float64:
        return _float("arctanh", self)

    def degrees(self) -> Float64:
        """Radians in degrees."""
        return _float("degrees", self)

    def radians(self) -> Float64:
        """Degrees in radians."""
        return _float("radians", self)

    def is_nan(self) -> Bool:
        return _bool("is_nan", self)

    def is_not_nan(self) -> Bool:
        return _bool("is_not_nan", self)

    def is_finite(self) -> Bool:
        """Neither NaN nor infinite."""
        return _bool("is_finite", self)

    def is_infinite(self) -> Bool:
        return _bool("is_infinite", self)


# The base of all types imports this file, so that it is imported when a definition is read.


def _float(name: str, x: object, *more: float) -> Float64:
    from alignc.frontend.features.base import Feature, Float64, op

    assert isinstance(x, Feature)
    return op(Float64, name, x, *more)


def _bool(name: str, x: object) -> Bool:
    from alignc.frontend.features.base import Bool, Feature, op

    assert isinstance(x, Feature)
    return op(Bool, name, x)
