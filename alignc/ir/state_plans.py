"""How state is looked up, where the number of rows of the busiest key has a say in it."""

from __future__ import annotations

from alignc.ir.plan import AsOfJoin

# With so few rows of the busiest key, SQL that joins each question with all of them costs least.
FEW_ROWS = 16
# So many rows of the busiest key are worth being cut into tiles of time, which take a second look at them.
MANY_ROWS = 1_000_000
# How long these tiles are, in microseconds: a day.
TILE_LENGTH = 86_400_000_000


def has_few_rows(node: AsOfJoin) -> bool:
    """Whether SQL looks at each row that a question knows."""
    return node.rows_per_key is not None and node.rows_per_key <= FEW_ROWS


def is_cut_into_tiles(node: AsOfJoin) -> bool:
    """Whether PySpark, where the rows of a key are the work of one task, cuts time into days.

    A day begins with the latest row of all days before it, which are as many rows as there are days.
    """
    has_many = node.rows_per_key is not None and node.rows_per_key >= MANY_ROWS
    return has_many and node.left_time is not None
