"""What Redshift says in other words than the other dialects; one file a family.

What it cannot say is in `alignc.backends.redshift`.
"""

from __future__ import annotations

from alignc.backends.sql.ops import clock, nan_comparison, nan_functions
from alignc.backends.sql.ops.arg import AggregateLowering, Lowering
from alignc.backends.sql.ops.redshift import aggregate, numbers, text, time

NATIVE: dict[str, Lowering] = {
    name: lowering
    for family in (nan_functions, nan_comparison, numbers, text, clock, time)
    for name, lowering in family.NATIVE.items()
}

AGGREGATES: dict[str, AggregateLowering] = aggregate.NATIVE
