"""How state is looked up, where the number of rows of the busiest key has a say in it."""

from __future__ import annotations

from alignc.ir.plan import AsOfJoin

# With so few rows of the busiest key, SQL that joins each question with all of them costs least.
FEW_ROWS = 16
# So many rows of the busiest key are worth being cut into tiles of time, which take a second look at them.
MANY_ROWS = 1_000_000


def has_few_rows(node: AsOfJoin) -> bool:
    """Whether SQL looks at each row that a question knows."""
    return node.rows_per_key is not None and node.rows_per_key <= FEW_ROWS


def is_cut_into_tiles(node: AsOfJoin) -> bool:
    """Whether PySpark, where the rows of a key are the work of one task, cuts time into tiles.

    Tiles are as long as a row lives, and a question touches two at most. Without a TTL, or where rows say
    until when they hold, the latest row may be in any earlier tile.
    """
    has_many = node.rows_per_key is not None and node.rows_per_key >= MANY_ROWS
    return has_many and node.ttl is not None and node.valid_to is None
