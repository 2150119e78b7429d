"""Each kind of claim, on all engines: how many rows violate it, and which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from tests.engines import run as engines
from tests.validation.project import query, run, write_project
from tests.validation.shop import CUSTOMERS, DEFINITIONS, FAILURES, ORDERS, ROWS, WARNINGS

FRAMES = {"orders": ORDERS, "customers": CUSTOMERS}
NOW = "2024-05-02T03:00:00"
COUNTS = dict(Counter(name for fails in FAILURES for name in fails))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("shop"), DEFINITIONS, FRAMES)


def result(dialect: str, text: str, folder: Path, url: str) -> pl.DataFrame:
    if dialect == "duckdb":
        return engines.on_duckdb(text, FRAMES, None, folder)
    return engines.on_postgres(text, FRAMES, None, url)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_query_has_a_row_for_each_rule(
    shop: Path, tmp_path: Path, postgres_url: str, dialect: str
) -> None:
    rows = result(dialect, query(shop, dialect, "orders"), tmp_path, postgres_url).to_dicts()
    found = {row["rule"]: row for row in rows}
    assert {n: r["failed"] for n, r in found.items() if r["failed"]} == COUNTS
    assert {r["rows"] for r in rows} == {len(ROWS)}
    failing = {n for n, r in found.items() if not r["passed"]}
    assert failing == EXPECTED_TO_FAIL | {"freshness.acceptable", "freshness.unacceptable"}
    assert {n for n, r in found.items() if r["severity"] == "warn"} == (
        WARNINGS | {"kind.distinct_ratio", "freshness.acceptable"}
    )
    values = {n: r["value"] for n, r in found.items() if r["value"] is not None}
    assert values.pop("freshness.acceptable") > 365 * 86_400
    values.pop("freshness.unacceptable")
    check_values(values)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_query_lists_the_rows_that_fail(
    shop: Path, tmp_path: Path, postgres_url: str, dialect: str
) -> None:
    rows = result(dialect, query(shop, dialect, "orders.failures"), tmp_path, postgres_url)
    assert rows.columns == ["order_id", "at", "violations"]
    assert Counter((r["order_id"], moment(r), r["violations"]) for r in rows.to_dicts()) == Counter(
        (r["order_id"], moment(r), in_order(fails))
        for r, fails in zip(ROWS, FAILURES, strict=True)
        if fails
    )


# The share 0.2 of the rows may have an unknown customer.
EXPECTED_TO_FAIL = {
    *(set(COUNTS) - {"customer.reference"}),
    "amount.mean",
    "kind.distinct_ratio",
}


def moment(row: Mapping[str, object]) -> str | None:
    at = row["at"]
    return at.isoformat() if isinstance(at, datetime) else None


def in_order(fails: set[str]) -> str:
    return ", ".join(sorted(fails, key=ORDER.index))


ORDER = [
    "order_id.required",
    "at.required",
    "customer.reference",
    "amount.required",
    "amount.lower_bound",
    "amount.upper_bound",
    "email.matches",
    "code.min_length",
    "code.max_length",
    "code.starts_with",
    "code.ends_with",
    "kind.accepted_values",
    "lines.max_length",
    "key.unique",
    "paid at most",
    "open is known",
]


def check_values(values: dict[str, float]) -> None:
    """Against values that were counted by hand."""
    assert values.pop("row_count") == 25
    assert values.pop("amount.null_rate") == 1 / 25
    # One amount is NaN.
    assert str(values.pop("amount.mean")) == "nan"
    assert values.pop("paid.quantile_0.5") == 10.0
    assert values.pop("kind.distinct_ratio") == 4 / 25
    assert values == {}


@pytest.mark.parametrize("target", ["polars", "pyspark"])
@pytest.mark.usefixtures("spark")
def test_a_program_reports_all_rules(shop: Path, target: str) -> None:
    said = run(shop, target, "orders", "--now", NOW)
    assert said.code == 1
    assert said.failed() == COUNTS
    report = said.report
    results = [*report["rules"], *report["expectations"]]
    assert {r["name"] for r in results if not r["passed"]} == EXPECTED_TO_FAIL | {
        "freshness.acceptable"
    }
    values = {r["name"]: r["value"] for r in report["expectations"]}
    assert values.pop("freshness.acceptable") == values.pop("freshness.unacceptable") == 10800.0
    check_values({n: float("nan") if v is None else v for n, v in values.items()})
    for rule in report["rules"]:
        known = [
            {"order_id": r["order_id"], "at": moment(r)}
            for r, fails in zip(ROWS, FAILURES, strict=True)
            if rule["name"] in fails
        ]
        assert len(rule["samples"]) == min(5, len(known))
        assert all(sample in known for sample in rule["samples"])


@pytest.mark.parametrize("target", ["polars", "pyspark"])
@pytest.mark.usefixtures("spark")
def test_rows_are_parted_and_none_is_lost(shop: Path, tmp_path: Path, target: str) -> None:
    bad, good = tmp_path / "bad.parquet", tmp_path / "good.parquet"
    said = run(shop, target, "orders", "--quarantine", str(bad), "--output", str(good))
    assert said.code == 1
    pattern = "/*.parquet" if target == "pyspark" else ""
    rejected, kept = pl.read_parquet(f"{bad}{pattern}"), pl.read_parquet(f"{good}{pattern}")
    assert kept.columns == ORDERS.columns
    assert rejected.columns == [*ORDERS.columns, "violations"]
    is_bad = [bool(fails - WARNINGS) for fails in FAILURES]
    expected = [r for r, bad_one in zip(ORDERS.to_dicts(), is_bad, strict=True) if not bad_one]
    assert sorted(map(repr, kept.to_dicts())) == sorted(map(repr, expected))
    reasons = [in_order(fails) for fails, bad_one in zip(FAILURES, is_bad, strict=True) if bad_one]
    assert sorted(rejected["violations"].to_list()) == sorted(reasons)
    assert rejected.height + kept.height == len(ROWS)
