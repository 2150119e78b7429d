"""Examples beside definitions, in the three spellings, and what is told of those that are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.driver import compile_project
from alignc.errors import DefinitionError
from alignc.settings import find_project
from tests.testing.projects import SHOP, fixtures, project

VIEW = """
@feature_view(name="v", source=FileSource.parquet_at("rows.parquet"), examples={examples})
class V:
    id = Int64().as_entity()
    x = Float()
    twice = x * 2
"""


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        fixtures(folder)
    return [f"{d.code} {d.message}" for d in caught.value.diagnostics]


def test_an_example_in_each_spelling(tmp_path: Path) -> None:
    text = """
rows = [{"id": 1, "x": 1.5}]

@feature_view(
    name="a",
    source=FileSource.parquet_at("rows.parquet"),
    examples=[
        Example(given=rows, expect=[{"twice": 3}]),
        Example({"rows": rows}, rows, name="it's {{ 😀 }}"),
    ],
)
class A:
    id = Int64().as_entity()
    x = Float()
    twice = x * 2

class B(FeatureView):
    metadata = FeatureView.metadata_with(
        name="b", batch_source=FileSource.parquet_at("rows.parquet"), examples=(Example(rows, rows),)
    )
    id = Int64().as_entity()
    x = Float()

@model_contract(
    name="m",
    input_features=[A().twice],
    examples=[Example(given=rows, entities=[{"id": 1}], expect=[{"twice": 3.0}])],
)
class M:
    y = B().x.as_regression_label()

class N(Model):
    metadata = Model.metadata_with(
        name="n", features=[A().twice], examples=[Example(rows, [{"x": None}], [{"id": 2}])]
    )
    y = B().x.as_regression_label()
"""
    _, found = fixtures(project(tmp_path, text))
    assert [(t.kind, t.target, t.name, t.span.line) for t in found] == [
        ("view", "a", "example 1", 11),
        ("view", "a", "it's {{ 😀 }}", 12),
        ("view", "b", "example 1", 22),
        ("contract", "m", "example 1", 30),
        ("contract", "n", "example 1", 37),
    ]
    assert found[0].span.column == 9
    assert found[0].expected.rows == ((3.0,),)
    assert found[3].entities is not None
    assert found[3].entities.rows == ((1,),)
    assert len({test.given[0][1].rows for test in found}) == 1


def test_where_the_rows_of_an_example_are(tmp_path: Path) -> None:
    text = VIEW.format(
        examples="""[
    Example(
        [{"id": 1, "x": 1}, {"id": "one"}],
        [
            {"twice": 2},
            dict(twice=3),
        ],
    ),
    Example({"rows": [{"id": True}]}, expect=[{"twice": []} for _ in range(1)]),
    Example(*[[{"id": False}], []]),
]"""
    )
    with pytest.raises(DefinitionError) as caught:
        fixtures(project(tmp_path, text))
    places = [(str(d.span), d.message) for d in caught.value.diagnostics]
    file = "features/shop.py"
    assert places == [
        (f"{file}:7:36", "`id` is Int64, and `'one'` is not"),
        # A row that is not written in the call is where the call is.
        (f"{file}:13:5", "`twice` is Float64, and `[]` is not"),
        (f"{file}:13:30", "`id` is Int64, and `True` is not"),
        (f"{file}:14:5", "`id` is Int64, and `False` is not"),
    ]
    _, (first, *_) = fixtures(
        project(
            tmp_path,
            text.replace('"one"', "1")
            .replace("True", "1")
            .replace("False", "1")
            .replace("[]}", "1}"),
        )
    )
    assert [(s.line, s.column) for s in first.expected.spans] == [(9, 13), (10, 13)]


def test_programs_do_not_know_of_tests(tmp_path: Path) -> None:
    """The digest, too, is that of the definitions."""
    examples = '[Example([{"id": 1, "x": 1.5}], [{"twice": 3}])]'
    plain = project(tmp_path / "plain", VIEW.format(examples="()"))
    tested = project(tmp_path / "tested", VIEW.format(examples=examples), "view: v\ntests: []\n")
    one, other = (compile_project(find_project(folder)) for folder in (plain, tested))
    assert one.ir_digest == other.ir_digest
    assert one.outputs == other.outputs


def test_an_example_belongs_to_its_view_alone(tmp_path: Path) -> None:
    text = VIEW.format(examples='[Example([{"id": 1, "x": 1}], [{"twice": 2}])]')
    text += """
