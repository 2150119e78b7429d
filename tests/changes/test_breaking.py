"""Rules about changes: their samples, what is meant to be, and the next version."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.changes.breaking import Breaks, breaks_of
from alignc.changes.rule import BreakingRule
from alignc.changes.rules import BREAKING
from alignc.changes.rules.changed_type import holds
from alignc.ir.types import DType
from alignc.lint.docs import sample_of
from alignc.settings import Meant
from tests.changes.states import SHOP, compared, edited


@pytest.mark.parametrize("rule", BREAKING, ids=lambda rule: rule.code)
def test_samples(rule: BreakingRule, tmp_path: Path) -> None:
    before, bad, good = map(sample_of, (rule.BEFORE, rule.BAD, rule.GOOD))
    (tmp_path / "bad").mkdir()
    found = list(rule.check(compared(before, bad, tmp_path / "bad")))
    assert [finding.code for finding in found] == [rule.code]
    (tmp_path / "good").mkdir()
    everything = breaks_of(compared(before, good, tmp_path / "good"))
    assert [f"{f.code} {f.message}" for f in everything.findings] == []


def steps(breaks: Breaks) -> dict[str, str]:
    return {version.model: version.step for version in breaks.versions}


def codes(before: str, after: str, folder: Path) -> list[str]:
    found = breaks_of(compared(before, after, folder)).findings
    return sorted(f"{f.code} {f.symbol}" for f in found)


def test_a_change_is_told_to_the_models_it_reaches(tmp_path: Path) -> None:
    assert codes(SHOP, edited(("amount + tax", "amount - tax")), tmp_path) == [
        "B112 orders.total",
        "B113 churn.doubled",
        "B113 churn.spent",
        "B113 rebate.warned",
    ]


def test_another_ground_truth_is_told_to_the_readers_of_predictions(tmp_path: Path) -> None:
    after = edited(("Orders().has_left.as_class", "Orders().is_gone.as_class"), ("    tax = Float()\n", "    tax = Float()\n    is_gone = Bool()\n"))  # fmt: skip
    before = edited(("    tax = Float()\n", "    tax = Float()\n    is_gone = Bool()\n"))
    assert codes(before, after, tmp_path) == ["B112 churn.will_leave", "B113 rebate.warned"]


def test_a_ground_truth_that_means_something_else(tmp_path: Path) -> None:
    before = edited(("    has_left = Bool()\n", "    left = Int64()\n    has_left = left == 1\n"))
    after = before.replace("left == 1", "left == 2")
    assert codes(before, after, tmp_path) == [
        "B112 orders.has_left",
        "B113 churn.has_left",
        "B113 rebate.warned",
    ]


def test_an_input_is_no_cause_of_itself_where_a_prediction_has_its_name(tmp_path: Path) -> None:
    before = edited(("will_leave = Orders()", "has_left = Orders()"), ("will_leave", "has_left"))
    after = before.replace("amount + tax", "amount - tax")
    assert codes(before, after, tmp_path) == [
        "B112 orders.total",
        "B113 churn.doubled",
        "B113 churn.spent",
        "B113 rebate.warned",
    ]


def test_a_removed_view_is_told_once(tmp_path: Path) -> None:
    start = SHOP.index("Large = ")
    after = SHOP[:start] + SHOP[SHOP.index("\n", start) :]
    after = after.replace(", Large().doubled]", "]")
    assert codes(SHOP, after, tmp_path) == ["B101 large", "B114 churn"]


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ("Visits().pages", "no longer reads `spent` and `doubled`"),
        (
            "Orders().spent, Large().doubled, Visits().pages, Orders().total",
            "reads `total`, which it has not read before; it takes its inputs in another order: "
            "spent, pages, doubled -> spent, doubled, pages",
        ),
        (
            "Large().doubled, Orders().spent",
            "no longer reads `pages`; it takes its inputs in another order: "
            "spent, doubled -> doubled, spent",
        ),
    ],
)
def test_other_inputs_are_told_by_what_has_happened(tmp_path: Path, inputs: str, said: str) -> None:
    after = edited(("Orders().spent, Visits().pages, Large().doubled", inputs))
    found = breaks_of(compared(SHOP, after, tmp_path)).findings
    assert [f.message for f in found if f.code == "B114"] == [f"`churn` {said}"]


def test_more_is_no_break(tmp_path: Path) -> None:
    after = edited(
        ("    tax = Float()\n", "    tax = Float()\n    note = String()\n"),
        ("Euros", "Dollars"),
        ("visits.csv", "new/visits.csv"),
    )
    breaks = breaks_of(compared(SHOP, after, tmp_path))
    assert breaks.findings == ()
    assert steps(breaks)["churn"] == "minor"


def test_what_is_meant(tmp_path: Path) -> None:
    comparison = compared(SHOP, edited(("amount + tax", "amount - tax")), tmp_path)
    meant = [
        Meant(rule="B112", symbol="orders.*", reason="it was wrong"),
        Meant(rule="B113", reason="trained again"),
        Meant(rule="B101", reason="never happened"),
    ]
    breaks = breaks_of(comparison, meant)
    assert breaks.findings == ()
    assert breaks.meant == 4
    assert [one.rule for one in breaks.unmet] == ["B101"]
    # It is a new major version all the same.
    assert steps(breaks) == {"churn": "major", "rebate": "major"}


def test_categories(tmp_path: Path) -> None:
    comparison = compared(SHOP, edited(("amount + tax", "amount - tax")), tmp_path)

    def told(*select: str) -> list[str]:
        return [f"{f.code} {f.category}" for f in breaks_of(comparison, select=select).findings]

    everything = ["B112 meaning", "B113 contract", "B113 contract", "B113 contract"]
    assert sorted(told()) == sorted(told("meaning", "contract")) == everything
    assert told("meaning") == told("time", "B112") == everything[:1]
    assert told("schema", "B101") == []
    # What is not told changes no version, and an entry about it is no mistake.
    meant = [Meant(rule="contract", reason="trained again"), Meant(rule="time", reason="never")]
    breaks = breaks_of(comparison, meant, select=("meaning", "contract"))
    assert (len(breaks.findings), breaks.meant) == (1, 3)
    assert [one.rule for one in breaks.unmet] == ["time"]
    hidden = breaks_of(comparison, meant[:1], select=("schema",))
    assert (hidden.findings, hidden.meant, hidden.unmet) == ((), 0, ())
    assert hidden.versions == breaks.versions
    assert steps(breaks) == {"churn": "major", "rebate": "major"}


@pytest.mark.parametrize(
    ("old", "new", "versions"),
    [
        ("days=30", "days=31", {"churn": "major", "rebate": "major"}),
        ("Euros", "Dollars", {"churn": "patch", "rebate": "patch"}),
        ("    pages = Int64()\n", "    pages = Int64()\n    minutes = Float()\n", {}),
        ("CsvConfig", "CsvConfig", {}),
    ],
    ids=["window", "words", "a feature", "nothing"],
)
def test_versions(old: str, new: str, versions: dict[str, str], tmp_path: Path) -> None:
    before = SHOP.replace('"visits.csv"', '"visits.csv", csv_config=CsvConfig(";")')
    assert old in before
    assert steps(breaks_of(compared(before, before.replace(old, new), tmp_path))) == versions


@pytest.mark.parametrize(
    ("old", "new", "change", "said"),
    [
        (None, None, ("amount + tax", "amount - tax"), "next version of `churn`: 1 -> 2 (major)"),
        (3, 3, ("days=30", "days=31"), "next version of `churn`: 3 -> 4 (major)"),
        (3, 4, ("days=30", "days=31"), "next version of `churn`: 3 -> 4 (major), as it says"),
        (3, 7, ("days=30", "days=31"), "next version of `churn`: 3 -> 7 (major), as it says"),
        (3, 2, ("days=30", "days=31"), "next version of `churn`: 3 -> 4 (major)"),
        (3, 4, ("Euros", "Dollars"), "next version of `churn`: 3 -> 4 (minor), as it says"),
        (3, 3, ("Euros", "Dollars"), "version of `churn` stays 3 (patch)"),
    ],
)
def test_the_number_of_the_next_version(
    old: int | None, new: int | None, change: tuple[str, str], said: str, tmp_path: Path
) -> None:
    def text(version: int | None) -> str:
        return SHOP.replace('"churn",', f'"churn", version={version},') if version else SHOP

    breaks = breaks_of(compared(text(old), text(new).replace(*change), tmp_path))
    assert str(breaks.versions[0]) == said


def test_a_finding_names_the_models_that_need_a_new_version(tmp_path: Path) -> None:
    after = edited(("amount + tax", "amount - tax"), ('"rebate",', '"rebate", version=2,'))
    findings = breaks_of(compared(SHOP, after, tmp_path)).findings
    assert {f.symbol: [v.model for v in f.versions] for f in findings} == {
        "orders.total": ["churn"],
        "churn.doubled": ["churn"],
        "churn.spent": ["churn"],
        # It says a new one.
        "rebate.warned": [],
    }


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("Int64", "Int32", True),
        ("Int32", "Int64", False),
        ("Int64", "UInt32", True),
        ("Int32", "UInt32", False),
        ("UInt64", "Int8", False),
        ("Float64", "Float32", True),
        ("Float64", "Int8", False),
        ("Decimal(12, 2)", "Decimal(10, 2)", True),
        ("Decimal(12, 4)", "Decimal(12, 2)", False),
        ("List[Int64]", "List[Int8]", True),
        ("List[Int8]", "List[Int64]", False),
        ("String", "String", True),
        ("String", "Int8", False),
    ],
)
def test_wider_types(wide: str, narrow: str, expected: bool) -> None:
    assert holds(DType.parse(wide), DType.parse(narrow)) is expected


def test_a_time_that_another_view_has_from_below_is_told_once(tmp_path: Path) -> None:
    head = "from datetime import timedelta\n"
    more = """
@feature_view(name="mine", source=Orders)
class Mine:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float()
    twice = amount * 2
"""
    delay = "EventTimestamp(availability_delay=timedelta(hours=1))"
    after = SHOP.replace("at = EventTimestamp()", f"at = {delay}", 1)
    found = codes(head + SHOP + more, head + after + more, tmp_path)
    assert [one for one in found if one.startswith("B109")] == ["B109 orders"]
