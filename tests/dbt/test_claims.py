"""References, rules, and constraints that say how bad they are, as tests of dbt on both databases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.dbt.conftest import MakeProject
from tests.dbt.emitted import build
from tests.validation.shop import CUSTOMERS, DEFINITIONS, ORDERS

# How many rows (of a key how many keys) each test finds that does not pass, and how bad that is.
FOUND = {
    "feat_orders__key": ("warn", 1),
    "feat_orders__customer__reference": ("warn", 1),
    "not_null_feat_orders_amount": ("fail", 1),
    # NaN is above every number, and within no bounds.
    "feat_orders__amount__range": ("fail", 2),
    "feat_orders__amount__range_2": ("warn", 2),
    "feat_orders__email__form": ("fail", 1),
    "feat_orders__code__length": ("fail", 3),
    "feat_orders__code__starts_with": ("fail", 2),
    "feat_orders__code__ends_with": ("fail", 2),
    "feat_orders__kind__accepted_values": ("fail", 2),
    "feat_orders__lines__max_length": ("fail", 1),
    "feat_orders__paid_at_most": ("fail", 2),
    "feat_orders__open_is_known": ("warn", 2),
    # The customer 2 is there twice, and one is of no country that is known.
    "feat_customers__key": ("fail", 1),
    "not_null_feat_customers_customer_id": ("fail", 1),
    "feat_customers__country__accepted_values": ("fail", 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("adapter", ["duckdb", "postgres"])
def test_claims_are_tests_of_dbt(adapter: str, make_project: MakeProject, tmp_path: Path) -> None:
    root = tmp_path / f"shop_{adapter}"
    (root / "data").mkdir(parents=True)
    frames = {"orders": ORDERS, "customers": CUSTOMERS}
    for name, frame in frames.items():
        frame.write_parquet(root / "data" / f"{name}.parquet")
    head = "from datetime import timedelta\nfrom alignc import *\n"
    folder, _ = build(root, adapter, head + DEFINITIONS, "dbt: {severity: error}\n")
    project = make_project(folder, adapter)
    project.load(frames if adapter == "postgres" else {})
    assert project.try_to_run("run") == 0, project.log
    assert project.try_to_run("test", may_violate=True) != 0, project.log
    results: list[dict[str, Any]] = json.loads(
        (folder / "target" / "run_results.json").read_text(encoding="utf-8")
    )["results"]
    statuses = {r["status"] for r in results}
    assert statuses <= {"success", "pass", "warn", "fail"}, project.log
    found = {
        name_of(r["unique_id"]): (r["status"], r["failures"])
        for r in results
        if r["status"] not in ("pass", "success")
    }
    there = {n: f for n, f in found.items() if not n.startswith("source_")}
    assert {n: f for n, f in there.items() if "stg_" not in n} == FOUND
    assert len(results) > len(FOUND)


def name_of(unique_id: str) -> str:
    """The name of a test without the digest that dbt puts behind it."""
    return unique_id.split(".")[2].rstrip("_")
