"""The text of Databricks: that of Spark, with nothing that Databricks does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlglot

from alignc.backends.sql.dialect import DATABRICKS, DIALECTS, DUCKDB, POSTGRES, SPARK
from alignc.conformance.examples import aggregate_examples, op_examples
from alignc.driver import load
from alignc.ir.module import Module
from alignc.settings import find_project
from alignc.verify.programs import programs_of

ROOT = Path(__file__).resolve().parents[3]
PROJECTS = (
    "examples/taxi",
    "examples/titanic",
    "examples/credit_scoring",
    "tests/examples/vocabulary",
)
# Functions of the SQL reference of Databricks. Those of VARIANT and TRY_MOD came with Databricks Runtime 15.3,
# a number of values for MAX_BY with 18.1.
FUNCTIONS = """
    abs acos acosh aggregate array array_compact array_distinct array_join array_position array_size arrays_overlap
    asin asinh atan atanh avg btrim cast ceil char_length chr coalesce collect_list contains conv
    convert_timezone cos cosh cot count count_if date_add date_part datediff dayofmonth dayofyear
    degrees endswith exp floor get greatest hour instr least left length ln log10 lower ltrim max
    max_by md5 min min_by minute mode monotonically_increasing_id month named_struct nullif
    octet_length percentile pmod power quarter radians raise_error regexp_extract regexp_like
    regexp_replace regexp_substr replace reverse right rint round row_number rtrim
    schema_of_variant second sign sin sinh sort_array split sqrt startswith stddev_samp struct
    substr sum tan tanh timestamp_micros timestampadd transform translate trunc try_add try_cast
    try_divide try_element_at try_mod try_multiply try_parse_json try_subtract try_variant_get
    typeof unix_date unix_micros var_pop variance weekday weekofyear year zip_with
"""
# What stands before a parenthesis and is no function.
NO_FUNCTIONS = {
    "and",
    "as",
    "decimal",
    "except",
    "exists",
    "in",
    "join",
    "not",
    "or",
    "over",
    "when",
    "where",
}


def modules() -> Iterator[Module]:
    yield from (examples.module for examples in op_examples(with_constants=True))
    yield aggregate_examples().module
    yield from (load(find_project(ROOT / path)).module for path in PROJECTS)


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """What is written for Spark and for Databricks; rows of definitions are all that is left out."""
    found = []
    for module in modules():
        for program in programs_of(module, twins=False):
            reasons = program.reasons_against("databricks")
            if reasons:
                assert all("reads the rows" in reason for reason in reasons)
                assert len(reasons) == len(program.reasons_against("spark"))
                continue
            found.append((program.text_for("spark"), program.text_for("databricks")))
    return tuple(found)


def test_every_program_is_that_of_spark() -> None:
    assert len(texts()) > 40
    assert all(spark == databricks for spark, databricks in texts())


def bare(text: str) -> str:
    """A query without its texts, names and comments."""
    return re.sub(r"'(?:[^'\\]|\\.)*'|`(?:[^`]|``)*`|--[^\n]*", " ", text)


def test_every_function_is_one_of_databricks() -> None:
    words = {w.lower() for _, text in texts() for w in re.findall(r"\b(\w+) ?\(", bare(text))}
    assert words == set(FUNCTIONS.split()) | NO_FUNCTIONS


def test_no_text_has_a_sign_by_its_number() -> None:
    """The reference of Databricks does not say that `\\u0041` is a letter."""
    parts = [p for _, text in texts() for p in re.findall(r"'(?:[^'\\]|\\.)*'", text)]
    assert any("\\" in part for part in parts)
    # Two backslashes are one; what follows them is no longer told by one.
    assert not any(re.search(r"\\u", part.replace("\\\\", "")) for part in parts)


# What sqlglot writes otherwise than it has read it: the number of values of MAX_BY is lost, a day as a number
# becomes a difference, and the end of a frame is said.
OTHERWISE = (
    (re.compile(r"\bMAX_BY\("), "MAX_BY_("),
    (re.compile(r"\bUNIX_DATE\("), "UNIX_DATE_("),
    (
        re.compile(r"\bRANGE UNBOUNDED PRECEDING"),
        "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
    ),
)


def test_a_parser_of_databricks_reads_every_program_without_loss() -> None:
    for _, text in texts():
        for pattern, same in OTHERWISE:
            text = pattern.sub(same, text)
        tree = sqlglot.parse_one(text, dialect="databricks")
        printed = tree.sql("databricks", unsupported_level=sqlglot.ErrorLevel.RAISE)
        assert sqlglot.parse_one(printed, dialect="databricks") == tree


def test_the_dialect_is_spark_s_by_another_name() -> None:
    assert DIALECTS["databricks"] is DATABRICKS
    assert (DATABRICKS.name, DATABRICKS.target) == ("spark", "databricks")
    assert [d.target for d in (DUCKDB, POSTGRES, SPARK)] == ["duckdb", "postgres", "spark"]
    assert (SPARK.can_delete, DATABRICKS.can_delete) == (False, True)


@pytest.mark.parametrize(
    "printed",
    [
        "TIMESTAMP_MICROS(",
        "UNIX_MICROS(",
        "CONVERT_TIMEZONE(",
        "CAST('1970-01-01' AS TIMESTAMP_NTZ)",
        "WEEKDAY(",
        "TRY_ELEMENT_AT(",
        "TRY_DIVIDE(CAST(",
    ],
)
def test_what_printers_would_put_otherwise_is_written_as_it_is(printed: str) -> None:
    assert any(printed in text for _, text in texts())


@pytest.mark.parametrize(
    "word",
    [
        "DATE_BIN",
        "EPOCH",
        "INTERVAL",
        "TIMESTAMPTZ",
        "TIMESTAMP_LTZ",
        "DIV",
        "LIST_",
        "FROM_UNIXTIME",
    ],
)
def test_no_word_of_another_dialect_is_written(word: str) -> None:
    pattern = re.compile(rf"\b{word}" if word.endswith("_") else rf"\b{word}\b")
    assert not any(pattern.search(bare(text)) for _, text in texts())
