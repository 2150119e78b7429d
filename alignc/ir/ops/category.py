"""Categories as numbers, and the category with the largest number."""

from __future__ import annotations

from collections.abc import Sequence

from alignc.ir.ops.spec import (
    BINARY_NUMBER,
    CATEGORY,
    SCALAR,
    Example,
    Nulls,
    OpSpec,
    Param,
    common,
    comparable,
)
from alignc.ir.types import FLOAT64, INT32, STRING, DType

_NAN, _INF = float("nan"), float("inf")

_LABELS = Param("labels", CATEGORY, constant=True, variadic=True)


def _label(types: Sequence[DType]) -> DType | str:
    if len(types) % 2:
        return "it takes pairs of a number and a label"
    for number in types[::2]:
        if number not in BINARY_NUMBER:
            return f"what is compared must be a number, it is {number}"
    return common(types[1::2])


OPS = (
    OpSpec(
        name="ordinal",
        params=(Param("x", CATEGORY), _LABELS),
        returns=lambda types: r if isinstance(r := comparable(types), str) else INT32,
        doc="The position of `x` among `labels`, from 0; null where it is not one of them.",
        examples=(
            Example(("b", "a", "b"), 1),
            Example(("c", "a", "b"), None),
            Example((3, 1, 2, 3), 2),
            Example((None, "a"), None, (STRING, STRING)),
        ),
    ),
    OpSpec(
        name="arg_max",
        params=(
            Param("number", BINARY_NUMBER),
            Param("label", SCALAR),
            Param("others", SCALAR, variadic=True),
        ),
        returns=_label,
        nulls=Nulls.OWN,
        doc="The label of the largest number, given as `number, label, number, label, …`, compared as "
        "floats: of equal numbers the first; nulls are left out, if there is nothing else the result is null.",
        examples=(
            Example((0.2, "a", 0.7, "b", 0.1, "c"), "b"),
            Example((0.5, "a", 0.5, "b"), "a"),
            Example((None, "a", 0.1, "b"), "b", (FLOAT64, STRING, FLOAT64, STRING)),
            Example((None, "a", None, "b"), None, (FLOAT64, STRING, FLOAT64, STRING)),
            Example((0.3, True, 0.7, False), False),
            Example((1, 10, 2, 20), 20),
            Example((2**62, "a", 2**62 + 1, "b"), "a"),
            Example((2**62, "a", 2.0**62, "b", 2**62 + 1, "c"), "a"),
            Example((_INF, "a", _NAN, "b", _NAN, "c"), "b"),
            Example((-_INF, "a", None, "b"), "a", (FLOAT64, STRING, FLOAT64, STRING)),
            Example((0.5, "a"), "a"),
            Example((None, "a"), None, (FLOAT64, STRING)),
        ),
    ),
)
