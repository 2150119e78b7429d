"""Functions of one number: exponentials, logarithms, angles.

All give Float64. NaN stays NaN; an argument outside the domain gives null, and so does one at
which the function has no finite value, such as 0 for a logarithm.
"""

from __future__ import annotations

import math

from alignc.ir.expr import Scalar
from alignc.ir.ops.spec import BINARY_NUMBER, NUMBER, Example, OpSpec, Param, fixed
from alignc.ir.types import FLOAT64

_INF, _NAN = math.inf, math.nan


def _function(name: str, doc: str, *pairs: tuple[Scalar, Scalar]) -> OpSpec:
    given = (*pairs, (_NAN, _NAN))
    return OpSpec(
        name=name,
        params=(Param("x", NUMBER),),
        returns=fixed(FLOAT64),
        doc=doc,
        examples=(
            *(Example((x,), result) for x, result in given),
            Example((None,), None, (FLOAT64,)),
        ),
    )


OPS = (
    _function(
        "exp",
        "e to the power of `x`.",
        *((0, 1.0), (1.0, math.e), (-1.0, 1 / math.e), (1000.0, _INF), (-1000.0, 0.0)),
        *((700, math.exp(700)), (_INF, _INF), (-_INF, 0.0)),
    ),
    _function(
        "log",
        "The natural logarithm of `x`; null unless `x` is above zero.",
        *((1, 0.0), (math.e, 1.0), (0, None), (-0.0, None), (-1.0, None), (_INF, _INF)),
        (-_INF, None),
    ),
    _function(
        "log10",
        "The decimal logarithm of `x`; null unless `x` is above zero.",
        *((1000, 3.0), (0.01, -2.0), (0.0, None), (-1, None), (_INF, _INF), (-_INF, None)),
    ),
    _function(
        "log1p",
        "The natural logarithm of `1 + x`, exact also for small `x`; null unless `x` is above -1.",
        *((0, 0.0), (1e-12, 1e-12 - 5e-25), (-1e-9, math.log1p(-1e-9)), (0.5, math.log(1.5))),
        *((0.49, math.log1p(0.49)), (-0.9999999999, math.log1p(-0.9999999999))),
        *((9, math.log(10)), (1e300, math.log(1e300)), (-1, None), (-2.0, None)),
        *((_INF, _INF), (-_INF, None)),
    ),
    OpSpec(
        name="log_base",
        params=(Param("x", NUMBER), Param("base", BINARY_NUMBER, constant=True)),
        returns=fixed(FLOAT64),
        doc="The logarithm of `x` to a base above zero that is not 1; null unless `x` is above zero.",
        examples=(
            Example((8, 2), 3.0),
            Example((0.25, 2.0), -2.0),
            Example((8.0, 0.5), -3.0),
            Example((0.0, 2), None),
            Example((-1, 3), None),
            Example((_INF, 2), _INF),
            Example((_NAN, 2), _NAN),
            Example((None, 2), None, (FLOAT64, FLOAT64)),
        ),
    ),
    _function(
        "sin",
        "The sine of an angle in radians; null for an infinite one.",
        *((0, 0.0), (math.pi / 2, 1.0), (-1, math.sin(-1)), (1e22, math.sin(1e22))),
        *((_INF, None), (-_INF, None)),
    ),
    _function(
        "cos",
        "The cosine of an angle in radians; null for an infinite one.",
        *((0, 1.0), (math.pi, -1.0), (2.0, math.cos(2)), (_INF, None), (-_INF, None)),
    ),
    _function(
        "tan",
        "The tangent of an angle in radians; null for an infinite one.",
        *((0, 0.0), (math.pi / 4, 1.0), (-2.0, math.tan(-2)), (_INF, None), (-_INF, None)),
    ),
    _function(
        "cot",
        "The cotangent of an angle in radians; null for zero and for an infinite one.",
        *((1, 1 / math.tan(1)), (math.pi / 4, 1.0), (-2.0, 1 / math.tan(-2))),
        *((0, None), (-0.0, None), (_INF, None), (-_INF, None)),
    ),
    _function(
        "arcsin",
        "The angle in radians whose sine is `x`; null unless `x` is from -1 to 1.",
        *((0, 0.0), (1, math.pi / 2), (-0.5, -math.pi / 6), (1.5, None), (-2, None), (_INF, None)),
    ),
    _function(
        "arccos",
        "The angle in radians whose cosine is `x`; null unless `x` is from -1 to 1.",
        *((1, 0.0), (-1.0, math.pi), (0.5, math.pi / 3), (1.5, None), (-2, None), (-_INF, None)),
    ),
    _function(
        "arctan",
        "The angle in radians whose tangent is `x`.",
        *((0, 0.0), (1, math.pi / 4), (_INF, math.pi / 2), (-_INF, -math.pi / 2)),
    ),
    _function(
        "sinh",
        "The hyperbolic sine.",
        *((0, 0.0), (1, math.sinh(1)), (-1000.0, -_INF), (_INF, _INF)),
    ),
    _function(
        "cosh",
        "The hyperbolic cosine.",
        *((0, 1.0), (-1, math.cosh(1)), (-1000.0, _INF), (-_INF, _INF)),
    ),
    _function(
        "tanh",
        "The hyperbolic tangent.",
        *((0, 0.0), (0.5, math.tanh(0.5)), (1000, 1.0), (-_INF, -1.0)),
    ),
    _function(
        "arcsinh",
        "The number whose hyperbolic sine is `x`.",
        *((0, 0.0), (1, math.asinh(1)), (-1e300, math.asinh(-1e300)), (-_INF, -_INF)),
    ),
    _function(
        "arccosh",
        "The number, not negative, whose hyperbolic cosine is `x`; null unless `x` is at least 1.",
        *((1, 0.0), (2.0, math.acosh(2)), (0.5, None), (-1, None), (_INF, _INF), (-_INF, None)),
    ),
    _function(
        "arctanh",
        "The number whose hyperbolic tangent is `x`; null unless `x` is between -1 and 1.",
        *((0, 0.0), (0.5, math.atanh(0.5)), (1, None), (-1.0, None), (2.0, None), (_INF, None)),
    ),
    _function(
        "degrees",
        "An angle in radians in degrees.",
        *((math.pi, 180.0), (0, 0.0), (_INF, _INF)),
    ),
    _function(
        "radians",
        "An angle in degrees in radians.",
        *((180, math.pi), (-90.0, -math.pi / 2), (-_INF, -_INF)),
    ),
)
