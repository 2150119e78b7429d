"""What a value is, how values are ordered, and one small function per row-wise op.

Timestamps are aware UTC datetimes; dates and durations occur only in given rows. Ops see values
without their types; `evaluate` gives the result the type that the op table says.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from alignc.ir.regex import parse, spell
from alignc.ir.types import INT64, INTEGER_BOUNDS

Value = bool | int | float | str | datetime | date | timedelta | None
Row = dict[str, Value]
Number = int | float


# The second part is a value of the column's type, which mypy cannot compare with another.
def rank(value: Value) -> tuple[int, Any]:
    """Where `value` is in the order of its column: null, then the numbers, then NaN.

    Equal values have equal ranks, also two NaN and the two zeros, so a rank is a key as well.
    """
    if value is None:
        return (0, 0)
    if isinstance(value, float) and math.isnan(value):
        return (2, 0)
    return (1, value)


def int64(value: int) -> int | None:
    """The value if it fits into Int64: integers never wrap."""
    lowest, highest = INTEGER_BOUNDS[INT64]
    return value if lowest <= value <= highest else None


def _number(value: Number) -> Number | None:
    return int64(value) if isinstance(value, int) else value


def _null_if_any_is_null(op: Callable[..., Value]) -> Callable[..., Value]:
    def guarded(*args: Value) -> Value:
        return None if any(arg is None for arg in args) else op(*args)

    return guarded


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


def _of_one_type(*values: Value) -> list[Value]:
    """The values as they are compared: integers beside a float are floats."""
    if not any(isinstance(value, float) for value in values):
        return list(values)
    return [float(value) if isinstance(value, int) else value for value in values]


def eq(x: Value, y: Value) -> bool:
    x, y = _of_one_type(x, y)
    return rank(x) == rank(y)


def ne(x: Value, y: Value) -> bool:
    return not eq(x, y)


def lt(x: Value, y: Value) -> bool:
    x, y = _of_one_type(x, y)
    return rank(x) < rank(y)


def le(x: Value, y: Value) -> bool:
    return lt(x, y) or eq(x, y)


def gt(x: Value, y: Value) -> bool:
    return lt(y, x)


def ge(x: Value, y: Value) -> bool:
    return le(y, x)


def is_in(x: Value, *values: Value) -> bool:
    x, *values_ = _of_one_type(x, *values)
    return any(eq(x, value) for value in values_)


def and_(x: bool | None, y: bool | None) -> bool | None:
    if x is False or y is False:
        return False
    return None if x is None or y is None else True


def or_(x: bool | None, y: bool | None) -> bool | None:
    if x is True or y is True:
        return True
    return None if x is None or y is None else False


def not_(x: bool) -> bool:
    return not x


def if_else(condition: bool | None, then: Value, otherwise: Value) -> Value:
    return then if condition is True else otherwise


def is_null(x: Value) -> bool:
    return x is None


def is_not_null(x: Value) -> bool:
    return x is not None


def fill_na(x: Value, value: Value) -> Value:
    return value if x is None else x


def contains(x: str, text: str) -> bool:
    return text in x


def matches(x: str, pattern: str) -> bool:
    return re.search(spell(parse(pattern), "python"), x) is not None


def date_component(x: datetime, component: str, time_zone: str) -> int:
    return _COMPONENTS[component](x.astimezone(ZoneInfo(time_zone)))


_COMPONENTS: dict[str, Callable[[datetime], int]] = {
    "year": lambda t: t.year,
    "quarter": lambda t: (t.month + 2) // 3,
    "month": lambda t: t.month,
    "week": lambda t: t.isocalendar().week,
    "day": lambda t: t.day,
    "weekday": lambda t: t.isoweekday(),
    "day_of_year": lambda t: t.timetuple().tm_yday,
    "hour": lambda t: t.hour,
    "minute": lambda t: t.minute,
    "second": lambda t: t.second,
}


def seconds_between(end: datetime, start: datetime) -> float:
    return (end - start) / timedelta(seconds=1)


def ordinal(x: int | str, *labels: int | str) -> int | None:
    return labels.index(x) if x in labels else None


OPS: dict[str, Callable[..., Value]] = {
    "add": _null_if_any_is_null(add),
    "sub": _null_if_any_is_null(sub),
    "mul": _null_if_any_is_null(mul),
    "div": _null_if_any_is_null(div),
    "neg": _null_if_any_is_null(neg),
    "abs": _null_if_any_is_null(abs_),
    "floor": _null_if_any_is_null(floor),
    "ceil": _null_if_any_is_null(ceil),
    "round": _null_if_any_is_null(round_),
    "square": _null_if_any_is_null(square),
    "sqrt": _null_if_any_is_null(sqrt),
    "euclidean_distance": _null_if_any_is_null(euclidean_distance),
    "eq": _null_if_any_is_null(eq),
    "ne": _null_if_any_is_null(ne),
    "lt": _null_if_any_is_null(lt),
    "le": _null_if_any_is_null(le),
    "gt": _null_if_any_is_null(gt),
    "ge": _null_if_any_is_null(ge),
    "is_in": _null_if_any_is_null(is_in),
    "and": and_,
    "or": or_,
    "not": _null_if_any_is_null(not_),
    "if_else": if_else,
    "is_null": is_null,
    "is_not_null": is_not_null,
    "fill_na": fill_na,
    "contains": _null_if_any_is_null(contains),
    "matches": _null_if_any_is_null(matches),
    "date_component": _null_if_any_is_null(date_component),
    "seconds_between": _null_if_any_is_null(seconds_between),
    "ordinal": _null_if_any_is_null(ordinal),
}
