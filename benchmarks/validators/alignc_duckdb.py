"""The generated query as it stands."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb


def main(folder: str) -> list[int]:
    os.chdir(folder)
    generated = Path("generated")
    connection = duckdb.connect()
    connection.execute((generated / "sql/duckdb/sources.sql").read_text(encoding="utf-8"))
    query = (generated / "validation/duckdb/views/events.sql").read_text(encoding="utf-8")
    rows = connection.execute(query).fetchall()
    return [failed for rule, _, _, failed, _, _ in rows if not rule.endswith(".type")]
