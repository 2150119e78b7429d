"""Queries of the dialect Spark SQL, run by Spark in ANSI mode with a session whose clock is turned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from alignc.conformance.case import Family, read_families
from alignc.conformance.examples import (
    SOURCE,
    Examples,
    aggregate_examples,
    op_examples,
)
from alignc.conformance.run import Verdict, run_case
from alignc.verify.compare import same
from alignc.verify.programs import programs_of
from tests.engines.spark_sql import SparkSql, opened

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Why some cases are not run: they are about files, or about rows that are in definitions.
_TABLES_ONLY = ("the dialect reads tables only", "dbt-spark reads tables")


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


@pytest.mark.parametrize("family", read_families(), ids=lambda family: family.family)
def test_the_cases_of_a_family(spark_sql: SparkSql, family: Family) -> None:
    verdicts = [v for case in family.cases for v in run_case(case, [spark_sql])]
    found = [v for v in verdicts if v.engine == "spark" and not is_about_files(v)]
    failed = [f"{v.rule}, {v.case}: {v.message}" for v in found if v.outcome != "passed"]
    assert not failed, "\n".join(failed)
    assert found


def is_about_files(verdict: Verdict) -> bool:
    return verdict.outcome == "not run" and any(why in verdict.message for why in _TABLES_ONLY)
