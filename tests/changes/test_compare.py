"""What a comparison finds, and what it says that a change reaches."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from alignc.backends.sql.dialect import DUCKDB
from alignc.changes.compare import Comparison
from alignc.changes.exposed import Exposed
from alignc.changes.formats.data import as_json
from alignc.changes.formats.markdown import markdown
from alignc.changes.formats.text import text
from alignc.changes.report import Written, report_of
from alignc.dbt.project import Options, project_files
from alignc.driver import emit, job_of, optimized, plans_of
from alignc.ir.lineage import Field
from alignc.ir.module import Module
from tests.changes.states import SHOP, compared, edited

TARGETS = ("duckdb", "postgres", "polars", "pyspark")


def told(comparison: Comparison) -> list[str]:
    return [
        f"{c.state} {c.what} {c.symbol}" + "".join(f" [{d.name}]" for d in c.differences)
        for c in comparison.changes
    ]


def test_nothing(tmp_path: Path) -> None:
    moved = "# A comment.\n\n\n" + SHOP.replace(
        "amount + tax", "(\n        amount\n        + tax\n    )"
    )
    assert told(compared(SHOP, moved, tmp_path)) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("amount + tax", "amount - tax", "changed feature orders.total [expression]"),
        ("total * 2", "total * 2.0", "changed feature orders.doubled [expression]"),
        ("days=30", "days=31", "changed feature orders.spent [window]"),
        (".sum()", ".mean()", "changed feature orders.spent [aggregate]"),
        ("Euros", "Dollars", "changed feature orders.amount [description]"),
        ("tax = Float()", "tax = Float().is_required()", "changed feature orders.tax [required]"),
        ("    at = EventTimestamp()\n    amount", "    at = EventTimestamp(ttl=timedelta(days=1))\n    amount", "changed view orders [TTL]"),
        ("source=orders)", 'source=orders, contacts=[Contact("A", slack_member_id="U1")])', "changed view orders [contacts]"),
        ("source=orders)", "source=orders, acceptable_freshness=timedelta(days=1))", "changed view orders [acceptable freshness]"),
        ("source=orders)", "source=orders, unacceptable_freshness=timedelta(days=1))", "changed view orders [unacceptable freshness]"),
        ("EventTimestamp()\n    amount", "EventTimestamp().as_freshness()\n    amount", "changed view orders [freshness]"),
        ('name="rebate",', 'name="rebate", contacts="A",', "changed model rebate [contacts]"),
        ('name="churn",', 'name="churn", version=2,', "changed model churn [version]"),
        ('name="churn",', 'name="churn", exposed_at_url="http://a",', "changed model churn [exposed at]"),
        ('name="rebate",', 'name="rebate", acceptable_freshness=timedelta(1),', "changed model rebate [acceptable freshness]"),
        ('name="rebate",', 'name="rebate", unacceptable_freshness=timedelta(1),', "changed model rebate [unacceptable freshness]"),
        ("amount > 10", "amount > 11", "changed view large [rows]"),
        ("visits.csv", "old/visits.csv", "changed source source:visits [path]"),
        ('"visits.csv"', '"visits.csv", csv_config=CsvConfig(";")', "changed source source:visits [separator]"),
        ('Warned().will_leave.with_name("warned"), Visits().pages', 'Visits().pages, Warned().will_leave.with_name("warned")', "changed model rebate [inputs]"),
        ("Visits().pages, Large", 'Orders().total.with_name("pages"), Large', "changed input churn.pages [feature]"),
    ],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_one_thing_has_changed(old: str, new: str, expected: str, tmp_path: Path) -> None:
    found = told(compared(SHOP, edited((old, new)), tmp_path))
    assert [line for line in found if line.split()[0] != "pruned"][:1] == [expected]


TABLES = """
shop = PostgreSQLConfig("SHOP_URL", "sales")

@feature_view(name="v", source={source})
class V:
    k = Int64().as_entity()
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'DbtRef("a", database=shop)',
            'DbtRef("a", package="p", version=2, name="a", database=shop)',
            ["table (meaning): a -> a_v2", "dbt model (shape): a -> p.a, version 2"],
        ),
        (
            'shop.table("a")',
            'DbtRef("a", database=shop)',
            ["dbt model (shape): None -> a"],
        ),
        (
            'shop.table("a").snapshot("id", updated_at="at")',
            'shop.table("a").snapshot(["id", "n"], check_columns=["x", "y"])',
            [
                "snapshot (meaning): of sales.a, key id, by at"
                " -> of sales.a, key id, n, by changes of x, y"
            ],
        ),
    ],
)  # fmt: skip
def test_another_table(old: str, new: str, expected: list[str], tmp_path: Path) -> None:
    comparison = compared(
        TABLES.replace("{source}", old), TABLES.replace("{source}", new), tmp_path
    )
    (change,) = (c for c in comparison.changes if c.what == "source")
    shown = [
        f"{d.name} ({d.kind.value}): {d.old.shown} -> {d.new.shown}" for d in change.differences
    ]
    assert shown == expected