few = V.filter("few", lambda v: v.x > 1)
other = V.with_source("other", FileSource.parquet_at("others.parquet"))
"""
    assert [test.target for test in fixtures(project(tmp_path, text))[1]] == ["v"]


@pytest.mark.parametrize(
    ("examples", "said"),
    [
        ("3", "ALN802 `examples` of `v` is no list of examples"),
        ("'abc'", "ALN802 `examples` of `v` is no list of examples"),
        ("[{}]", "ALN802 `examples` of `v`: dict is no example"),
        ("[Example(1, [])]", "ALN802 `given` is no list of rows by column"),
        ("[Example([1], [])]", "ALN802 `given` is no list of rows by column"),
        ("[Example({'rows': {}}, [])]", "ALN802 `given['rows']` is no list of rows by column"),
        ("[Example([], {'x': [1]})]", "ALN802 `expect` is no list of rows by column"),
        ("[Example([], [{1: 2}])]", "ALN802 `expect` is no list of rows by column"),
        ("[Example([], [], entities=3)]", "ALN802 `entities` is no list of rows by column"),
        ("[Example([], [], name=3)]", "ALN802 the name of an example is text, not 3"),
        ("[Example([], [], entities=[])]", "ALN802 `v` is a view, and views are not asked with entity rows"),
        ("[Example({'row': []}, [])]", "ALN803 `v` does not read a source `row`"),
        ("[Example([{'y': 1}], [])]", "ALN804 there is no column `y` in the source `rows`"),
        ("[Example([{'x': 'a' * 99}], [])]", f"ALN805 `x` is Float64, and `'{'a' * 59}...` is not"),
        ("[Example([], [], name='a')] * 2", "ALN806 `v` has two tests called `a`"),
    ],
)  # fmt: skip
def test_what_is_no_example(tmp_path: Path, examples: str, said: str) -> None:
    assert mistakes(project(tmp_path, VIEW.format(examples=examples))) == [said]


def test_an_example_and_a_file_share_no_name(tmp_path: Path) -> None:
    text = VIEW.format(examples='[Example([], [], name="a")]')
    tests = "view: v\ntests: [{name: a, given: [], expect: []}]"
    assert mistakes(project(tmp_path, text, tests)) == ["ALN806 `v` has two tests called `a`"]


def test_a_mistake_of_a_definition_is_told_first(tmp_path: Path) -> None:
    text = SHOP.replace("at = EventTimestamp(", "at = EventTimestamp(nothing=1, ")
    (only,) = mistakes(project(tmp_path, text, "view: ["))
    assert only.startswith("ALN100")


# -- values

TYPED = """
@feature_view(name="v", source=FileSource.parquet_at("rows.parquet"), examples=[
    Example(given=[{{"x": {value}}}], expect=[]),
])
class V:
    id = Int64().as_entity()
    x = {feature}
