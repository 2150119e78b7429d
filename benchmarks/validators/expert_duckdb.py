"""One query over the file, as somebody would write it who knows DuckDB."""

from __future__ import annotations

from pathlib import Path

import duckdb

REQUIRED = ["id", "first", "second", "lat", "lon", "size", "kind", "country", "email"]


def main(folder: str) -> list[int]:
    path = Path(folder) / "events.parquet"
    conditions = [
        *(f"{name} is null" for name in REQUIRED),
        "first < 0",
        "second > 100",
        "lat < -90",
        "lat > 90",
        "lon < -180",
        "kind not in ('a', 'b', 'c', 'd')",
        "country not in ('NO', 'SE', 'DK')",
        r"not regexp_matches(email, '^[0-9]+@example\.com$')",
        "not regexp_matches(code, '^AB[0-9]{4}$')",
    ]
    counts = ", ".join(f"count(*) filter (where {condition})" for condition in conditions)
    query = f"select {counts}, count(id) - count(distinct id) from '{path}'"
    row = duckdb.connect().execute(query).fetchone()
    assert row is not None
    *found, twins = row
    return [*found, 2 * twins]
