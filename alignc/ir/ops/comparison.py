"""Comparison and membership.

NaN equals NaN and is above every number. Text compares by code point.
"""

from __future__ import annotations

from alignc.ir.ops.spec import SCALAR, Example, OpSpec, Param, comparable
from alignc.ir.types import BOOL, FLOAT64, INT64

_NAN = float("nan")
_XY = (Param("x", SCALAR), Param("y", SCALAR))

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
        ),
    ),
)
