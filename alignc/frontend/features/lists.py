"""Lists and embeddings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Self

from alignc.frontend.capture import here, report
from alignc.frontend.features.base import (
    Bool,
    Feature,
    Float32,
    Float64,
    Int64,
    class_of,
    mistake,
    op,
)
from alignc.ir.expr import Constant, Literal, Scalar, literal
from alignc.ir.types import (
    FLOATS,
    INTEGER_BOUNDS,
    NUMBERS,
    DType,
    embedding,
    list_of,
    whole_digits,
)


class _Vector(Feature):
    """What lists and embeddings share; `_element` is a feature of the type of the elements."""

    _element: Feature | type[Feature]

    def _value_class(self) -> type[Feature]:
        # A class of its own, that knows the elements.
        known = {name: getattr(self, name) for name in ("dtype", "_element") if hasattr(self, name)}
        return type(type(self).__name__, (type(self),), known)

    # A constant is several values here.
    def fill_na(self, value: Feature | Iterable[Constant]) -> Any:  # type: ignore[override]
        """This list, or a constant or another list where it is missing."""
        given = value if isinstance(value, Feature) else self._constant(value)
        return op(self, "fill_na", self, given)

    def length(self) -> Int64:
        """The number of elements, those that are missing included."""
        return op(Int64, "list_length", self)

    def count_distinct(self) -> Int64:
        """How many different elements there are, those that are missing left out."""
        return op(Int64, "list_count_distinct", self)

    def at_index(self, index: int) -> Any:
        """The element at a position, from 0 or, if negative, from the end; null if there is none."""
        return op(class_of(self._element), "list_at", self, index)

    def dot_product(self, other: _Vector) -> Float64:
        """The sum of the products of the elements."""
        return op(Float64, "dot_product", self, other)

    def euclidean_distance(self, other: _Vector) -> Float64:
        """The straight-line distance between two points."""
        return op(Float64, "vector_distance", self, other)

    # As users of Aligned spell it.
    eucledian_distance = euclidean_distance

    def cosine_similarity(self, other: _Vector) -> Float64:
        """The cosine of the angle between two vectors; null if all elements of one are zero."""
        return op(Float64, "cosine_similarity", self, other)

    def _constant(self, values: Iterable[Constant]) -> Literal:
        """A list of constants that has the type of this one."""
        element = self._element.dtype
        held = tuple(_held(value, element) for value in values)
        return Literal(dtype=self._type_of(held), value=held)

    def _type_of(self, elements: Sequence[Scalar]) -> DType:
        """The type of a list with such elements."""
        return list_of(self._element.dtype)


class List(_Vector):
    """Values of one type in an order; any of them may be missing."""

    def __init__(self, sub_type: Feature | type[Feature]) -> None:
        super().__init__()
        self._element = sub_type
        try:
            self.dtype = list_of(sub_type.dtype)
        except (AttributeError, ValueError):
            what = sub_type.__name__ if isinstance(sub_type, type) else type(sub_type).__name__
            report("ALN172", f"there are no lists of {what}", here(), "such as `List(String())`")
            self._element, self.dtype = Int64, list_of(Int64.dtype)

    def contains(self, value: Feature | Constant) -> Bool:
        """Whether one of the elements equals a value; elements that are missing do not count."""
        if value is None:
            report("ALN116", "nothing equals a null", here())
            return mistake(Bool)
        return op(Bool, "list_contains", self, self._operand(value))

    def contains_any(self, values: List | Iterable[Constant]) -> Bool:
        """Whether there is one of some constants in it, or of the elements of another list."""
        given = values if isinstance(values, Feature) else self._constant(values)
        return op(Bool, "list_contains_any", self, given)

    def _operand(self, value: Feature | Constant) -> Feature | Constant | Literal:
        """A constant in the type of the elements, times in the zone of this feature."""
        dtype = self._element.dtype
        if value is None or isinstance(value, Feature) or literal(value).dtype == dtype:
            return value
        return Literal(dtype=dtype, value=_held(value, dtype))

    def min_length(self, length: int, *, severity: str | None = None, allow: float = 0.0) -> Self:
        """The smallest number of elements allowed."""
        return self._constrained("min_length", length, severity=severity, allow=allow)

    def max_length(self, length: int, *, severity: str | None = None, allow: float = 0.0) -> Self:
        """The largest number of elements allowed."""
        return self._constrained("max_length", length, severity=severity, allow=allow)


def list_like(element: Feature) -> List:
    """A list of what `element` is, such as an aggregate makes."""
    made = List.__new__(List)
    Feature.__init__(made)
    made._element = element
    return made


class Embedding(_Vector):
    """A vector of 32-bit floats; one of another length, or with a number missing, is null."""

    _element = Float32

    def __init__(self, embedding_size: int) -> None:
        super().__init__()
        try:
            self.dtype = embedding(embedding_size)
        except ValueError as error:
            report("ALN172", str(error), here())
            self.dtype = embedding(1)

    def _type_of(self, elements: Sequence[Scalar]) -> DType:
        if None in elements:
            report("ALN104", "an embedding lacks no number", here())
        # The op table compares the lengths.
        return embedding(max(1, len(elements)))


def _held(value: Constant, dtype: DType) -> Scalar:
    """How a literal of a type holds a constant."""
    if value is None:
        return None
    made = literal(value)
    held = made.value
    assert not isinstance(held, tuple)
    if made.dtype == dtype:
        return held
    if dtype in INTEGER_BOUNDS and isinstance(value, int) and not isinstance(value, bool):
        low, high = INTEGER_BOUNDS[dtype]
        if low <= value <= high:
            return value
    elif dtype in FLOATS and made.dtype in NUMBERS and isinstance(held, int | float):
        return float(held)
    elif dtype.name == "Decimal" and isinstance(value, int | Decimal):
        scale = made.dtype.scale if made.dtype.name == "Decimal" else 0
        if scale <= dtype.scale and whole_digits(made.dtype) <= whole_digits(dtype):
            return f"{value:f}"
    report("ALN104", f"{value!r} is no {dtype}, as the elements of the list are", here())
    return None
