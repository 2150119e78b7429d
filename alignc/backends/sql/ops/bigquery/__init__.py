"""What BigQuery says in other words than the other dialects; one file a family.

What it cannot say is in `alignc.backends.bigquery`.
"""

from __future__ import annotations

from alignc.backends.sql.ops.arg import AggregateLowering, Lowering
from alignc.backends.sql.ops.bigquery import aggregate, comparison, functions, numbers, text, time

NATIVE: dict[str, Lowering] = {
    name: lowering
    for family in (numbers, functions, comparison, text, time)
    for name, lowering in family.NATIVE.items()
}

AGGREGATES: dict[str, AggregateLowering] = aggregate.NATIVE
