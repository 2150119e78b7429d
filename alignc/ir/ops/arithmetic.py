"""Numbers: arithmetic, rounding, roots and distances.

Integers give Int64, a float among the arguments gives Float64. A result that does not fit into
Int64 is null, a division by zero is null.
"""

from __future__ import annotations

from alignc.ir.expr import Expr, call
from alignc.ir.ops.spec import (
    INTEGER,
    NUMBER,
    Example,
    OpSpec,
    Param,
    fixed,
    integer_or_float,
)
from alignc.ir.types import FLOAT64, INT64

_MAX = 2**63 - 1


def _euclidean_distance(x1: Expr, y1: Expr, x2: Expr, y2: Expr) -> Expr:
    across = call("square", call("sub", x1, x2))
    along = call("square", call("sub", y1, y2))
    return call("sqrt", call("add", across, along))


OPS = (
    OpSpec(
        name="add",
        params=(Param("x", NUMBER), Param("y", NUMBER)),
        returns=integer_or_float,
        symbol="+",
        doc="The sum of `x` and `y`.",
        examples=(
            Example((2, 3), 5),
            Example((2, 0.5), 2.5),
            Example((None, 3), None, (INT64, INT64)),
            Example((_MAX, 1), None),
        ),
    ),
    OpSpec(
        name="sub",
        params=(Param("x", NUMBER), Param("y", NUMBER)),
        returns=integer_or_float,
        symbol="-",
        doc="`x` less `y`.",
        examples=(Example((2, 3), -1), Example((2.5, 1), 1.5), Example((-_MAX, 2), None)),
    ),
    OpSpec(
        name="mul",
        params=(Param("x", NUMBER), Param("y", NUMBER)),
        returns=integer_or_float,
        symbol="*",
        doc="The product of `x` and `y`.",
        examples=(Example((2, 3), 6), Example((2, 0.25), 0.5), Example((_MAX, 2), None)),
    ),
    OpSpec(
        name="div",
        params=(Param("x", NUMBER), Param("y", NUMBER)),
        returns=fixed(FLOAT64),
        symbol="/",
        doc="The true quotient of `x` and `y`; null where `y` is zero.",
        examples=(
            Example((1, 2), 0.5),
            Example((1, 0), None),
            Example((1.0, 0.0), None),
            Example((7.5, 2.5), 3.0),
            Example((_MAX, _MAX), 1.0),
        ),
    ),
    OpSpec(
        name="neg",
        params=(Param("x", NUMBER),),
        returns=integer_or_float,
        doc="`x` with the other sign.",
        examples=(Example((3,), -3), Example((-2.5,), 2.5), Example((-_MAX - 1,), None)),
    ),
    OpSpec(
        name="abs",
        params=(Param("x", NUMBER),),
        returns=integer_or_float,
        doc="`x` without its sign.",
        examples=(
            Example((-3,), 3),
            Example((2.5,), 2.5),
            Example((-_MAX - 1,), None),
            Example((None,), None, (FLOAT64,)),
        ),
    ),
    OpSpec(
        name="floor",
        params=(Param("x", NUMBER),),
        returns=fixed(INT64),
        doc="The largest integer not above `x`; null where it does not fit into Int64.",
        examples=(
            Example((2.7,), 2),
            Example((-2.1,), -3),
            Example((5,), 5),
            Example((1e30,), None),
            Example((float("nan"),), None),
        ),
    ),
    OpSpec(
        name="ceil",
        params=(Param("x", NUMBER),),
        returns=fixed(INT64),
        doc="The smallest integer not below `x`; null where it does not fit into Int64.",
        examples=(
            Example((2.1,), 3),
            Example((-2.7,), -2),
            Example((5,), 5),
            Example((float("inf"),), None),
        ),
    ),
    OpSpec(
        name="round",
        params=(Param("x", NUMBER), Param("digits", INTEGER, constant=True)),
        returns=fixed(FLOAT64),
        doc="`x` at `digits` decimals (0 to 15), halves away from zero, judged by its decimal text.",
        examples=(
            Example((2.5, 0), 3.0),
            Example((-2.5, 0), -3.0),
            Example((2.675, 2), 2.68),
            Example((1.005, 2), 1.01),
            Example((-0.125, 2), -0.13),
            Example((0.3, 0), 0.0),
            Example((7, 1), 7.0),
            Example((7.25, 1), 7.3),
            Example((24.15, 1), 24.2),
            Example((-0.35, 1), -0.4),
            Example((0.285, 2), 0.29),
            Example((1e300, 3), 1e300),
            Example((0.49999999999999994, 0), 0.0),
            Example((float("inf"), 1), float("inf")),
            Example((None, 1), None, (FLOAT64, INT64)),
        ),
    ),
    OpSpec(
        name="square",
        params=(Param("x", NUMBER),),
        returns=fixed(FLOAT64),
        doc="`x` times `x`, as a float.",
        examples=(Example((3,), 9.0), Example((-1.5,), 2.25)),
    ),
    OpSpec(
        name="sqrt",
        params=(Param("x", NUMBER),),
        returns=fixed(FLOAT64),
        doc="The square root of `x`; null where `x` is negative.",
        examples=(Example((9.0,), 3.0), Example((2,), 2**0.5), Example((-1.0,), None)),
    ),
    OpSpec(
        name="euclidean_distance",
        params=tuple(Param(name, NUMBER) for name in ("x1", "y1", "x2", "y2")),
        returns=fixed(FLOAT64),
        doc="The straight-line distance between (`x1`, `y1`) and (`x2`, `y2`), in their unit.",
        expand=_euclidean_distance,
        examples=(
            Example((0.0, 0.0, 3.0, 4.0), 5.0),
            Example((1, 1, 1, 1), 0.0),
            Example((None, 0.0, 1.0, 1.0), None, (FLOAT64,) * 4),
        ),
    ),
)
