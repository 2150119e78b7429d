"""dataframely: rows that fail are filtered, and counted for each rule."""

from __future__ import annotations

from pathlib import Path

import dataframely as dy
import polars as pl


class Events(dy.Schema):  # type: ignore[misc]
    id = dy.Int64(nullable=False)
    first = dy.Float64(nullable=False, min=0)
    second = dy.Float64(nullable=False, max=100)
    lat = dy.Float64(nullable=False, min=-90, max=90)
    lon = dy.Float64(nullable=False, min=-180)
    size = dy.Int64(nullable=False)
    kind = dy.String(nullable=False, check=lambda x: x.is_in(["a", "b", "c", "d"]))
    country = dy.String(nullable=False, check=lambda x: x.is_in(["NO", "SE", "DK"]))
    email = dy.String(nullable=False, regex=r"^[0-9]+@example\.com$")
    code = dy.String(nullable=True, regex="^AB[0-9]{4}$")

    @dy.rule()  # type: ignore[untyped-decorator]
    def id_is_unique(cls) -> pl.Expr:
        return pl.col("id").is_unique() | pl.col("id").is_null()


def main(folder: str) -> list[int]:
    rows = pl.read_parquet(Path(folder) / "events.parquet")
    _, failures = Events.filter(rows)
    return list(failures.counts().values())
