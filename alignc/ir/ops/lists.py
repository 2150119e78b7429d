"""Lists and embeddings.

A list that is missing gives null, an element that is missing is left out of every comparison.
Sums go from left to right, in 64 bits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from alignc.ir.expr import Held
from alignc.ir.ops.spec import (
    INTEGER,
    LIST,
    LIST_OR_EMBEDDING,
    SCALAR,
    TEXT,
    Example,
    OpSpec,
    Param,
    fixed,
)
from alignc.ir.types import (
    BOOL,
    DATE,
    DURATION,
    FLOAT32,
    FLOAT64,
    FLOATS,
    INT8,
    INT64,
    STRING,
    UINT8,
    DType,
    decimal,
    embedding,
    list_of,
)

_NAN, _INF = math.nan, math.inf
_TEXTS, _WHOLE, _REAL = list_of(STRING), list_of(INT64), list_of(FLOAT64)
_EMOJI = "\U0001f600"


def _contains(types: Sequence[DType]) -> DType | str:
    given, value = types
    return BOOL if value == given.element else f"there is no {value} in a {given}"


def _contains_any(types: Sequence[DType]) -> DType | str:
    x, y = types
    return BOOL if x == y else f"{x} and {y} have no elements in common"


def _pairs(types: Sequence[DType]) -> DType | str:
    """A float, from two vectors that may have the same length."""
    for given in types:
        if given.element not in FLOATS:
            return f"{given} is not a list of floats"
    if len({given.sizes for given in types if given.name == "Embedding"}) > 1:
        return "the embeddings have different lengths"
    return FLOAT64


_VECTORS = (Param("x", LIST_OR_EMBEDDING), Param("y", LIST_OR_EMBEDDING))
_FLOATS_AND_EMBEDDING = (_REAL, embedding(2))


def _of_pairs(name: str, doc: str, *cases: tuple[Held, Held, float | None]) -> OpSpec:
    """An op of two vectors; null unless both have equally many numbers and all are there."""
    return OpSpec(
        name=name,
        params=_VECTORS,
        returns=_pairs,
        doc=f"{doc} Null unless both have equally many elements and none is missing.",
        examples=(
            *(Example((x, y), result, (_REAL, _REAL)) for x, y, result in cases),
            Example(((1.0, 2.0), (1.0,)), None, (_REAL, _REAL)),
            Example(((1.0, None), (1.0, 2.0)), None, (_REAL, _REAL)),
            Example(((None, 1.0), (None, 2.0)), None, (_REAL, _REAL)),
            Example((None, (1.0,)), None, (_REAL, _REAL)),
            Example((None, ()), None, (_REAL, _REAL)),
            Example((None, None), None, (_REAL, _REAL)),
            Example((None, None), None, (embedding(2), embedding(2))),
            Example(((1.0,), None), None, (_REAL, _REAL)),
            Example(((1.0, 2.0), None), None, _FLOATS_AND_EMBEDDING),
            Example(((1.0, 2.0, 3.0), (1.0, 2.0)), None, _FLOATS_AND_EMBEDDING),
        ),
    )


OPS = (
    OpSpec(
        name="split",
        params=(Param("x", TEXT), Param("separator", TEXT, constant=True)),
        returns=fixed(_TEXTS),
        doc="The pieces of `x` between the places where `separator` occurs, letter for letter; "
        "also empty ones.",
        examples=(
            Example(("a,b", ","), ("a", "b")),
            Example((",a,,b,", ","), ("", "a", "", "b", "")),
            Example(("", ","), ("",)),
            Example((",", ","), ("", "")),
            Example(("abc", ","), ("abc",)),
            Example(("a.b|c", "."), ("a", "b|c")),
            Example(("a||b|c", "||"), ("a", "b|c")),
            Example(("aaa", "aa"), ("", "a")),
            Example(("a\\Eb", "\\E"), ("a", "b")),
            Example(("it's\nso", "'"), ("it", "s\nso")),
            Example((_EMOJI + "ße\u0301" + _EMOJI, "e"), (_EMOJI + "ß", "\u0301" + _EMOJI)),
            Example((None, ","), None, (STRING, STRING)),
        ),
    ),
    OpSpec(
        name="list_length",
        params=(Param("x", LIST_OR_EMBEDDING),),
        returns=fixed(INT64),
        doc="The number of elements, those that are missing included.",
        examples=(
            Example((("a", None),), 2, (_TEXTS,)),
            Example(((),), 0, (_WHOLE,)),
            Example(((None,),), 1, (_REAL,)),
            Example((None,), None, (_TEXTS,)),
            Example(((1.0, 0.0),), 2, (embedding(2),)),
        ),
    ),
    OpSpec(
        name="list_count_distinct",
        params=(Param("x", LIST),),
        returns=fixed(INT64),
        doc="How many different elements there are; those that are missing do not count, NaN equals "
        "NaN, and the two zeros are one.",
        examples=(
            Example((("a", "B", "a", None),), 2, (_TEXTS,)),
            Example((("a", "A", "", "a "),), 4, (_TEXTS,)),
            Example((("\u00e9", "e\u0301"),), 2, (_TEXTS,)),
            Example(((1, 2, 1, None, None),), 2, (_WHOLE,)),
            Example(((2**63 - 1, -(2**63)),), 2, (_WHOLE,)),
            Example(((0.0, -0.0, _NAN, -_NAN, _INF),), 3, (_REAL,)),
            Example(((None,),), 0, (_WHOLE,)),
            Example(((),), 0, (_REAL,)),
            Example((None,), None, (_TEXTS,)),
            Example(((True, False, True),), 2, (list_of(BOOL),)),
            Example((("2024-02-29", "2024-02-29"),), 1, (list_of(DATE),)),
            Example((("1.50", "1.5"),), 1, (list_of(decimal(5, 2)),)),
        ),
    ),
    OpSpec(
        name="list_contains",
        params=(Param("x", LIST), Param("value", SCALAR)),
        returns=_contains,
        doc="Whether one of the elements equals `value`; false if there are none.",
        examples=(
            Example((("a", "B"), "B"), True, (_TEXTS, STRING)),
            Example((("a", "B"), "b"), False, (_TEXTS, STRING)),
            Example((("e\u0301", _EMOJI), "\u00e9"), False, (_TEXTS, STRING)),
            Example((("it's", ""), ""), True, (_TEXTS, STRING)),
            Example(((1, None), 2), False, (_WHOLE, INT64)),
            Example(((1, None), 1), True, (_WHOLE, INT64)),
            Example(((2**63 - 1, -(2**63)), -(2**63)), True, (_WHOLE, INT64)),
            Example(((None,), None), None, (_WHOLE, INT64)),
            Example(((), 1), False, (_WHOLE, INT64)),
            Example((None, 1), None, (_WHOLE, INT64)),
            Example(((1, 7), 7), True, (list_of(INT8), INT8)),
            Example(((1.0, _NAN), _NAN), True, (_REAL, FLOAT64)),
            Example(((1.0, None), _NAN), False, (_REAL, FLOAT64)),
            Example(((_NAN, _INF), -_INF), False, (_REAL, FLOAT64)),
            Example(((-0.0,), 0.0), True, (_REAL, FLOAT64)),
            Example(((0.1,), 0.1), True, (list_of(FLOAT32), FLOAT32)),
            Example(((True, None), False), False, (list_of(BOOL), BOOL)),
            Example((("2024-02-29", None), "2024-02-29"), True, (list_of(DATE), DATE)),
            Example((("1.50", None), "1.5"), True, (list_of(decimal(5, 2)), decimal(5, 2))),
        ),
    ),
    OpSpec(
        name="list_contains_any",
        params=(Param("x", LIST), Param("y", LIST)),
        returns=_contains_any,
        doc="Whether the lists have an element in common.",
        examples=(
            Example((("a", "b"), ("b", "c")), True, (_TEXTS, _TEXTS)),
            Example((("a", "b"), ("A", "")), False, (_TEXTS, _TEXTS)),
            Example((("a", None), (None, "b")), False, (_TEXTS, _TEXTS)),
            Example((("a", None), (None, "a")), True, (_TEXTS, _TEXTS)),
            Example(((1, 2), ()), False, (_WHOLE, _WHOLE)),
            Example(((), ()), False, (_WHOLE, _WHOLE)),
            Example((None, (1,)), None, (_WHOLE, _WHOLE)),
            Example(((1,), None), None, (_WHOLE, _WHOLE)),
            Example(((_NAN, 1.0), (2.0, _NAN)), True, (_REAL, _REAL)),
            Example(((0.0,), (-0.0, _INF)), True, (_REAL, _REAL)),
            Example(((True,), (True, False)), True, (list_of(BOOL),) * 2),
            Example(((True, None), (False, None)), False, (list_of(BOOL),) * 2),
            Example((("2024-02-29",), ("2024-02-29",)), True, (list_of(DATE),) * 2),
            Example(((1, -1), (-1, None)), True, (list_of(DURATION),) * 2),
            Example((("1.50",), ("1.5", None)), True, (list_of(decimal(5, 2)),) * 2),
            Example(((255,), (255,)), True, (list_of(UINT8),) * 2),
        ),
    ),
    OpSpec(
        name="list_at",
        params=(Param("x", LIST_OR_EMBEDDING), Param("index", INTEGER, constant=True)),
        returns=lambda types: types[0].element,
        doc="The element at `index`, from 0 or, if that is negative, from the end; null where there "
        "is none.",
        examples=(
            Example((("a", "b", "c"), 0), "a", (_TEXTS, INT64)),
            Example((("a", "b", "c"), 2), "c", (_TEXTS, INT64)),
            Example((("a", "b", "c"), 3), None, (_TEXTS, INT64)),
            Example((("a", "b", "c"), -1), "c", (_TEXTS, INT64)),
            Example((("a", "b", "c"), -3), "a", (_TEXTS, INT64)),
            Example((("a", "b", "c"), -4), None, (_TEXTS, INT64)),
            Example((("a", None), 1), None, (_TEXTS, INT64)),
            Example(((), 0), None, (_WHOLE, INT64)),
            Example(((), -1), None, (_WHOLE, INT64)),
            Example(((-(2**63), 1), 0), -(2**63), (_WHOLE, INT64)),
            Example(((1.5, _NAN), -1), _NAN, (_REAL, INT64)),
            Example((("2024-02-29",), 0), "2024-02-29", (list_of(DATE), INT64)),
            Example((("-1.50",), -1), "-1.50", (list_of(decimal(5, 2)), INT64)),
            Example(((0.5, 0.25), 1), 0.25, (embedding(2), INT64)),
            Example((None, 0), None, (_TEXTS, INT64)),
        ),
    ),
    _of_pairs(
        "dot_product",
        "The sum of the products of the elements, from left to right.",
        ((1.0, 2.0, 3.0), (4.0, -5.0, 6.0), 12.0),
        ((1e16, 1.0, -1e16), (1.0, 1.0, 1.0), 0.0),
        ((0.1, 0.2, 0.3), (0.3, 0.2, 0.1), 0.1 * 0.3 + 0.2 * 0.2 + 0.3 * 0.1),
        ((_INF, 1.0), (0.0, 1.0), _NAN),
        ((_INF, 1.0), (2.0, _NAN), _NAN),
        ((_INF, 1.0), (-1.0, 1.0), -_INF),
        ((), (), 0.0),
    ),
    _of_pairs(
        "vector_distance",
        "The straight-line distance between two points.",
        ((0.0, 0.0), (3.0, 4.0), 5.0),
        ((1.0, -1.0), (1.0, -1.0), 0.0),
        ((0.1,), (-0.2,), 0.1 + 0.2),
        ((_INF,), (_INF,), _NAN),
        ((_INF, 1.0), (1.0, 1.0), _INF),
        ((), (), 0.0),
    ),
    _of_pairs(
        "cosine_similarity",
        "The cosine of the angle between two vectors; null for one whose elements are all zero.",
        ((1.0, 0.0), (0.0, 2.0), 0.0),
        ((1.0, 2.0), (2.0, 4.0), 1.0),
        ((1.0, 1.0), (-3.0, -3.0), -1.0),
        ((1.0, 0.0), (1.0, 1.0), 1 / math.sqrt(2.0)),
        ((0.0, -0.0), (1.0, 1.0), None),
        ((_NAN, 1.0), (1.0, 1.0), _NAN),
        ((), (), None),
    ),
)
