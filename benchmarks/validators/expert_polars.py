"""One select over the file, as somebody would write it who knows Polars."""

from __future__ import annotations

from pathlib import Path

import polars as pl

REQUIRED = ["id", "first", "second", "lat", "lon", "size", "kind", "country", "email"]


def main(folder: str) -> list[int]:
    rows, column = pl.scan_parquet(Path(folder) / "events.parquet"), pl.col
    found = rows.select(
        *(column(name).is_null().sum().alias(f"{name}_null") for name in REQUIRED),
        (column("first") < 0).sum().alias("first_low"),
        (column("second") > 100).sum().alias("second_high"),
        (column("lat") < -90).sum().alias("lat_low"),
        (column("lat") > 90).sum().alias("lat_high"),
        (column("lon") < -180).sum().alias("lon_low"),
        (~column("kind").is_in(["a", "b", "c", "d"])).sum().alias("kind_other"),
        (~column("country").is_in(["NO", "SE", "DK"])).sum().alias("country_other"),
        (~column("email").str.contains(r"^[0-9]+@example\.com$")).sum().alias("email_form"),
        (~column("code").str.contains("^AB[0-9]{4}$")).sum().alias("code_form"),
        (column("id").count() - column("id").drop_nulls().n_unique()).alias("twins"),
    ).collect(engine="streaming")
    *counts, twins = found.row(0)
    # Of pairs, both rows.
    return [*counts, 2 * twins]
