"""How state is looked up in PySpark, where the rows of a key are the work of one task: the choice, and why."""

from __future__ import annotations

from alignc.ir.plan import AsOfJoin

# So many rows of the busiest key are worth being cut into tiles of time, which take a second look at them.
MANY_ROWS = 1_000_000


def is_cut_into_tiles(node: AsOfJoin) -> bool:
    """Whether time is cut into tiles as long as a row lives, of which a question touches two at most.

    Without a TTL, or where rows say until when they hold, the latest row may be in any earlier tile.
    """
    has_many = node.rows_per_key is not None and node.rows_per_key >= MANY_ROWS
    return has_many and node.ttl is not None and node.valid_to is None
