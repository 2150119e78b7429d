"""One small function per aggregate: a value from the values of many rows, nulls skipped.

Sums are exact and rounded once at the end, so that neither the order of the rows nor a large value
among small ones changes them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from fractions import Fraction

from alignc.interpreter.values import Number as Inexact
from alignc.interpreter.values import Scalar, Value, int64, rank

Number = Inexact | Decimal


def _present(values: Sequence[Value]) -> list[Value]:
    return [value for value in values if value is not None]


def _numbers(values: Sequence[Number | None]) -> list[Number]:
    return [value for value in values if value is not None]


def _finite(values: Sequence[Number]) -> bool:
    return all(math.isfinite(value) for value in values)


def _to_float(exact: Fraction) -> float:
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def _exact_sum(values: Sequence[Number]) -> Fraction:
    return sum((Fraction(value) for value in values), Fraction(0))


def count(values: Sequence[Value]) -> int:
    return len(_present(values))


def sum_(values: Sequence[Number | None]) -> Number | None:
    numbers = _numbers(values)
    if not numbers:
        return None
    if all(isinstance(value, int) for value in numbers):
        return int64(int(_exact_sum(numbers)))
    if all(isinstance(value, Decimal) for value in numbers):
        total = Decimal(0)
        for value in numbers:
            total = Context(prec=60).add(total, Decimal(value))
        return total
    if not _finite(numbers):
        return _infinite_sum(numbers)
    return _to_float(_exact_sum(numbers))


def _infinite_sum(values: Sequence[Number]) -> float:
    """NaN if there is one or if infinities of both signs meet, else the infinity."""
    return float(sum(value for value in values if not math.isfinite(value)))


def mean(values: Sequence[Number | None]) -> float | None:
    numbers = _numbers(values)
    if not numbers:
        return None
    if not _finite(numbers):
        return _infinite_sum(numbers)
    return _to_float(_exact_sum(numbers) / len(numbers))


def variance(values: Sequence[Number | None]) -> float | None:
    numbers = _numbers(values)
    if len(numbers) < 2:
        return None
    if not _finite(numbers):
        return math.nan
    middle = _exact_sum(numbers) / len(numbers)
    squares = sum(((Fraction(value) - middle) ** 2 for value in numbers), Fraction(0))
    return _to_float(squares / (len(numbers) - 1))


def std(values: Sequence[Number | None]) -> float | None:
    spread = variance(values)
    return None if spread is None else math.sqrt(spread)


def count_distinct(values: Sequence[Value]) -> int:
    return len({rank(value) for value in _present(values)})


def any_(values: Sequence[Value]) -> bool | None:
    return any(_present(values)) if _present(values) else None


def all_(values: Sequence[Value]) -> bool | None:
    return all(_present(values)) if _present(values) else None


def first(values: Sequence[Value]) -> Value:
    return next(iter(_present(values)), None)


def last(values: Sequence[Value]) -> Value:
    return first(list(reversed(values)))


def last_k(values: Sequence[Scalar], k: int) -> list[Scalar] | None:
    present: list[Scalar] = [value for value in values if value is not None]
    return present[-k:] or None


def percentile(values: Sequence[Number | None], p: float) -> float | None:
    numbers = sorted(_numbers(values), key=rank)
    if not numbers:
        return None
    position = p * (len(numbers) - 1)
    share = position - math.floor(position)
    low, high = float(numbers[math.floor(position)]), float(numbers[math.ceil(position)])
    if share == 0 or low == high:
        return low
    if not _finite([low, high]):
        # Whatever the share: infinite, or NaN between the two infinities and beside a NaN.
        return low + high
    return low + (high - low) * share


def mode(values: Sequence[Value]) -> Value:
    present = _present(values)

    def frequency(value: Value) -> int:
        return sum(rank(other) == rank(value) for other in present)

    return min(present, key=lambda value: (-frequency(value), rank(value)), default=None)


def concat(values: Sequence[str | None], separator: str) -> str | None:
    texts = [value for value in values if value is not None]
    return separator.join(texts) if texts else None


def min_(values: Sequence[Value]) -> Value:
    return min(_present(values), key=rank, default=None)


def max_(values: Sequence[Value]) -> Value:
    return max(_present(values), key=rank, default=None)


# The values are in the total order of their rows; `last_k`, `percentile`, `concat` have a parameter.
AGGREGATES: dict[str, Callable[..., Value]] = {
    "count": count,
    "count_distinct": count_distinct,
    "sum": sum_,
    "mean": mean,
    "variance": variance,
    "std": std,
    "min": min_,
    "max": max_,
    "any": any_,
    "all": all_,
    "first": first,
    "last": last,
    "last_k": last_k,
    "percentile": percentile,
    "mode": mode,
    "concat": concat,
}
