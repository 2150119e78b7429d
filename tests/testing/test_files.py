"""Files of tests: what they say, and what is told of those that say it wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.errors import DefinitionError, Span
from alignc.ir.fixture import FixtureRows
from tests.testing.projects import SHOP, fixtures, project


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        fixtures(folder)
    return [str(d).replace("\n    hint: ", " | ") for d in caught.value.diagnostics]


def cells(rows: FixtureRows) -> list[dict[str, object]]:
    names = [column.name for column in rows.columns]
    return [dict(zip(names, row, strict=True)) for row in rows.rows]


VIEW = """view: orders
tests:
  - name: an hour
    given:
      - {customer: 1, at: 2026-03-29 03:30:00, amount: 2}
      - {customer: 1, at: "2026-03-29T01:30:00Z", note: NO}
    expect:
      - {spent: 2.0, at: 2026-03-29 03:30:00}
      - {spent: 2, at: 2026-03-29T03:30:00+02:00}
"""


def test_a_test_of_a_view(tmp_path: Path) -> None:
    _, (test,) = fixtures(project(tmp_path, tests=VIEW))
    assert (test.name, test.kind, test.target, test.entities) == ("an hour", "view", "orders", None)
    assert test.span == Span("tests/shop.alignc.yml", 3, 5)
    ((source, rows),) = test.given
    assert source == "sales"
    moment = "2026-03-29T01:30:00Z"
    assert cells(rows) == [
        {"customer": 1, "at": moment, "amount": 2.0, "note": None},
        {"customer": 1, "at": moment, "amount": None, "note": "NO"},
    ]
    assert [str(c.dtype) for c in rows.columns] == ["Int64", "Timestamp", "Float64", "String"]
    assert isinstance(cells(rows)[0]["amount"], float)
    assert [c.name for c in test.expected.columns] == ["spent", "at"]
    assert test.expected.rows == ((2.0, moment), (2.0, moment))
    assert [s.line for s in test.expected.spans] == [8, 9]


MODEL = """
model: churn
tests:
  - name: who
    given:
      people: [{customer: 1, Full name: Ada}, {customer: 2, Full name: ""}]
    entities:
      - {customer: 1, event_timestamp: 2026-01-01}
      - {customer: null, event_timestamp: null}
    expect:
      - {called: Ada, amount: null, customer: 1}
      - {called: null, amount: null, customer: null}
---
view: people
tests:
  - name: who
    given:
      - {customer: 3}
    expect: []
"""


def test_a_test_of_a_model_and_another_document(tmp_path: Path) -> None:
    _, (model, view) = fixtures(project(tmp_path, tests=MODEL))
    assert (model.kind, model.target) == ("contract", "churn")
    given = dict(model.given)
    # A source that is not given has no rows; an empty field of a csv file is null.
    assert list(given) == ["people", "sales"]
    assert cells(given["people"])[1] == {"customer": 2, "Full name": None}
    assert given["sales"].rows == ()
    assert model.entities is not None
    assert model.entities.rows == ((1, "2026-01-01T00:00:00Z"), (None, None))
    assert [c.name for c in model.expected.columns] == ["called", "amount", "customer"]
    assert (view.kind, view.expected.rows, view.expected.columns) == ("view", (), ())


def test_rows_of_a_definition_may_share_values(tmp_path: Path) -> None:
    text = """
view: orders
tests:
  - name: shared
    given:
      - &first {customer: 1, at: 2026-01-01, amount: 1}
      - {<<: *first, amount: 2}
      - {note: b, <<: [*first, {note: a, amount: 3}]}
    expect: []
