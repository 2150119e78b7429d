"""Random rows of the shop: all engines find what plain Python finds by predicates of its own."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.engines import run as engines
from tests.validation.project import query, run, write_project
from tests.validation.shop import CUSTOMERS, DEFINITIONS, ORDERS
from tests.validation.test_rules import in_order

Row = Mapping[str, Any]
KNOWN = {1, 2}
HTML_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)


def some(name: str, holds: Callable[[Any], bool]) -> Callable[[Row], bool]:
    """A value is there, and it does not have what it should."""
    return lambda row: row[name] is not None and not holds(row[name])


def above(a: float, b: float) -> bool:
    """NaN is above every number."""
    return (math.isnan(a) and not math.isnan(b)) or a > b


FAILS: dict[str, Callable[[Row], bool]] = {
    "order_id.required": lambda row: row["order_id"] is None,
    "at.required": lambda row: row["at"] is None,
    "customer.reference": some("customer", KNOWN.__contains__),
    "amount.required": lambda row: row["amount"] is None,
    "amount.lower_bound": some("amount", lambda x: x >= 0),
    "amount.upper_bound": some("amount", lambda x: x <= 1000),
    "email.matches": some("email", lambda x: bool(HTML_EMAIL.fullmatch(x))),
    "code.min_length": some("code", lambda x: len(x) >= 2),
    "code.max_length": some("code", lambda x: len(x) <= 4),
    "code.starts_with": some("code", lambda x: x.startswith("A")),
    "code.ends_with": some("code", lambda x: x.endswith("x")),
    "kind.accepted_values": some("kind", {"web", "it's, odd"}.__contains__),
    "lines.max_length": some("lines", lambda x: len(x) <= 2),
    "paid at most": lambda row: (
        row["is_gift"] is False
        and row["paid"] is not None
        and row["amount"] is not None
        and above(row["paid"], row["amount"])
    ),
    "open is known": lambda row: row["amount"] is None or row["paid"] is None,
}


def rows_of(seed: int, count: int) -> list[dict[str, Any]]:
    draw = random.Random(seed)
    texts = ["", "A", "Ax", "Abx", "Abcdx", "bx", "É\U0001f600x", "A\U0001f600x", None]
    mails = ["a@b.no", "a@b", "@b.no", "a b@c.no", "a@b..no", "a.b+c@d-e.f", "", None]
    numbers = [0.0, -0.0, -1e-300, 1000.0, 1000.1, 5.0, 7.5, math.nan, math.inf, -math.inf, None]
    start = datetime(2024, 5, 1, tzinfo=UTC)
    return [
        {
            "order_id": draw.choice([*range(count // 2), None]),
            "at": draw.choice([start, start, start + timedelta(days=draw.randrange(3)), None]),
            "customer": draw.choice([1, 2, 3, None]),
            "amount": draw.choice(numbers),
            "paid": draw.choice(numbers),
            "is_gift": draw.choice([True, False, False, None]),
            "email": draw.choice(mails),
            "code": draw.choice(texts),
            "kind": draw.choice(["web", "it's, odd", "Web", "web ", "", None]),
            "lines": draw.choice([[], [1], [1, None, 3], [1, 2], None]),
        }
        for _ in range(count)
    ]


def failures_of(rows: list[dict[str, Any]]) -> list[set[str]]:
    keys = Counter((row["order_id"], row["at"]) for row in rows)
    return [
        {name for name, fails in FAILS.items() if fails(row)}
        | (
            {"key.unique"}
            if row["order_id"] is not None
            and row["at"] is not None
            and keys[row["order_id"], row["at"]] > 1
            else set()
        )
        for row in rows
    ]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.usefixtures("spark")
def test_all_engines_find_what_is_there(seed: int, tmp_path: Path, postgres_url: str) -> None:
    rows = rows_of(seed, 300)
    fails = failures_of(rows)
    counts = Counter(name for names in fails for name in names)
    assert set(counts) == {*FAILS, "key.unique"}
    orders = pl.DataFrame(rows, schema=ORDERS.schema)
    frames = {"orders": orders, "customers": CUSTOMERS}
    project = write_project(tmp_path, DEFINITIONS, frames)
    listed = Counter(
        (row["order_id"], row["at"], in_order(names))
        for row, names in zip(rows, fails, strict=True)
        if names
    )
    for dialect in ("duckdb", "postgres"):
        for name in ("orders", "orders.failures"):
            text = query(project, dialect, name)
            if dialect == "duckdb":
                found = engines.on_duckdb(text, frames, None, tmp_path)
            else:
                found = engines.on_postgres(text, frames, None, postgres_url)
            if name == "orders":
                there = {r["rule"]: r["failed"] for r in found.to_dicts() if r["failed"]}
                assert there == counts, dialect
            else:
                assert Counter(found.rows()) == listed, dialect
    for target in ("polars", "pyspark"):
        assert run(project, target, "orders", "--samples", "0").failed() == counts, target
