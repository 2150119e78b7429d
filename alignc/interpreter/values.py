"""What a value is and how values are ordered.

Timestamps are aware UTC datetimes, durations timedeltas that fit into 64 bits of microseconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from alignc.ir.types import INT64, INTEGER_BOUNDS

Scalar = bool | int | float | str | bytes | Decimal | datetime | date | timedelta | None
Value = Scalar | list[Scalar] | dict[str, Scalar]
Row = dict[str, Value]
Number = int | float | Decimal


# The second part is a value of the column's type, which mypy cannot compare with another.
def rank(value: Value) -> tuple[int, Any]:
    """Where `value` is in the order of its column: null, then the numbers, then NaN.

    Equal values have equal ranks, also two NaN and the two zeros, so a rank is a key as well.
    """
    if value is None:
        return (0, 0)
    if isinstance(value, float) and math.isnan(value):
        return (2, 0)
    if isinstance(value, list):
        # Element by element, a missing one above all others; a shorter list first.
        return (1, tuple((element is None, rank(element)) for element in value))
    return (1, value)


def int64(value: int) -> int | None:
    """The value if it fits into Int64: integers never wrap."""
    lowest, highest = INTEGER_BOUNDS[INT64]
    return value if lowest <= value <= highest else None


def duration(value: timedelta) -> timedelta | None:
    """The value if its microseconds fit into Int64."""
    return value if int64(value // timedelta(microseconds=1)) is not None else None


def null_if_any_is_null(op: Callable[..., Value]) -> Callable[..., Value]:
    def guarded(*args: Value) -> Value:
        return None if any(arg is None for arg in args) else op(*args)

    return guarded
