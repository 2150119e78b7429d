"""What came true, told by plain Python from the rows of the sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import polars as pl

Row = Mapping[str, Any]
Pair = tuple[Row, Any, Any]
"""A prediction, the value that was predicted, and what came true; None if that is not known."""


def latest(
    orders: list[dict[str, Any]], customer: int, wanted: Callable[[Row], bool]
) -> Row | None:
    own = [o for o in orders if o["customer"] == customer and wanted(o)]
    return max(own, key=lambda o: (o["at"], o["order"]), default=None)


def returns(frames: Mapping[str, pl.DataFrame]) -> list[Pair]:
    orders = frames["orders"].to_dicts()
    found: list[Pair] = []
    for row in frames["returns"].to_dicts():
        order = latest(orders, row["customer"], lambda o: bool(o["is_final"]))
        found.append((row, row["will_return"], order["was_returned"] if order else None))
    return found


def kinds(frames: Mapping[str, pl.DataFrame]) -> list[Pair]:
    orders = frames["orders"].to_dicts()
    found: list[Pair] = []
    for row in frames["kinds"].to_dicts():
        order = latest(orders, row["customer"], lambda o: True)
        chances = {"web": row["is_web"], "shop": row["is_shop"], "it's, odd": row["is_odd"]}
        guess = max(chances, key=lambda kind: chances[kind])
        found.append((row, guess, order["kind"] if order else None))
    return found


def amounts(frames: Mapping[str, pl.DataFrame]) -> list[Pair]:
    orders = frames["orders"].to_dicts()
    found: list[Pair] = []
    for row in frames["predictions"].to_dicts():
        order = latest(orders, row["customer"], lambda o: True)
        found.append((row, row["amount_to_come"], order["amount"] if order else None))
    return found


def spent(frames: Mapping[str, pl.DataFrame]) -> list[Pair]:
    orders = frames["orders"].to_dicts()
    last = max(o["at"] for o in orders)
    found: list[Pair] = []
    for row in frames["predictions"].to_dicts():
        begin, end = row["predicted_at"], row["predicted_at"] + timedelta(days=3)
        seen = [
            o["amount"]
            for o in orders
            if o["customer"] == row["customer"]
            and begin < o["at"] <= end
            and o["amount"] is not None
        ]
        truth = sum(seen) if seen and end <= last else None
        found.append((row, row["spent_in_3_days"], truth))
    return found
