"""How each op is said in PySpark; see the package of the same name for SQL."""

from __future__ import annotations

from alignc.backends.pyspark.ops import (
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
from alignc.backends.pyspark.ops.arg import AggregateLowering, Lowering

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
