"""How each op is said in SQL; one file a family.

`NATIVE` has a function for each op that SQL says in its own words; an op without one is expanded.
What a dialect cannot have is in `alignc.backends.support`.
"""

from __future__ import annotations

from alignc.backends.sql.ops import (
    aggregate,
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
)
from alignc.backends.sql.ops.arg import AggregateLowering, Lowering

NATIVE: dict[str, Lowering] = {
    name: lowering
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
        json,
        binary,
        time,
        date,
        duration,
        category,
        hashing,
        lists,
    )
    for name, lowering in family.NATIVE.items()
}

AGGREGATES: dict[str, AggregateLowering] = aggregate.NATIVE
