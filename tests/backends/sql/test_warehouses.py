"""What is common to the dialects of warehouses that nothing here runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.backends.sql.dialect import DIALECTS, column
from alignc.backends.sql.groups import count_where
from alignc.backends.support import unsupported_features
from alignc.errors import Diagnostic
from alignc.verify.programs import Program, programs_of
from tests.engines.everywhere import module_of

WAREHOUSES = ("snowflake", "bigquery", "redshift")

RULES = """
@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    id = Int64().as_entity()
    tags = String()
    size = Int32()

    ok = rule("tags are two", then=TAGS)
"""

DATASET = """
@feature_view(name="visits", source=FileSource.parquet_at("visits.parquet"))
class Visits:
    id = Int64().as_entity()
    t = EventTimestamp()
    size = Int64()
    total = size.aggregate().over(days=1).sum()

@model_contract(name="m", input_features=[Visits().total])
class Model:
    pass
"""


def view_of(definitions: str, folder: Path) -> Program:
    (program,) = programs_of(module_of(definitions, folder), twins=False)
    return program


def refusals(program: Program, target: str) -> list[Diagnostic]:
    found = unsupported_features(program.module, program.plan, program.definition, target)
    return list(found)


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("duckdb", 'COUNT(*) FILTER(WHERE "x")'),
        ("postgres", 'COUNT(*) FILTER(WHERE "x")'),
        ("spark", "COUNT_IF(`x`)"),
        ("databricks", "COUNT_IF(`x`)"),
        ("snowflake", 'COUNT(CASE WHEN "x" THEN 1 END)'),
        ("bigquery", "COUNTIF(`x`)"),
        ("redshift", 'COUNT(CASE WHEN "x" THEN 1 END)'),
    ],
)
def test_rows_are_counted_by_a_condition_in_the_words_of_each_dialect(
    dialect: str, text: str
) -> None:
    assert DIALECTS[dialect].print(count_where(column("x"), DIALECTS[dialect])) == text


@pytest.mark.parametrize("target", WAREHOUSES)
def test_a_rule_that_cannot_be_said_is_refused_at_its_place(target: str, tmp_path: Path) -> None:
    program = view_of(RULES.replace("TAGS", 'tags.split(",").length() == 2'), tmp_path)
    assert refusals(program, "duckdb") == []
    found = refusals(program, target)
    assert {"`split`", "`list_length`"} == {"`" + d.message.split("`")[5] + "`" for d in found}
    for diagnostic in found:
        assert diagnostic.code == "ALN302"
        assert diagnostic.message.startswith("rule `tags are two` of `orders`: ")
        assert diagnostic.span is not None
        assert diagnostic.span.line == 10


@pytest.mark.parametrize("target", WAREHOUSES)
def test_a_type_in_a_rule_is_refused_too(target: str, tmp_path: Path) -> None:
    program = view_of(RULES.replace("TAGS", "size.cast(Float32()) > 2"), tmp_path)
    (diagnostic, *_) = refusals(program, target)
    assert "rule `tags are two` of `orders`: " in diagnostic.message
    assert "32" in diagnostic.message


@pytest.mark.parametrize("target", WAREHOUSES)
def test_a_rule_that_can_be_said_is_not_refused(target: str, tmp_path: Path) -> None:
    assert refusals(view_of(RULES.replace("TAGS", "size > 2"), tmp_path), target) == []


@pytest.mark.parametrize(
    ("target", "mark"), [("snowflake", '"'), ("bigquery", "`"), ("redshift", '"')]
)
def test_entity_rows_have_the_same_numbers_whenever_they_are_read(
    target: str, mark: str, tmp_path: Path
) -> None:
    """A relation may be computed again by each that reads it."""
    programs = list(programs_of(module_of(DATASET, tmp_path), twins=False))
    (dataset,) = (program for program in programs if program.kind == "dataset")
    text = " ".join(dataset.text_for(target).split())
    keys = ", ".join(f"{mark}{name}{mark}" for name in ("id", "event_timestamp"))
    assert "ROW_NUMBER() OVER ()" not in text
    assert f"ROW_NUMBER() OVER (ORDER BY {keys})" in text.replace(" NULLS LAST", "")
    assert "ROW_NUMBER() OVER ()" in " ".join(dataset.text_for("duckdb").split())
