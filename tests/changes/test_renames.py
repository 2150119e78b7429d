"""A view with another name is one change, if there is no doubt which one it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.changes.breaking import breaks_of
from alignc.changes.compare import Comparison
from alignc.changes.exposed import Exposed
from alignc.changes.formats import FORMATS
from alignc.changes.renames import renamed_views
from alignc.changes.report import Report, Written, report_of
from alignc.ir.lineage import Field
from tests.changes.states import SHOP, compared, edited, state

RENAMED = edited(('name="orders", source', 'name="purchases", source'))


def report(comparison: Comparison, exposures: Exposed | None = None) -> Report:
    return report_of(comparison, Written(["duckdb"]), None, exposures)


def told(before: str, after: str, folder: Path) -> list[str]:
    changes = (one.change for one in report(compared(before, after, folder)).changes)
    return [
        f"{c.state} {c.what} {c.symbol}" + (f" < {c.before}" if c.before else "") for c in changes
    ]


def test_one_change(tmp_path: Path) -> None:
    comparison = compared(SHOP, RENAMED, tmp_path)
    reads = {
        "old": (Field("view", "orders", "tax"),),
        "new": (Field("view", "purchases", "tax"),),
        "below": (Field("view", "warned", "will_leave"),),
        "other": (Field("view", "visits", "at"),),
    }
    found = report(comparison, Exposed(reads, reads))
    (one,) = found.changes
    assert (one.change.state, one.change.symbol, one.change.before) == (
        "renamed",
        "purchases",
        "orders",
    )
    assert one.models == ("churn", "rebate")
    assert one.exposures == ("old", "new", "below")
    assert found.affected == ()
    assert {f"sql/duckdb/views/{name}.sql" for name in ("orders", "purchases", "large")} < set(
        one.files
    )
    assert FORMATS["text"](found).startswith("renamed view purchases from orders  [")
    assert "**Renamed**\n\n- view `purchases` from `orders`, comes into" in FORMATS["markdown"](
        found
    )
    assert '"before": "orders"' in FORMATS["json"](found)
    # To readers of its tables it is gone; to a model it means what it did.
    breaks = breaks_of(comparison)
    assert [f"{f.code} {f.symbol}" for f in breaks.findings] == ["B101 orders"]
    assert breaks.versions == ()


def test_a_view_has_another_name_and_means_something_else(tmp_path: Path) -> None:
    comparison = compared(SHOP, RENAMED.replace("amount + tax", "amount - tax"), tmp_path)
    found = {f"{f.code} {f.symbol}" for f in breaks_of(comparison).findings}
    assert {"B101 orders", "B112 purchases.total", "B113 churn.spent"} <= found


def test_what_else_has_changed(tmp_path: Path) -> None:
    after = RENAMED.replace("source=orders)", 'source=orders, description="Sold.", contacts=["A"])')
    after = after.replace("amount + tax", "amount - tax")
    comparison = compared(SHOP, after, tmp_path)
    first, second = report(comparison).changes
    assert [d.name for d in first.change.differences] == ["description", "contacts"]
    assert (second.change.state, second.change.symbol) == ("changed", "purchases.total")
    affected = [one.symbol for one in report(comparison).affected]
    assert "purchases.doubled" in affected
    assert "churn.spent" in affected
    assert "  description: nothing -> Sold.\n" in FORMATS["text"](report(comparison))


def test_joins_stacks_and_filters_of_a_renamed_view(tmp_path: Path) -> None:
    more = """
@feature_view(name="joined", source=Orders.filter("few", Orders().amount > 5).join(Visits, on="customer", renames={"at": "visited_at"}))
class Joined:
    customer = Int64().as_entity()
    at = EventTimestamp()
    visited = Visits().pages
"""
    after = RENAMED.replace('name="visits"', 'name="clicks"')
    assert told(SHOP + more, after + more, tmp_path) == [
        "renamed view clicks < visits",
        "renamed view purchases < orders",
    ]


@pytest.mark.parametrize(
    "after",
    [
        # Another source, and two that it could be.
        RENAMED.replace('FileSource.parquet_at("orders.parquet")', 'FileSource.parquet_at("o.parquet", name="o")'),
        RENAMED.replace("\n@model_contract(\n", """
