"""How an op is declared: name, typed parameters, result type, null rule, examples.

The examples are the specification: they run on every engine and in the interpreter.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alignc.ir.expr import Expr, Held, Scalar
from alignc.ir.types import (
    BINARY,
    BOOL,
    DATE,
    DURATION,
    FLOAT64,
    FLOATS,
    INT64,
    INTEGERS,
    JSON,
    MAX_DECIMAL_DIGITS,
    NUMBERS,
    STRING,
    TIMESTAMP,
    DType,
    decimal,
    is_decimal,
    scale_of,
    whole_digits,
)


@dataclass(frozen=True)
class TypeSet:
    """The types that a parameter accepts, with the word that an error uses for them.

    `families` are names of types that have parameters: all types of that name are accepted.
    """

    word: str
    types: frozenset[DType]
    families: frozenset[str] = frozenset()

    def __contains__(self, dtype: DType) -> bool:
        return dtype in self.types or dtype.name in self.families


_DECIMAL = frozenset({"Decimal"})
NUMBER = TypeSet("a number", NUMBERS, _DECIMAL)
BINARY_NUMBER = TypeSet("an integer or a float", NUMBERS)
INTEGER = TypeSet("an integer", INTEGERS)
BOOLEAN = TypeSet("a boolean", frozenset({BOOL}))
TEXT = TypeSet("text", frozenset({STRING}))
INSTANT = TypeSet("a timestamp", frozenset({TIMESTAMP}))
DAY = TypeSet("a date", frozenset({DATE}))
ELAPSED = TypeSet("a duration", frozenset({DURATION}))
_ORDERED = NUMBERS | {BOOL, STRING, TIMESTAMP, DATE, DURATION}
# What has an order, and everything that can be missing.
SCALAR = TypeSet("a scalar", _ORDERED, _DECIMAL)
ANY = TypeSet(
    "a value",
    _ORDERED | {BINARY, JSON},
    frozenset({"Decimal", "List", "Struct", "Embedding"}),
)
LIST = TypeSet("a list", frozenset(), frozenset({"List"}))
LIST_OR_EMBEDDING = TypeSet("a list", frozenset(), frozenset({"List", "Embedding"}))
CATEGORY = TypeSet("text or an integer", INTEGERS | {STRING})


@dataclass(frozen=True)
class Param:
    """A parameter. `constant` ones take a literal; `variadic` is true for the last one only."""

    name: str
    accepts: TypeSet
    constant: bool = False
    variadic: bool = False


class Nulls(enum.Enum):
    """What a null argument makes of the result."""

    PROPAGATE = "null if any argument is null"
    KLEENE = "three-valued logic"
    OWN = "the op decides, see its doc"


# The types of the arguments to the type of the result; a str is the reason why there is none.
Returns = Callable[[Sequence[DType]], DType | str]


@dataclass(frozen=True)
class Example:
    """One case: arguments, result, and the types of the arguments where literals do not tell."""

    args: tuple[Held, ...]
    result: Held
    types: tuple[DType, ...] | None = None


@dataclass(frozen=True)
class OpSpec:
    name: str
    params: tuple[Param, ...]
    returns: Returns
    doc: str
    examples: tuple[Example, ...]
    nulls: Nulls = Nulls.PROPAGATE
    # How it prints between two arguments, for operators; the name is used otherwise.
    symbol: str | None = None
    # The same computation in other ops, used by a backend that has no native row.
    expand: Callable[..., Expr] | None = None


@dataclass(frozen=True)
class AggregateExample:
    """One case: the values in their order, the result, and the aggregate's parameter."""

    values: tuple[Scalar, ...]
    result: Held
    parameter: Scalar = None


@dataclass(frozen=True)
class AggregateSpec:
    """An op over many rows; nulls are skipped.

    `invertible`: rows can be taken back exactly for exact types; `mergeable`: partial results of
    disjoint rows combine; `ordered`: the total order of the rows matters. `empty` is the result for
    no (non-null) rows. `parameter` names the constant that the aggregate needs.
    """

    name: str
    accepts: TypeSet
    returns: Returns
    doc: str
    examples: tuple[AggregateExample, ...]
    empty: Scalar = None
    invertible: bool = False
    mergeable: bool = True
    ordered: bool = False
    parameter: Param | None = None


def fixed(dtype: DType) -> Returns:
    return lambda _: dtype


def same_as_first(types: Sequence[DType]) -> DType | str:
    return types[0]


def integer_or_float(types: Sequence[DType]) -> DType | str:
    """Int64 for integers, Float64 as soon as a float is among them."""
    return FLOAT64 if any(t in FLOATS for t in types) else INT64


def exact(of_decimals: Returns) -> Returns:
    """The type of arithmetic: `of_decimals` where a decimal is beside no float."""

    def returns(types: Sequence[DType]) -> DType | str:
        if any(map(is_decimal, types)) and not any(t in FLOATS for t in types):
            return of_decimals(types)
        return integer_or_float(types)

    return returns


def common(types: Sequence[DType]) -> DType | str:
    """The type that holds all of them: the type itself, or one of numbers for mixed numbers.

    Integers give Int64, a float among them Float64; decimals and integers a decimal with room for
    the digits of all.
    """
    if len(set(types)) == 1:
        return types[0]
    if all(t in NUMBERS for t in types):
        return integer_or_float(types)
    if all(t in NUMBER for t in types):
        if any(t in FLOATS for t in types):
            return FLOAT64
        scale = max(map(scale_of, types))
        digits = max(map(whole_digits, types)) + scale
        if digits <= MAX_DECIMAL_DIGITS:
            return decimal(digits, scale)
    names = " and ".join(dict.fromkeys(str(t) for t in types))
    return f"{names} have no common type"


def comparable(types: Sequence[DType]) -> DType | str:
    match common(types):
        case str(reason):
            return reason.replace("have no common type", "cannot be compared")
        case _:
            return BOOL