"""

GOOD = [
    # The type, the value in Python, in YAML, and the cell.
    ("Bool()", "True", "true", True),
    ("Int8()", "-128", "-128", -128),
    ("UInt64()", "2**64 - 1", str(2**64 - 1), 2**64 - 1),
    ("Float()", "3", "3", 3.0),
    ("Float()", "1e-3", "1e-3", 0.001),
    ("Float()", "float('-inf')", "-.inf", float("-inf")),
    ("Float32()", "0.1", ".1", 0.10000000149011612),
    ("Decimal(6, 2)", "Exact('1.5')", "1.5", "1.50"),
    ("Decimal(6, 2)", "-3", "-3", "-3.00"),
    ("String()", "'NO'", "NO", "NO"),
    ("String()", "'1.50'", "1.50", "1.50"),
    ("String()", "'null'", '"null"', "null"),
    ("String()", "'2026-01-01'", "2026-01-01", "2026-01-01"),
    ("String()", "'a\\n{% 😀'", '"a\\n{% 😀"', "a\n{% 😀"),
    ("Json()", "'[1]'", "'[1]'", "[1]"),
    ("Date()", "date(2026, 1, 31)", "2026-01-31", "2026-01-31"),
    ("Date()", "'2026-01-31'", '"2026-01-31"', "2026-01-31"),
    ("Timestamp()", "datetime(2026, 1, 31, 9)", "2026-01-31 09:00:00", "2026-01-31T09:00:00Z"),
    ("Timestamp()", "'2026-01-31 09:00+01:00'", "2026-01-31T09:00+0100", "2026-01-31T08:00:00Z"),
    ("Timestamp()", "date(2026, 1, 31)", "2026-01-31", "2026-01-31T00:00:00Z"),
    (
        "Timestamp(time_zone='Europe/Oslo')",
        "datetime(2026, 10, 25, 2, 30)",
        "2026-10-25 02:30:00.000001",
        "2026-10-25T00:30:00Z",
    ),
    ("Duration()", "timedelta(seconds=1)", "1000000", 1_000_000),
    ("Duration()", "-1", "-1", -1),
    ("Binary()", "b'\\x00\\xff'", "00ff", "00ff"),
    ("List(Int64())", "[1, None]", "[1, null]", (1, None)),
    ("List(Date())", "(date(2026, 1, 31),)", "[2026-01-31]", ("2026-01-31",)),
    ("Embedding(2)", "[0.5, 1]", "[0.5, 1]", (0.5, 1.0)),
    ("Int64()", "None", "null", None),
    ("String()", "None", "~", None),
]


@pytest.mark.parametrize(("feature", "python", "yaml", "cell"), GOOD)
def test_a_value_in_both_spellings(
    tmp_path: Path, feature: str, python: str, yaml: str, cell: object
) -> None:
    text = TYPED.format(value=python, feature=feature)
    tests = f"view: v\ntests: [{{name: b, given: [{{x: {yaml}}}], expect: []}}]\n"
    _, (first, second) = fixtures(project(tmp_path, text, tests))
    for test in (first, second):
        value = test.given[0][1].rows[0][1]
        if "02:30" in yaml and test is second:
            value = str(value).replace(".000001", "")
        assert (value, type(value)) == (cell, type(cell))


BAD = [
    ("Bool()", "1", "yes"),
    ("Bool()", "'true'", '"true"'),
    ("Int8()", "128", "128"),
    ("Int64()", "True", "1.0"),
    ("Int64()", "1.0", "1_000"),
    ("Int64()", "'1'", "0x10"),
    ("Int64()", "[1]", "[1]"),
    ("Int64()", "{'a': 1}", "{a: 1}"),
    ("Float()", "'1.5'", '"1.5"'),
    ("Float()", "2**53 + 1", "9007199254740993"),
    ("Float()", "Exact('1.5')", "1,5"),
    ("Float()", "True", "infinit"),
    ("Decimal(6, 2)", "1.5", "1.505"),
    ("Decimal(6, 2)", "Exact('NaN')", "12345.0"),
    ("String()", "1", '"a\\0b"'),
    ("String()", "b'a'", "[a]"),
    ("Date()", "datetime(2026, 1, 1)", "2026-02-30"),
    ("Date()", "'1.1.2026'", "2026-01-01 00:00:00"),
    ("Timestamp()", "0", "0"),
    ("Timestamp()", "'noon'", "2026-01-01 24:00:00"),
    ("Timestamp()", "'2026-W01'", "2026-01-01T00:00:00.0000001"),
    ("Duration()", "1.5", "1h"),
    ("Duration()", "2**63", str(2**63)),
    ("Binary()", "1", "0xff"),
    ("List(Int64())", "1", "1"),
    ("List(Int64())", "['a']", "[a]"),
    ("List(String())", "'ab'", "ab"),
]


@pytest.mark.parametrize(("feature", "python", "yaml"), BAD)
def test_a_value_of_another_type(tmp_path: Path, feature: str, python: str, yaml: str) -> None:
    (told,) = mistakes(project(tmp_path / "a", TYPED.format(value=python, feature=feature)))
    assert told.startswith("ALN805 `x` is ")
    tests = f"view: v\ntests: [{{name: b, given: [{{x: {yaml}}}], expect: []}}]\n"
    text = TYPED.format(value="None", feature=feature)
    if yaml == "1,5":
        tests = tests.replace("1,5", '"1,5"')
    (told,) = mistakes(project(tmp_path / "b", text, tests))
    assert told.startswith("ALN805 `x` is ")


def test_members_of_a_struct(tmp_path: Path) -> None:
    text = """
class Place:
    street = String()
    number = Int32()

@feature_view(name="v", source=FileSource.parquet_at("rows.parquet"), examples=[
    Example([{"place": {"number": 3}}, {"place": None}, {}], []),
])
class V:
    id = Int64().as_entity()
    place = Struct(Place)
    street = place.fields.street
    number = place.fields.number
"""
    tests = "view: v\ntests: [{name: b, given: [{place: {street: NO}}], expect: []}]\n"
    _, (first, second) = fixtures(project(tmp_path, text, tests))
    rows = first.given[0][1]
    assert [str(c.dtype) for c in rows.columns] == [
        "Int64",
        "Struct{street: String, number: Int32}",
    ]
    assert [row[1] for row in rows.rows] == [(None, 3), None, None]
    assert second.given[0][1].rows[0][1] == ("NO", None)
    tests = tests.replace("street: NO", "stret: NO")
    assert "`place` is Struct" in mistakes(project(tmp_path, text, tests))[0]


def test_times_that_a_source_counts_are_counted(tmp_path: Path) -> None:
    text = """
@feature_view(name="v", source=FileSource.csv_at("rows.csv",
    date_formatter=DateFormatter.unix_timestamp()))
class V:
    id = Int64().as_entity()
    at = EventTimestamp()
"""
    tests = "view: v\ntests: [{name: b, given: [{at: 86400}], expect: [{at: 1970-01-02}]}]\n"
    _, (test,) = fixtures(project(tmp_path, text, tests))
    assert test.given[0][1].rows == ((None, 86400),)
    assert test.expected.rows == (("1970-01-02T00:00:00Z",),)
    with pytest.raises(DefinitionError) as caught:
        fixtures(project(tmp_path, text, tests.replace("86400", "1970-01-02")))
    (told,) = caught.value.diagnostics
    assert told.message == "`at` is Int64, and `1970-01-02` is not"
    assert told.hint == "the source counts `us` since 1970-01-01 in UTC"