def test_contacts_are_shown_in_words(tmp_path: Path) -> None:
    new = edited(
        ("source=orders)", 'source=orders, contacts=["A", Contact("B", "b@x.org", "U1")])')
    )
    (change,) = compared(SHOP, new, tmp_path).changes
    (difference,) = change.differences
    assert difference.new.shown == "A, B <b@x.org> (U1)"


def test_created_removed_and_pruned(tmp_path: Path) -> None:
    after = edited(
        ("    tax = Float()\n", "    tax = Float()\n    note = String()\n"),
        ("    pages = Int64()\n", "    pages = Int64()\n    minutes = Float()\n"),
        (", Large().doubled]", "]"),
    )
    assert told(compared(SHOP, after, tmp_path)) == [
        "created feature orders.note",
        "created feature visits.minutes",
        "changed model churn [inputs]",
        "removed input churn.doubled",
        "pruned feature orders.doubled",
    ]


def test_who_was_the_last_reader(tmp_path: Path) -> None:
    comparison = compared(SHOP, edited((", Large().doubled]", "]")), tmp_path)
    (pruned,) = [
        one for one in report_of(comparison, Written(TARGETS, ("duckdb",))).changes if one.last
    ]
    assert (pruned.change.symbol, pruned.last) == ("orders.doubled", ("churn.doubled",))


def test_what_follows(tmp_path: Path) -> None:
    """A value comes through computations, aggregates, other views, predictions and their readers."""
    comparison = compared(SHOP, edited(("amount + tax", "amount - tax")), tmp_path)
    ways = {f"{made.kind} {made}": way for made, way in comparison.causes.items()}
    through_spent = ("orders.total", "orders.spent", "churn.spent", "churn.will_leave")
    assert ways["view orders.doubled"] == ("orders.total", "orders.doubled")
    assert ways["view large.doubled"] == ("orders.total", "orders.doubled", "large.doubled")
    assert ways["contract churn.spent"] == through_spent[:3]
    assert ways["contract churn.will_leave"] == through_spent
    assert ways["view warned.will_leave"][:4] == through_spent
    assert ways["contract rebate.warned"][-2:] == ("warned.will_leave", "rebate.warned")
    reached = {name.split(".")[0] for name in ways}
    assert reached == {
        "view orders", "view large", "view churn_predictions", "view warned", "contract churn", "contract rebate", "source churn"
    }  # fmt: skip
    assert "contract churn.pages" not in ways
    assert "contract rebate.pages" not in ways


def test_words_are_not_passed_on(tmp_path: Path) -> None:
    comparison = compared(SHOP, edited(("Euros", "Dollars")), tmp_path)
    assert comparison.causes == {}


def test_a_cause_that_is_a_view(tmp_path: Path) -> None:
    comparison = compared(SHOP, edited(("amount > 10", "amount > 11")), tmp_path)
    assert comparison.causes[Field("contract", "churn", "doubled")] == ("large", "churn.doubled")


def test_what_goes_with_a_model_is_told_with_it(tmp_path: Path) -> None:
    """A model whose predictions a view reads, and that view: two blocks, and one for its source."""
    start, end = SHOP.index("@model_contract("), SHOP.index('@model_contract(name="rebate"')
    rebate = SHOP[end:].replace('Warned().will_leave.with_name("warned"), ', "")
    report = report_of(compared(SHOP, SHOP[:start] + rebate, tmp_path), Written(TARGETS))
    removed = [line for line in text(report).splitlines() if line.startswith("removed")]
    assert [line.partition("  [")[0] for line in removed] == [
        "removed source churn",
        "removed view churn_predictions",
        "removed view warned",
        "removed model churn",
        "removed input rebate.warned",
    ]
    assert (
        "  its inputs: spent, pages, doubled\n"
        "  its labels: will_leave\n"
        "  features made of it: churn_predictions.will_leave, warned.will_leave\n"
    ) in text(report)
    assert (
        "- source `churn`, comes into 2 features (`warned.customer`, `warned.will_leave`) "
        "and 1 model (`rebate`)\n"
    ) in markdown(report)
    assert "  - its inputs: `spent`, `pages`, `doubled`\n" in markdown(report)
    assert "churn.will_leave" not in markdown(report)
    parts = [c["symbol"] for c in json.loads(as_json(report))["changes"] if c["part_of"] == "churn"]
    assert parts == ["churn.spent", "churn.pages", "churn.doubled", "churn.will_leave"]


