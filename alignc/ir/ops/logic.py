"""Three-valued (Kleene) logic and the choice between two values."""

from __future__ import annotations

from collections.abc import Sequence

from alignc.ir.ops.spec import (
    BOOLEAN,
    SCALAR,
    Example,
    Nulls,
    OpSpec,
    Param,
    common,
    fixed,
)
from alignc.ir.types import BOOL, INT64, DType


def _branches(types: Sequence[DType]) -> DType | str:
    return common(types[1:])


OPS = (
    OpSpec(
        name="and",
        params=(Param("x", BOOLEAN), Param("y", BOOLEAN)),
        returns=fixed(BOOL),
        nulls=Nulls.KLEENE,
        symbol="&",
        doc="True if both are true, false if one is false, else null.",
        examples=(
            Example((True, True), True),
            Example((True, False), False),
            Example((None, False), False),
            Example((None, True), None),
        ),
    ),
    OpSpec(
        name="or",
        params=(Param("x", BOOLEAN), Param("y", BOOLEAN)),
        returns=fixed(BOOL),
        nulls=Nulls.KLEENE,
        symbol="|",
        doc="True if one is true, false if both are false, else null.",
        examples=(
            Example((False, True), True),
            Example((False, False), False),
            Example((None, True), True),
            Example((None, False), None),
        ),
    ),
    OpSpec(
        name="not",
        params=(Param("x", BOOLEAN),),
        returns=fixed(BOOL),
        doc="The opposite of `x`.",
        examples=(Example((True,), False), Example((None,), None)),
    ),
    OpSpec(
        name="if_else",
        params=(Param("condition", BOOLEAN), Param("then", SCALAR), Param("otherwise", SCALAR)),
        returns=_branches,
        nulls=Nulls.OWN,
        doc="`then` where `condition` is true, `otherwise` where it is false or null.",
        examples=(
            Example((True, 1, 2), 1),
            Example((False, 1, 2.5), 2.5),
            Example((None, "a", "b"), "b"),
            Example((True, None, 2), None, (BOOL, INT64, INT64)),
        ),
    ),
)
