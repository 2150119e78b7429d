"""pandera with Polars; all failures of all checks (`lazy=True`)."""

from __future__ import annotations

from pathlib import Path

import pandera.polars as pa
import polars as pl


def main(folder: str) -> list[int]:
    required = {"nullable": False}
    check = pa.Check
    schema = pa.DataFrameSchema(
        {
            "id": pa.Column(int, unique=True, **required),
            "first": pa.Column(float, check.ge(0), **required),
            "second": pa.Column(float, check.le(100), **required),
            "lat": pa.Column(float, [check.ge(-90), check.le(90)], **required),
            "lon": pa.Column(float, check.ge(-180), **required),
            "size": pa.Column(int, **required),
            "kind": pa.Column(str, check.isin(["a", "b", "c", "d"]), **required),
            "country": pa.Column(str, check.isin(["NO", "SE", "DK"]), **required),
            "email": pa.Column(str, check.str_matches(r"^[0-9]+@example\.com$"), **required),
            "code": pa.Column(str, check.str_matches("^AB[0-9]{4}$"), nullable=True),
        }
    )
    rows = pl.read_parquet(Path(folder) / "events.parquet")
    try:
        schema.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as error:
        counts = error.failure_cases.group_by("column", "check").len()
        return [int(count) for count in counts["len"]]
    return []
