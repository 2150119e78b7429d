"""One small function per row-wise op, one file a family.

Ops see values without their types; `evaluate` gives the result the type that the op table says.
"""

from __future__ import annotations

from collections.abc import Callable

from alignc.interpreter.ops import (
    arithmetic,
    binary,
    category,
    comparison,
    date,
    division,
    duration,
    earth,
    floats,
    functions,
    hashing,
    json,
    lists,
    logic,
    null,
    text,
    time,
    web,
)
from alignc.interpreter.values import Value

OPS: dict[str, Callable[..., Value]] = {
    name: function
    for family in (
        arithmetic,
        division,
        functions,
        floats,
        earth,
        comparison,
        logic,
        null,
        text,
        web,
        json,
        binary,
        time,
        date,
        duration,
        category,
        hashing,
        lists,
    )
    for name, function in family.OPS.items()
}

# Ops whose decimal result has one digit more than their arguments.
ROOM_FOR_A_CARRY = frozenset({"add", "sub", "round"})

# Ops whose arguments are given that type first: what it does not hold is missing.
IN_THE_TYPE_OF_THE_RESULT = frozenset({"fill_na"})
