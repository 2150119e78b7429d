"""Queries of the dialect Spark SQL, run by Spark in ANSI mode with a session whose clock is turned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from alignc.conformance.case import Family, read_families
from alignc.conformance.examples import (
    SOURCE,
    Examples,
    aggregate_examples,
    op_examples,
)
from alignc.conformance.run import Verdict, run_case
from alignc.interpreter import interpret_view
from alignc.verify.compare import same
from alignc.verify.programs import programs_of
from tests.engines.everywhere import module_of
from tests.engines.run import assert_same
from tests.engines.spark_sql import SparkSql, opened

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Why some cases are not run: they are about files, or about rows that are in definitions.
_TABLES_ONLY = ("the dialect reads tables only", "dbt-spark reads tables")
# Not run, as they take long here: each of their plans and ops is in another family, or in the examples.
_ELSEWHERE = frozenset({"aggregates", "entities", "rich", "sources"})
FAMILIES = [family for family in read_families() if family.family not in _ELSEWHERE]


@pytest.fixture(scope="module")
def spark_sql(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSql]:
    with opened(spark, tmp_path_factory.mktemp("spark_sql")) as engine:
        yield engine


@pytest.mark.parametrize(
    "examples", [pytest.param(e, id=e.family) for e in op_examples(with_constants=True)]
)
def test_the_examples_of_a_family(spark_sql: SparkSql, examples: Examples) -> None:
    check_examples(spark_sql, examples)


def test_the_examples_of_aggregates(spark_sql: SparkSql) -> None:
    check_examples(spark_sql, aggregate_examples())


def check_examples(engine: SparkSql, examples: Examples) -> None:
    (program,) = programs_of(examples.module, twins=False)
    engine.load({SOURCE: examples.source})
    rows = engine.run(program, program.text_for("spark"), None).to_dicts()
    assert rows
    for wanted, value in examples.found(rows):
        assert same(wanted.value, value), f"{wanted.example}: {value!r}, not {wanted.value!r}"


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.family)
def test_the_cases_of_a_family(spark_sql: SparkSql, family: Family) -> None:
    verdicts = [v for case in family.cases for v in run_case(case, [spark_sql])]
    found = [v for v in verdicts if v.engine == "spark" and not is_about_files(v)]
    failed = [f"{v.rule}, {v.case}: {v.message}" for v in found if v.outcome != "passed"]
    assert not failed, "\n".join(failed)
    assert found


def is_about_files(verdict: Verdict) -> bool:
    return verdict.outcome == "not run" and any(why in verdict.message for why in _TABLES_ONLY)


HOSTILE = """
@feature_view(name="hostile", source=FileSource.parquet_at("hostile.parquet").with_renames(NAMES))
class Hostile:
    id = Int64().as_entity()
    word = String()
    at = EventTimestamp()

    quoted = word.append("it's")
    slashed = word.append("a\\\\b\\\\'")
    setting = word.append("${spark.app.name} $1 {{ x }} \U0001f600")
    lines = word.append("a\\nb\\tc")
    has_dollar = word.contains("$", literal=True)
    parts = word.replace("[$]+", "\\\\$")
"""
WORDS = ("", "$", "it's", "\\", "`\"'{{", "\U0001f600\n")


def test_hostile_texts_and_names_come_out_as_they_are(spark_sql: SparkSql, tmp_path: Path) -> None:
    names = {"a `b` \"c\" 'd' \\ \U0001f600": "word", "select": "id"}
    module = module_of(HOSTILE.replace("NAMES", repr(names)), tmp_path)
    at = datetime(2024, 3, 10, 7, tzinfo=UTC)
    rows = [dict(zip([*names, "at"], [word, i, at], strict=True)) for i, word in enumerate(WORDS)]
    frame = pl.DataFrame(rows)
    (program,) = programs_of(module, twins=False)
    spark_sql.load({"hostile": frame})
    found = spark_sql.run(program, program.text_for("spark"), None)
    by_id = {row["id"]: row for row in found.to_dicts()}
    assert len(by_id) == len(WORDS)
    for i, word in enumerate(WORDS):
        assert by_id[i] == {
            "id": i,
            "word": word,
            "at": at,
            "quoted": word + "it's",
            "slashed": word + "a\\b\\'",
            "setting": word + "${spark.app.name} $1 {{ x }} \U0001f600",
            "lines": word + "a\nb\tc",
            "has_dollar": "$" in word,
            "parts": word.replace("$", "\\$"),
        }


def test_a_name_that_spark_would_fill_in_is_refused(tmp_path: Path) -> None:
    module = module_of(HOSTILE.replace("NAMES", repr({"${spark.app.name}": "word"})), tmp_path)
    (program,) = programs_of(module, twins=False)
    (reason, *_) = program.reasons_against("spark")
    assert "`${spark.app.name}`" in reason
    assert "a setting in place" in reason


def test_the_clock_of_the_session_does_not_matter(spark_sql: SparkSql, tmp_path: Path) -> None:
    """Across the night in which the clocks of the session go forward, and back."""
    text = """
@feature_view(name="moved", source=FileSource.parquet_at("moved.parquet"))
class Moved:
    id = Int64().as_entity()
    at = EventTimestamp(time_zone="America/New_York")
    amount = Int64()

    later = at + timedelta(days=1)
    total = amount.aggregate().over(hours=24).sum()
    day = at.date()
    hour = at.hour()
    week = at.truncate("week")
    hours = at.truncate("hour")
"""
    module = module_of(text, tmp_path)
    moments = [
        datetime(2024, month, day, hour, 30, tzinfo=UTC)
        for month, day in ((3, 9), (3, 10), (3, 11), (11, 2), (11, 3), (11, 4))
        for hour in (4, 5, 6, 7)
    ]
    frame = pl.DataFrame({"id": [1] * len(moments), "at": moments, "amount": range(len(moments))})
    (program,) = programs_of(module, twins=False)
    spark_sql.load({"moved": frame})
    found = spark_sql.run(program, program.text_for("spark"), None)
    assert_same(
        interpret_view(module, "moved", {"moved": frame.to_dicts()}), found, "moved", ordered=False
    )
