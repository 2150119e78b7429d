"""Comparison and membership.

NaN equals NaN and is above every number. Text compares by code point.
"""

from __future__ import annotations

from alignc.ir.ops.spec import (
    NUMBER,
    SCALAR,
    Example,
    Nulls,
    OpSpec,
    Param,
    common,
    comparable,
)
from alignc.ir.types import BOOL, FLOAT32, FLOAT64, INT8, INT32, INT64, STRING, UINT64

_NAN, _INF = float("nan"), float("inf")
_XY = (Param("x", SCALAR), Param("y", SCALAR))
_TEXTS = (STRING, STRING)

OPS = (
    OpSpec(
        name="eq",
        params=_XY,
        returns=comparable,
        symbol="==",
        doc="Whether `x` and `y` are equal.",
        examples=(
            Example((1, 1), True),
            Example((1, 1.5), False),
            Example(("a", "A"), False),
            Example((_NAN, _NAN), True),
            Example((None, 1), None, (INT64, INT64)),
            Example((True, True), True),
        ),
    ),
    OpSpec(
        name="ne",
        params=_XY,
        returns=comparable,
        symbol="!=",
        doc="Whether `x` and `y` differ.",
        examples=(Example((1, 2), True), Example((_NAN, _NAN), False), Example((_NAN, 1.0), True)),
    ),
    OpSpec(
        name="lt",
        params=_XY,
        returns=comparable,
        symbol="<",
        doc="Whether `x` is below `y`.",
        examples=(Example((1, 2), True), Example((1.0, _NAN), True), Example(("Z", "a"), True)),
    ),
    OpSpec(
        name="le",
        params=_XY,
        returns=comparable,
        symbol="<=",
        doc="Whether `x` is at most `y`.",
        examples=(Example((2, 2), True), Example((_NAN, _NAN), True), Example((_NAN, 1.0), False)),
    ),
    OpSpec(
        name="gt",
        params=_XY,
        returns=comparable,
        symbol=">",
        doc="Whether `x` is above `y`.",
        examples=(Example((2, 1), True), Example((_NAN, 1e308), True), Example((1, 1), False)),
    ),
    OpSpec(
        name="ge",
        params=_XY,
        returns=comparable,
        symbol=">=",
        doc="Whether `x` is at least `y`.",
        examples=(Example((2, 2), True), Example((1, 2), False), Example(("b", "a"), True)),
    ),
    OpSpec(
        name="is_in",
        params=(Param("x", SCALAR), Param("values", SCALAR, constant=True, variadic=True)),
        returns=comparable,
        doc="Whether `x` equals one of `values`; null where `x` is null.",
        examples=(
            Example((2, 1, 2), True),
            Example(("c", "a", "b"), False),
            Example((None, 1.0), None, (FLOAT64, FLOAT64)),
            Example((True, True), True, (BOOL, BOOL)),
            Example((2, 2, 2, 2), True),
            Example((2, 1, 2.0), True, (INT64, INT64, FLOAT64)),
            Example((2, 2.5), False, (INT64, FLOAT64)),
            Example((1.0, 1), True, (FLOAT64, INT64)),
            Example((_NAN, 1.0, _NAN), True),
            Example(("é", "e\u0301"), False),
            Example((3,), False),
            Example((None,), None, (STRING,)),
            Example((3, 3, 300), True, (INT8, INT64)),
            Example((2**64 - 1, 3, -1), False, (UINT64, INT64)),
            Example((0.5, 0.25, 0.5), True, (FLOAT32, FLOAT64)),
        ),
    ),
    OpSpec(
        name="is_between",
        params=(Param("x", SCALAR), Param("lower", SCALAR), Param("upper", SCALAR)),
        returns=comparable,
        nulls=Nulls.KLEENE,
        doc="`(x >= lower) & (x <= upper)`.",
        examples=(
            Example((1, 1, 3), True),
            Example((3, 1, 3), True),
            Example((4, 1, 3), False),
            Example((2, 3, 1), False),
            Example((1.5, 1, 2), True),
            Example((2, 1.5, 2.5), True),
            Example((_NAN, 0.0, _INF), False),
            Example((_NAN, 0.0, _NAN), True),
            Example(("b", "B", "c"), True),
            Example((5, None, 3), False, (INT64, INT64, INT64)),
            Example((2, None, 3), None, (INT64, INT64, INT64)),
            Example((None, 1, 3), None, (INT64, INT64, INT64)),
        ),
    ),
    OpSpec(
        name="least",
        params=_XY,
        returns=common,
        doc="The smaller of `x` and `y`.",
        examples=(
            Example((3, 2), 2),
            Example((1, 2.5), 1.0),
            Example((1, 2), 1, (INT32, INT32)),
            Example((_NAN, 1.0), 1.0),
            Example((-_INF, _NAN), -_INF),
            Example(("b", "B"), "B"),
            Example((False, True), False),
            Example((None, 1), None, (INT64, INT64)),
            Example(("a", None), None, _TEXTS),
        ),
    ),
    OpSpec(
        name="greatest",
        params=_XY,
        returns=common,
        doc="The larger of `x` and `y`.",
        examples=(
            Example((3, 2), 3),
            Example((1, 2.5), 2.5),
            Example((2, 2), 2),
            Example((1.0, _NAN), _NAN),
            Example(("b", "B"), "b"),
            Example((1, None), None, (INT64, INT64)),
            Example((None, "a"), None, _TEXTS),
        ),
    ),
    OpSpec(
        name="clip",
        params=(
            Param("x", NUMBER),
            Param("lower", NUMBER, constant=True),
            Param("upper", NUMBER, constant=True),
        ),
        returns=common,
        doc="`x`, but `lower` where it is below that and `upper` where it is above that.",
        examples=(
            Example((5, 0, 1), 1),
            Example((-5, 0, 1), 0),
            Example((2, 0, 2), 2),
            Example((5, 0.5, 1.5), 1.5),
            Example((0.25, 0, 1), 0.25),
            Example((-_INF, -1.0, 1.0), -1.0),
            Example((_NAN, 0.0, 1.0), 1.0),
            Example((None, 0, 1), None, (INT64, INT64, INT64)),
        ),
    ),
)
