"""What Snowflake says in other words than the other dialects; one file a family."""

from __future__ import annotations

from alignc.backends.sql.ops import clock
from alignc.backends.sql.ops.arg import AggregateLowering, Lowering
from alignc.backends.sql.ops.snowflake import aggregate, numbers, text, time, values

NATIVE: dict[str, Lowering] = {
    name: lowering
    for family in (numbers, text, values, clock, time)
    for name, lowering in family.NATIVE.items()
}

AGGREGATES: dict[str, AggregateLowering] = aggregate.NATIVE
