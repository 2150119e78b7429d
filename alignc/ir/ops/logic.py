"""Three-valued (Kleene) logic and the choice between two values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from alignc.ir.ops.spec import (
    ANY,
    BOOLEAN,
    Example,
    Nulls,
    OpSpec,
    Param,
    common,
    fixed,
)
from alignc.ir.types import BOOL, INT64, DType

T = TypeVar("T")


def _chosen(types: Sequence[DType]) -> DType | str:
    pairs, rest = branches(types)
    for condition, _ in pairs:
        if condition != BOOL:
            return f"a condition must be a boolean, it is {condition}"
    values = [value for _, value in pairs]
    return common(values if rest is None else [*values, rest])


def branches(args: Sequence[T]) -> tuple[list[tuple[T, T]], T | None]:
    """The arguments of `if_else`: pairs of condition and value, and the value otherwise."""
    pairs = len(args) // 2
    rest = args[-1] if len(args) > 2 * pairs else None
    return [(args[2 * i], args[2 * i + 1]) for i in range(pairs)], rest


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
        name="xor",
        params=(Param("x", BOOLEAN), Param("y", BOOLEAN)),
        returns=fixed(BOOL),
        symbol="^",
        doc="True if one is true and the other is false, null if one is null.",
        examples=(
            Example((True, False), True),
            Example((True, True), False),
            Example((False, False), False),
            Example((False, True), True),
            Example((None, True), None),
            Example((False, None), None),
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
        params=(
            Param("condition", BOOLEAN),
            Param("then", ANY),
            Param("otherwise", ANY, variadic=True),
        ),
        returns=_chosen,
        nulls=Nulls.OWN,
        doc="The value after the first condition that is true: `condition, then, condition, then, "
        "…, otherwise`; without `otherwise`, null where no condition is true.",
        examples=(
            Example((True, 1, 2), 1),
            Example((False, 1, 2.5), 2.5),
            Example((None, "a", "b"), "b"),
            Example((True, None, 2), None, (BOOL, INT64, INT64)),
            Example((False, 1, True, 2, 3), 2),
            Example((True, 1, True, 2.5, 3), 1.0),
            Example((None, "a", False, "b", "c"), "c"),
            Example((False, 1, None, 2), None),
            Example((True, 0.5), 0.5),
            Example((False, "a"), None),
        ),
    ),
)
