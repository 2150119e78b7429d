"""Lists of items judged by what was selected, told by plain Python from the definitions of the metrics."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import polars as pl

Row = Mapping[str, Any]


@dataclass
class Ranked:
    """A list: its items in order, and the set of the selected ones."""

    version: str
    key: tuple[Any, ...]
    items: list[str]
    selected: set[str]
    best: dict[str, float] = field(default_factory=dict)

    def hits(self, k: int) -> list[bool]:
        return [item in self.selected for item in self.items[:k]]

    def precision(self, k: int) -> float:
        return sum(self.hits(k)) / k

    def recall(self, k: int) -> float:
        return sum(self.hits(k)) / len(self.selected)

    def ndcg(self, k: int) -> float:
        gain = sum(1 / math.log2(n + 2) for n, hit in enumerate(self.hits(k)) if hit)
        places = min(k, len(self.selected))
        return gain / sum(1 / math.log2(n + 2) for n in range(places))

    def reciprocal_rank(self, k: int) -> float:
        return next((1 / (n + 1) for n, hit in enumerate(self.hits(k)) if hit), 0.0)

    def average_precision(self, k: int) -> float:
        hits = self.hits(k)
        total = sum(sum(hits[: n + 1]) / (n + 1) for n, hit in enumerate(hits) if hit)
        return total / min(k, len(self.selected))

    def has_hit(self, k: int) -> float:
        return float(any(self.hits(k)))


METRICS: Mapping[str, Callable[[Ranked, int], float]] = {
    "precision_at_k": Ranked.precision,
    "recall_at_k": Ranked.recall,
    "ndcg_at_k": Ranked.ndcg,
    "mean_reciprocal_rank": Ranked.reciprocal_rank,
    "map_at_k": Ranked.average_precision,
    "hit_rate": Ranked.has_hit,
}


def lists_of(
    rows: Iterable[Row],
    key: Sequence[str],
    item: str,
    order: Callable[[Row], float | None],
    selected: Callable[[Row], set[str]],
) -> tuple[list[Ranked], int]:
    """The lists of the rows, and how many rows are in none; the smallest `order` is first."""
    found: dict[tuple[Any, ...], Ranked] = {}
    left_out = 0
    for row in rows:
        place, values = order(row), [row[name] for name in key]
        if place is None or math.isnan(place) or None in [row[item], *values]:
            left_out += 1
            continue
        version = row.get("version") or ""
        own = (version, *values)
        ranked = found.setdefault(own, Ranked(version, tuple(values), [], selected(row)))
        best = ranked.best
        best[row[item]] = min(place, best.get(row[item], math.inf))
    for ranked in found.values():
        best = ranked.best
        ranked.items = sorted(best, key=lambda each: (best[each], each.encode()))
    return list(found.values()), left_out


def bought_after(frames: Mapping[str, pl.DataFrame], row: Row, time: str) -> set[str]:
    return {
        b["thing"]
        for b in frames["bought"].to_dicts()
        if b["user"] == row["user"]
        and None not in (b["thing"], b["at"], row[time])
        and b["at"] > row[time]
    }


def popularity(frames: Mapping[str, pl.DataFrame], row: Row, item: str, time: str) -> int:
    """How often an item had been bought at the time of a row."""
    return sum(
        b["thing"] == row[item] and b["at"] is not None and b["at"] <= row[time]
        for b in frames["bought"].to_dicts()
        if row[time] is not None
    )


def shop(frames: Mapping[str, pl.DataFrame]) -> tuple[list[Ranked], int]:
    return lists_of(
        frames["shop"].to_dicts(),
        ("user", "day", "shown_at"),
        "item",
        lambda row: None if row["score"] is None else -row["score"],
        lambda row: bought_after(frames, row, "shown_at"),
    )


def popular_shop(frames: Mapping[str, pl.DataFrame]) -> list[Ranked]:
    """The same lists in the order of how often items had been bought."""

    def order(row: Row) -> float | None:
        has_score = row["score"] is not None and not math.isnan(row["score"])
        return -popularity(frames, row, "item", "shown_at") if has_score else None

    key = ("user", "day", "shown_at")
    rows = frames["shop"].to_dicts()
    return lists_of(rows, key, "item", order, lambda row: bought_after(frames, row, "shown_at"))[0]


def shelf(frames: Mapping[str, pl.DataFrame]) -> tuple[list[Ranked], int]:
    bought = frames["bought"].to_dicts()

    def kept(row: Row) -> set[str]:
        own = [b for b in bought if b["user"] == row["user"] and b["was_kept"]]
        return {b["thing"] for b in own if b["thing"] is not None}

    rows = frames["predictions"].to_dicts()
    return lists_of(rows, ("user",), "thing", lambda row: row["place"], kept)


def fit(frames: Mapping[str, pl.DataFrame]) -> tuple[list[Ranked], int]:
    likes = {u["user"]: u["liked"] or [] for u in frames["users"].to_dicts()}
    return lists_of(
        frames["mail"].to_dicts(),
        ("user", "sent_at"),
        "thing",
        lambda row: -row["fit"],
        lambda row: set(likes.get(row["user"], [])) - {None},
    )


def soon(frames: Mapping[str, pl.DataFrame]) -> tuple[list[Ranked], int]:
    visits = frames["visits"].to_dicts()
    last = max(v["at"] for v in visits)

    def visited(row: Row) -> set[str]:
        begin, end = row["sent_at"], row["sent_at"] + timedelta(days=3)
        own = [v for v in visits if v["user"] == row["user"] and begin < v["at"] <= end]
        # Before the end of the window nothing is known.
        return {v["thing"] for v in own if v["thing"] is not None} if end <= last else set()

    return lists_of(
        frames["mail"].to_dicts(), ("user", "sent_at"), "thing", lambda row: row["soon"], visited
    )


def clean(frames: Mapping[str, pl.DataFrame]) -> tuple[list[Ranked], int]:
    return lists_of(
        frames["clean"].to_dicts(),
        ("user", "shown_at"),
        "thing",
        lambda row: -row["best"],
        lambda row: bought_after(frames, row, "shown_at"),
    )
