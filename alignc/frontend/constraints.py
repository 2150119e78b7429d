"""What constraints and expectations can be given: a bound that is no number would fail in every program."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from alignc.frontend.values import literal_value
from alignc.ir.module import ConstraintName
from alignc.ir.types import DType, is_decimal


def misfit(name: ConstraintName, values: Iterable[object], dtype: DType) -> str | None:
    """Why a constraint of a feature cannot be, in words; None if it can."""
    for value in values:
        match name:
            case "lower_bound" | "upper_bound":
                fits, what = is_number(value) or _is_exact(value, dtype), "number"
            case "min_length" | "max_length":
                fits, what = isinstance(value, int) and is_number(value) and value >= 0, "length"
            case "matches" | "starts_with" | "ends_with":
                fits, what = isinstance(value, str), "text"
            case "accepted_values":
                # A null is no value, and may stand among them.
                fits = value is None or literal_value(value, dtype, "UTC") is not None
                what = f"value of {dtype}"
        if not fits:
            # A feature is shown by what it is: it has no text.
            shown = "a feature" if hasattr(value, "dtype") else reprlib.repr(value)
            return f"`{name}`: {shown} is no {what}"
    return None


def is_number(value: object) -> bool:
    """Whether it is a number that a float has about."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    try:
        return math.isfinite(value)
    except (OverflowError, ValueError):
        return False


def _is_exact(value: object, dtype: DType) -> bool:
    """Whether it is the text of a decimal, beside one."""
    if not is_decimal(dtype) or not isinstance(value, str):
        return False
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False
