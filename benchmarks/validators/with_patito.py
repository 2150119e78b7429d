"""patito with Polars."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import patito as pt
import polars as pl


class Events(pt.Model):  # type: ignore[misc]
    id: int = pt.Field(unique=True)
    first: float = pt.Field(ge=0)
    second: float = pt.Field(le=100)
    lat: float = pt.Field(ge=-90, le=90)
    lon: float = pt.Field(ge=-180)
    size: int
    kind: Literal["a", "b", "c", "d"]
    country: Literal["NO", "SE", "DK"]
    email: str = pt.Field(pattern=r"^[0-9]+@example\.com$")
    code: str | None = pt.Field(pattern="^AB[0-9]{4}$")


def main(folder: str) -> list[int]:
    rows = pl.read_parquet(Path(folder) / "events.parquet")
    try:
        Events.validate(rows)
    except pt.exceptions.DataFrameValidationError as error:
        # It says how many rows in words.
        words = [message["msg"].split() for message in error.errors()]
        return [int(w) for line in words for w in line[:1] if w.isdigit()]
    return []
