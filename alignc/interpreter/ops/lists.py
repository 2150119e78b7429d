"""Lists and embeddings."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from alignc.interpreter.values import Scalar, Value, null_if_any_is_null, rank

Vector = Sequence[float | None]


def split(x: str, separator: str) -> list[Scalar]:
    return [*x.split(separator)]


def length(x: Sequence[Scalar]) -> int:
    return len(x)


def count_distinct(x: Sequence[Scalar]) -> int:
    return len({rank(element) for element in x if element is not None})


def contains(x: Sequence[Scalar], value: Scalar) -> bool:
    return any(element is not None and rank(element) == rank(value) for element in x)


def contains_any(x: Sequence[Scalar], y: Sequence[Scalar]) -> bool:
    return any(value is not None and contains(x, value) for value in y)


def at(x: Sequence[Scalar], index: int) -> Scalar:
    return x[index] if -len(x) <= index < len(x) else None


def _of_pairs(
    compute: Callable[[Sequence[float], Sequence[float]], float | None],
) -> Callable[..., Value]:
    """The computation where both have equally many numbers and all are there."""

    def guarded(x: Vector, y: Vector) -> float | None:
        left, right = ([float(n) for n in numbers if n is not None] for numbers in (x, y))
        complete = len(left) == len(x) == len(y) == len(right)
        return compute(left, right) if complete else None

    return null_if_any_is_null(guarded)


def dot_product(x: Sequence[float], y: Sequence[float]) -> float:
    total = 0.0
    for a, b in zip(x, y, strict=True):
        total += a * b
    return total


def distance(x: Sequence[float], y: Sequence[float]) -> float:
    between = [a - b for a, b in zip(x, y, strict=True)]
    return math.sqrt(dot_product(between, between))


def cosine_similarity(x: Sequence[float], y: Sequence[float]) -> float | None:
    sizes = math.sqrt(dot_product(x, x)) * math.sqrt(dot_product(y, y))
    return None if sizes == 0 else dot_product(x, y) / sizes


OPS: dict[str, Callable[..., Value]] = {
    "split": null_if_any_is_null(split),
    "list_length": null_if_any_is_null(length),
    "list_count_distinct": null_if_any_is_null(count_distinct),
    "list_contains": null_if_any_is_null(contains),
    "list_contains_any": null_if_any_is_null(contains_any),
    "list_at": null_if_any_is_null(at),
    "dot_product": _of_pairs(dot_product),
    "vector_distance": _of_pairs(distance),
    "cosine_similarity": _of_pairs(cosine_similarity),
}
