"""Categories as numbers."""

from __future__ import annotations

from alignc.ir.ops.spec import CATEGORY, Example, OpSpec, Param, comparable
from alignc.ir.types import INT32, STRING

_LABELS = Param("labels", CATEGORY, constant=True, variadic=True)

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
)