@feature_view(name="again", source=orders)
class Again:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float()
    tax = Float()
    has_left = Bool()
    total = amount + tax
    doubled = total * 2
    spent = total.aggregate().over(days=30).sum()

@model_contract(
""", 1),
    ],
    ids=["source", "twin"],
)  # fmt: skip
def test_what_would_be_a_guess_is_none(tmp_path: Path, after: str) -> None:
    assert after != RENAMED
    changes = told(SHOP, after, tmp_path)
    assert "removed view orders" in changes
    assert "created view purchases" in changes
    assert not any(line.startswith("renamed") for line in changes)


def test_a_view_and_its_features_have_other_names(tmp_path: Path) -> None:
    after = RENAMED.replace("total", "whole").replace(
        "    tax = Float()\n", "    tax = Float()\n    more = Float()\n"
    )
    assert told(SHOP, after, tmp_path) == [
        "renamed view purchases < orders",
        "created feature purchases.more",
        "renamed feature purchases.whole < purchases.total",
        "changed feature purchases.doubled",
        "changed feature purchases.spent",
    ]
    breaks = breaks_of(
        Comparison(*(state(t, tmp_path / n) for n, t in (("a", SHOP), ("b", after))))
    )
    assert [f"{f.code} {f.symbol}" for f in breaks.findings] == ["B101 orders"]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        # The same in other words.
        ("total = amount + tax", "total = tax + amount", []),
        ("doubled = total * 2", "doubled = 2 * (amount + tax)", []),
        (
            "spent = total.aggregate()",
            "spent = (tax + amount).aggregate()",
            [],
        ),
        # What sounds alike is something else.
        ("total = amount + tax", "total = amount - tax", ["B112 orders.total", "B113 churn.doubled", "B113 churn.spent", "B113 rebate.warned"]),
        ("doubled = total * 2", "doubled = total + total", ["B112 orders.doubled", "B113 churn.doubled", "B113 rebate.warned"]),
    ],
)  # fmt: skip
def test_the_same_in_other_words(tmp_path: Path, old: str, new: str, codes: list[str]) -> None:
    comparison = compared(SHOP, edited((old, new)), tmp_path)
    assert sorted(f"{f.code} {f.symbol}" for f in breaks_of(comparison).findings) == codes


def test_a_feature_of_a_model_has_another_name(tmp_path: Path) -> None:
    after = edited(
        ("doubled =", "twice ="), ("Large().doubled", 'Large().twice.with_name("doubled")')
    )
    comparison = compared(SHOP, after, tmp_path)
    found = sorted(f"{f.code} {f.symbol}" for f in breaks_of(comparison).findings)
    assert found == ["B102 orders.doubled"]


def test_another_kind_of_computation_is_told_once(tmp_path: Path) -> None:
    after = edited(("doubled = total * 2", "doubled = total.aggregate().over(days=7).max()"))
    findings = breaks_of(compared(SHOP, after, tmp_path)).findings
    (message,) = (f.message for f in findings if f.symbol == "orders.doubled")
    assert "means something else: computation: total * 2 -> max(total) over" in message


def test_a_name_that_is_a_value_is_more_than_a_name(tmp_path: Path) -> None:
    more = """
@feature_view(name="both", source=Orders.vstack(Large, source_column="which"))
class Both:
    customer = Int64().as_entity()
    at = EventTimestamp()
    which = String()
"""
    comparison = compared(SHOP + more, RENAMED + more, tmp_path)
    assert renamed_views(comparison.old, comparison.new) == {}


def test_two_views_that_swap_their_names_are_not_renamed(tmp_path: Path) -> None:
    swapped = edited(
        ('name="visits"', 'name="hidden"'),
        ('name="orders", source', 'name="visits", source'),
        ('name="hidden"', 'name="orders"'),
    )
    assert not any(line.startswith("renamed") for line in told(SHOP, swapped, tmp_path))
