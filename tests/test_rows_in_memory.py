"""Rows that definitions hold: what is refused, and what comes back from `ir.json`."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.errors import DefinitionError
from alignc.frontend.loader import load_project
from alignc.ir.module import Module, RowsSource, module_from_json, module_to_json

HEAD = """
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as Exact
from alignc import *
"""
VIEW = """
@feature_view(name="v", source=InMemorySource.from_rows("facts", {rows}))
class V:
    id = Int64().as_entity()
    x = {feature}
"""


def module_of(text: str, folder: Path) -> Module:
    path = folder / "definitions.py"
    path.write_text(HEAD + text, encoding="utf-8")
    return load_project(folder, [path], "test").module


def refusals(text: str, folder: Path) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        module_of(text, folder)
    return [f"{d.code} {d.message}" for d in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        ("Int64()", "2**63"),
        ("Int64()", "1.0"),
        ("Int64()", "True"),
        ("UInt8()", "-1"),
        ("UInt8()", "256"),
        ("Float()", "2**53 + 1"),
        ("Float()", "10**400"),
        ("Float()", "'1.5'"),
        ("Float()", "False"),
        ("Float()", "Exact('1.5')"),
        ("Float32()", "1e300"),
        ("Bool()", "1"),
        ("String()", "1"),
        ("String()", "'a\\0'"),
        ("String()", "'\\ud800'"),
        ("Date()", "datetime(2026, 1, 1)"),
        ("Date()", "'2026-01-01'"),
        ("Timestamp()", "'2026-01-01'"),
        ("Timestamp()", "0"),
        ("Timestamp(time_zone='Europe/Oslo')", "datetime.min"),
        ("Duration()", "3600"),
        ("Duration()", "timedelta.max"),
        ("Decimal(4, 2)", "1.5"),
        ("Decimal(4, 2)", "Exact('1.005')"),
        ("Decimal(4, 2)", "100"),
        ("Decimal(4, 2)", "Exact('nan')"),
        ("Decimal(4, 2)", "True"),
    ],
)
def test_a_value_must_be_one_of_its_features_type(feature: str, value: str, tmp_path: Path) -> None:
    rows = f"[{{'id': 1, 'x': None}}, {{'id': 2, 'x': {value}}}]"
    (said,) = refusals(VIEW.format(rows=rows, feature=feature), tmp_path)
    assert said.startswith("ALN196 `x` of row 1 of `facts` is no ")


@pytest.mark.parametrize(
    ("feature", "rows", "said"),
    [
        ("Float()", "[{'id': 1}]", "ALN196 no row of `facts` has a `x`"),
        ("Float()", "[(1, 2.5)]", "ALN196 the rows of `facts` are not all dicts"),
        (
            "Float()",
            "[{'id': 1, 'x': 2}] * 5_001",
            "ALN195 `facts` has 10,002 values, more than 10,000",
        ),
        (
            "Binary()",
            "[{'id': 1, 'x': b''}]",
            "ALN175 `x` is a Binary, and rows in memory have plain values only",
        ),
        (
            "List(Int64())",
            "[{'id': 1, 'x': [1]}]",
            "ALN175 `x` is a List[Int64], and rows in memory have plain values only",
        ),
    ],
)
def test_rows_that_cannot_be_read_are_refused(
    feature: str, rows: str, said: str, tmp_path: Path
) -> None:
    assert refusals(VIEW.format(rows=rows, feature=feature), tmp_path) == [said]


def test_as_many_values_as_allowed_are_taken(tmp_path: Path) -> None:
    rows = "[{'id': 1, 'x': 2}] * 5_000"
    (source,) = module_of(VIEW.format(rows=rows, feature="Float()"), tmp_path).sources
    assert isinstance(source, RowsSource)
    assert len(source.columns[1].values) == 5_000


TWO_VIEWS = """
facts = InMemorySource.from_rows("facts", [{"id": 1, "x": 2, "t": datetime(2026, 1, 1)}])

@feature_view(name="a", source=facts)
class A:
    id = Int64().as_entity()
    x = Int64()
    t = Timestamp()

@feature_view(name="b", source=facts.with_renames({"x": "y"}))
class B:
    id = Int64().as_entity()
    y = Int64()
"""


def test_two_views_may_read_the_same_rows(tmp_path: Path) -> None:
    (source,) = module_of(TWO_VIEWS, tmp_path).sources
    assert isinstance(source, RowsSource)
    assert [c.name for c in source.columns] == ["id", "x", "t"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("y = Int64()", "y = Int32()"), ("y = Int64()", 't = Timestamp(time_zone="Europe/Oslo")')],
)
def test_a_column_is_read_as_one_thing(old: str, new: str, tmp_path: Path) -> None:
    (said,) = refusals(TWO_VIEWS.replace(old, new), tmp_path)
    assert said.startswith("ALN196 ")
    assert said.endswith(" of `facts` is read as two things: here and elsewhere")


def test_other_rows_are_another_source(tmp_path: Path) -> None:
    other = 'source=InMemorySource.from_rows("facts", [{"id": 1, "x": 2}])'
    text = TWO_VIEWS.replace('source=facts.with_renames({"x": "y"})', other).replace("y =", "x =")
    assert [said[:6] for said in refusals(text, tmp_path)] == ["ALN106"]


def test_rows_come_back_from_json(tmp_path: Path) -> None:
    rows = """[{"id": 1, "x": 1}, {"id": 2, "x": float("inf")}, {"id": 3}]"""
    module = module_of(VIEW.format(rows=rows, feature="Float()"), tmp_path)
    read = module_from_json(module_to_json(module))
    assert read == module
    (source,) = read.sources
    assert isinstance(source, RowsSource)
    assert [repr(v) for v in source.columns[1].values] == ["1.0", "inf", "None"]