"""
    _, (test,) = fixtures(project(tmp_path, tests=text))
    rows = cells(test.given[0][1])
    assert [(r["customer"], r["amount"], r["note"]) for r in rows] == [
        (1, 1.0, None),
        (1, 2.0, None),
        (1, 1.0, "b"),
    ]


def test_only_files_that_say_so_are_read(tmp_path: Path) -> None:
    folder = project(tmp_path, tests=VIEW)
    (folder / "tests/other.yml").write_text("- [not: {ours\n")
    (folder / "tests/deep").mkdir()
    (folder / "tests/deep/more.alignc.yaml").write_text(VIEW.replace("an hour", "another hour"))
    (folder / "tests/empty.alignc.yml").write_text("# nothing yet\n")
    _, found = fixtures(folder)
    assert [(t.name, t.span.file) for t in found] == [
        ("another hour", "tests/deep/more.alignc.yaml"),
        ("an hour", "tests/shop.alignc.yml"),
    ]


def test_the_folder_of_tests_is_a_setting(tmp_path: Path) -> None:
    assert fixtures(project(tmp_path))[1] == ()
    folder = project(tmp_path, settings="tests: checks\n")
    assert mistakes(folder) == [
        "alignc.yml:2:1: ALN004 `tests`: nothing at `checks`"
        " | name files, folders or patterns relative to the project's folder"
    ]
    (folder / "checks.yml").write_text(VIEW)
    project(tmp_path, settings="tests: [checks.yml]\n")
    assert [t.span.file for t in fixtures(folder)[1]] == ["checks.yml"]
    (folder / "checks").mkdir()
    project(tmp_path, settings="tests: checks\n")
    assert fixtures(folder)[1] == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("view: [", "1:8: ALN801 cannot be read: expected the node content, but found '<stream end>'"),
        ("- 1", "1:1: ALN802 a file of tests is a mapping of names to values"),
        ("tests: []", "1:1: ALN802 a file of tests says which `view:` or which `model:`"),
        ("view: a\nmodel: b\ntests: []", "1:1: ALN802 a file of tests says which"),
        ("view: orders", "1:1: ALN802 a file of tests has a list of `tests:`"),
        ("view: orders\ntest: []", "2:1: ALN802 a file of tests has no `test` | did you mean `tests`?"),
        ("view: ~\ntests: []", "1:7: ALN802 `view` is text"),
        ("view: orders\nview: people\ntests: []", "2:1: ALN802 a file of tests has `view` twice"),
        ("view: orders\ntests: {}", "2:8: ALN802 `tests` is a list"),
        ("view: orders\ntests: [1]", "2:9: ALN802 a test is a mapping"),
        ("view: orders\ntests: [{name: a}]", "2:9: ALN802 a test has `given:`"),
        ("view: orders\ntests: [{name: [], given: [], expect: []}]", "2:16: ALN802 `name` is text"),
        ("view: orders\ntests: [{name: a, given: 1, expect: []}]", "2:26: ALN802 `given` is a mapping"),
        ("view: orders\ntests: [{name: a, given: [1], expect: []}]", "2:27: ALN802 a row of `given`"),
        (
            "view: orders\ntests: [{name: a, given: [], expects: []}]",
            "2:30: ALN802 a test has no `expects` | did you mean `expect`?",
        ),
        (
            "view: orders\ntests: [{name: a, given: [{note: !secret x}], expect: []}]",
            "2:34: ALN802 the tag `!secret` means nothing here",
        ),
        ("view: order\ntests: [{name: a, given: [], expect: []}]", "1:7: ALN803 there is no view `order` | did you mean `orders`?"),
        ("view: churn\ntests: [{name: a, given: [], expect: []}]", "1:7: ALN803 there is no view `churn` | it is a model: `model:`"),
        ("model: orders\ntests: [{name: a, given: [], expect: []}]", "1:8: ALN803 there is no model `orders` | it is a view: `view:`"),
    ],
)  # fmt: skip
def test_a_file_of_another_shape(tmp_path: Path, text: str, said: str) -> None:
    (mistake,) = mistakes(project(tmp_path, tests=text))
    assert mistake.startswith(f"tests/shop.alignc.yml:{said}")


def test_a_value_inside_of_itself(tmp_path: Path) -> None:
    text = "view: orders\ntests: [{name: a, given: [{note: &a [*a]}], expect: []}]"
    assert mistakes(project(tmp_path, tests=text)) == [
        "tests/shop.alignc.yml:1:1: ALN801 cannot be read: a value is inside of itself"
    ]
    (tmp_path / "tests/shop.alignc.yml").write_bytes(b"view: \xff")
    (mistake,) = mistakes(tmp_path)
    assert mistake.startswith("tests/shop.alignc.yml:1:1: ALN801 cannot be read: 'utf-8' codec")


@pytest.mark.parametrize(
    ("given", "expect", "said"),
    [
        ("[{custmer: 1}]", "[]", "5:23: ALN804 there is no column `custmer` in the source `sales` | did you mean `customer`?"),
        ("[{spent: 1}]", "[]", "5:21: ALN804 there is no column `spent` in the source `sales`"),
        ("[]", "[{spend: 1}]", "6:22: ALN804 there is no column `spend` in `orders` | did you mean `spent`?"),
        ("{sale: []}", "[]", "5:13: ALN803 `orders` does not read a source `sale` | did you mean `sales`?"),
        ("{people: []}", "[]", "5:13: ALN803 `orders` does not read a source `people` | it reads `sales`"),
        ("{orders: []}", "[]", "5:13: ALN803 `orders` does not read a source `orders` | rows are given of sources, views are computed from them"),
        ("[]", "[{spent: 1}, {amount: 2}]", "6:14: ALN804 this row does not say what `amount` is, and another one does"),
        ("[]", "[{}]", "6:13: ALN802 the expected rows name no column"),
        ("[{customer: x}]", "[]", "5:24: ALN805 `customer` is Int64, and `x` is not"),
        ('[{customer: "1"}]', "[]", "5:24: ALN805 `customer` is Int64, and `'1'` is not | it is text: leave out the quotes"),
    ],
)  # fmt: skip
def test_a_test_that_is_wrong(tmp_path: Path, given: str, expect: str, said: str) -> None:
    text = f"view: orders\ntests:\n  - name:\n      a\n    given: {given}\n    expect: {expect}\n"
    found = mistakes(project(tmp_path, tests=text))
    assert found[0].startswith(f"tests/shop.alignc.yml:{said}")


def test_all_mistakes_are_told_and_a_name_is_there_once(tmp_path: Path) -> None:
    more = VIEW.split("tests:\n")[1]
    folder = project(tmp_path, tests=VIEW.replace("amount: 2}", "amount: b}") + more)
    assert mistakes(folder) == [
        "tests/shop.alignc.yml:5:56: ALN805 `amount` is Float64, and `b` is not",
        "tests/shop.alignc.yml:10:5: ALN806 `orders` has two tests called `an hour`"
        " | the other one is at tests/shop.alignc.yml:3:5",
    ]


@pytest.mark.parametrize(
    ("entities", "expect", "said"),
    [
        ("", "[]", "4:5: ALN802 a test of the model `churn` has no entity rows | give `entities`, rows with `customer`, `event_timestamp`"),
        ("entities: [{customer: 1}]", "[{amount: 1}]", "6:16: ALN804 an entity row of `churn` has no `event_timestamp`"),
        ("entities: [{customer: 1, event_timestamp: null, at: null}]", "[{amount: 1}]", "6:57: ALN804 there is no column `at` in the entity rows"),
        ("entities: [{customer: 1, event_timestamp: null}]", "[]", "7:13: ALN802 0 rows are expected of 1 entity rows"),
        ("entities: []", "[{spend: 1}]", "7:22: ALN804 there is no column `spend` in `churn` | did you mean `spent`?"),
    ],
)  # fmt: skip
def test_a_test_of_a_model_that_is_wrong(
    tmp_path: Path, entities: str, expect: str, said: str
) -> None:
    text = f"model: churn\ntests:\n  # here\n  - name: a\n    given: {{}}\n    {entities}\n    expect: {expect}\n"
    assert f"tests/shop.alignc.yml:{said}" in "\n".join(mistakes(project(tmp_path, tests=text)))


def test_rows_of_several_sources_have_to_say_which(tmp_path: Path) -> None:
    text = MODEL.replace("people: [", "[").replace("    given:\n      [", "    given: [")
    (mistake,) = mistakes(project(tmp_path, tests=text))
    assert mistake.startswith(
        "tests/shop.alignc.yml:5:12: ALN803 `churn` reads 2 sources, and the rows do not say"
    )
    assert mistake.endswith("give them by source: `people`, `sales`")


def test_entity_rows_of_a_view(tmp_path: Path) -> None:
    text = VIEW.replace("    expect:", "    entities: [{customer: 1}]\n    expect:")
    (mistake,) = mistakes(project(tmp_path, tests=text))
    assert "7:15: ALN802 `orders` is a view, and views are not asked with entity rows" in mistake


def test_what_the_source_calls_a_column(tmp_path: Path) -> None:
    text = "view: people\ntests: [{name: a, given: [{name: Ada}], expect: []}]"
    (mistake,) = mistakes(project(tmp_path, tests=text))
    assert mistake.endswith(
        "no column `name` in the source `people` | the source calls it `Full name`"
    )


def test_times_of_several_zones_say_which(tmp_path: Path) -> None:
    other = SHOP.split("@model_contract")[0] + (
        '@feature_view(name="late", source=FileSource.parquet_at("sales.parquet"))\n'
        "class Late:\n    customer = Int64().as_entity()\n    at = EventTimestamp()\n"
    )
    (mistake,) = mistakes(project(tmp_path, other, VIEW))
    assert mistake.startswith("tests/shop.alignc.yml:5:27: ALN805 `at` is Timestamp")
    assert mistake.endswith("it has times of several zones, so say which: `+01:00`, `Z`")
    fixtures(project(tmp_path, other, VIEW.replace("03:30:00, am", "03:30:00+02:00, am")))
