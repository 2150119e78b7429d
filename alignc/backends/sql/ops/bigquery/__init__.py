"""What BigQuery says in other words than the other dialects; one file a family.

What it cannot say is in `alignc.backends.bigquery`.
"""

from __future__ import annotations

from alignc.backends.sql.ops import nan_comparison, nan_functions
from alignc.backends.sql.ops.arg import AggregateLowering, Lowering
from alignc.backends.sql.ops.bigquery import aggregate, numbers, text, time

NATIVE: dict[str, Lowering] = {
    name: lowering
    for family in (numbers, nan_functions, nan_comparison, text, time)
    for name, lowering in family.NATIVE.items()
}

AGGREGATES: dict[str, AggregateLowering] = aggregate.NATIVE