def test_what_comes_with_a_view_is_told_with_it(tmp_path: Path) -> None:
    start = SHOP.index("@model_contract(")
    report = report_of(compared(SHOP[:start], SHOP, tmp_path), Written(TARGETS))
    created = [line for line in text(report).splitlines() if line.startswith("created")]
    assert [line.partition("  [")[0] for line in created] == [
        "created source churn",
        "created view churn_predictions",
        "created view warned",
        "created model churn",
        "created model rebate",
    ]
    assert "  its features: customer, will_leave\n" in text(report)


def test_lines_fit_a_terminal(tmp_path: Path) -> None:
    edits = [
        ("amount + tax", "amount - tax"),
        ("Euros.", "Euros, " * 20 + r"\"as they are paid.\""),
    ]
    comparison = compared(SHOP, edited(*edits), tmp_path)
    reads = {
        f"the board number {number}": (Field("view", "orders", "total"),) for number in range(5)
    }
    report = report_of(comparison, Written(TARGETS), None, Exposed(reads, reads))
    lines = text(report).splitlines()
    assert max(map(len, lines)) <= 80
    for words in (
        "    + " + "Euros, " * 9 + "Euros,",
        '        "as they are paid."',
        "  features made of it: large.total, orders.doubled, orders.spent, large.doubled,",
        "    large.spent, churn_predictions.will_leave, warned.will_leave",
        "  read outside by: the board number 0, the board number 1, the board number 2,",
        "    the board number 3, the board number 4",
        "  rebate.warned <- warned.will_leave <- churn_predictions.will_leave",
        "    <- churn.will_leave <- churn.spent <- orders.spent <- orders.total",
    ):
        assert words in lines


EDITS = [
    [("amount + tax", "amount - tax")],
    [("days=30", "days=31")],
    [("Euros", "Dollars")],
    [("amount > 10", "amount > 11")],
    [("    pages = Int64()\n", "    pages = Int64()\n    minutes = Float()\n")],
    [(", Large().doubled]", "]")],
    [('"visits.csv"', '"visits.csv", csv_config=CsvConfig(";")')],
    [("    at = EventTimestamp()\n    pages", "    at = EventTimestamp(ttl=timedelta(days=1))\n    pages")],
    [("    doubled = total * 2\n", ""), (", Large().doubled]", "]")],
]  # fmt: skip


@pytest.mark.parametrize("edits", EDITS, ids=lambda edits: edits[0][0][:20])
def test_every_file_that_changes_is_named(edits: list[tuple[str, str]], tmp_path: Path) -> None:
    """Against the programs themselves: none is left out, and what is named beside them is of its readers."""
    comparison = compared(SHOP, edited(*edits), tmp_path)
    report = report_of(comparison, Written(TARGETS, ("duckdb",)))
    named = {name for one in report.changes for name in one.files} - {"ir.json"}
    old, new = (programs(module) for module in (comparison.old, comparison.new))
    changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    assert changed <= named
    assert changed


def programs(module: Module) -> dict[str, str]:
    """The text of each program without the places of definitions, which are others after an edit."""
    found = {}
    for plan, definition in plans_of(module, optimize=True):
        job = job_of(module, plan, definition, 1)
        for target in TARGETS:
            folder = target if target.startswith("p") and target != "postgres" else f"sql/{target}"
            suffix = "py" if folder == target else "sql"
            text = emit(job, target)
            lines = [line for line in text.splitlines() if "source: definitions.py" not in line]
            found[f"{folder}/{job.kind}s/{definition.name}.{suffix}"] = "\n".join(lines)
    for file in project_files(module, DUCKDB, Options({}, {}), "..", optimized):
        if file.path.startswith("models/") and "/_" not in file.path:
            text = re.sub("definitions.py:[0-9]+", "", file.text)
            found[f"dbt/duckdb/{file.path}"] = text
    return found
