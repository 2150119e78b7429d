"""The text of Spark SQL where sqlglot, or SQL as others have it, would say something else."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlglot import exp

from alignc.artifacts.view import view_plan
from alignc.backends.sql.dialect import DATABRICKS, SPARK, cast, column, later, text, try_cast
from alignc.backends.sql.expressions import lower_expr
from alignc.backends.sql.query import lower_query
from alignc.backends.sql.style.tokens import Kind, tokens_of
from alignc.driver import optimized
from alignc.ir.expr import Cast, Column, Expr, call, literal
from alignc.ir.passes.drop_slices import drop_slices
from alignc.ir.types import (
    DATE,
    FLOAT64,
    INT16,
    INT64,
    STRING,
    TIMESTAMP,
    UINT8,
    UINT64,
    decimal,
    list_of,
)
from tests.engines.everywhere import module_of

SCHEMA = {
    "n": INT64,
    "m": INT16,
    "f": FLOAT64,
    "d": decimal(10, 2),
    "s": STRING,
    "t": TIMESTAMP,
    "day": DATE,
    "xs": list_of(STRING),
}


def sql(expr: Expr) -> str:
    printed = SPARK.print(lower_expr(expr, SCHEMA, SPARK))
    assert DATABRICKS.print(lower_expr(expr, SCHEMA, DATABRICKS)) == printed
    return printed


def col(name: str) -> Column:
    return Column(name=name)


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("it's", "'it' || CHR(39) || 's'"),
        ("'", "CHR(39)"),
        ("' || x || '", "CHR(39) || ' || x || ' || CHR(39)"),
        ("a''b", "'a' || CHR(39) || '' || CHR(39) || 'b'"),
        ("a\\b", r"'a\\b'"),
        ("\\'", r"'\\' || CHR(39)"),
        ("\\", r"'\\'"),
        ("${spark.app.name}", r"'$\{spark.app.name}'"),
        ("$5 {x}", "'$5 {x}'"),
        ("\\${x}", r"'\\$\{x}'"),
        ("a\nb", "'a' || CHR(10) || 'b'"),
        ('"`😀`"', "'\"`😀`\"'"),
        ("", "''"),
    ],
)
def test_a_text_is_one_literal_that_spark_reads_as_it_is(given: str, printed: str) -> None:
    assert SPARK.print(text(given)) == printed
    parts = [t for t in tokens_of(printed) if t.text.startswith("'")]
    assert all(t.kind is Kind.TEXT for t in parts)


def test_a_name_is_quoted_by_backticks_and_kept() -> None:
    assert SPARK.quoted("a`b") == "`a``b`"
    assert SPARK.print(column("a`b'c ${x}", "t")) == "`t`.`a``b'c ${x}`"
    assert [t.kind for t in tokens_of("-`a``b`+`c`")] == [
        Kind.SIGN,
        Kind.NAME,
        Kind.SIGN,
        Kind.NAME,
    ]


def test_a_cast_that_may_fail_is_no_plain_cast() -> None:
    assert SPARK.print(try_cast(column("x"), INT64, SPARK)) == "TRY_CAST(`x` AS BIGINT)"


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (TIMESTAMP, "TIMESTAMP"),
        (STRING, "STRING"),
        (FLOAT64, "DOUBLE"),
        (UINT8, "SMALLINT"),
        (UINT64, "DECIMAL(20, 0)"),
        (list_of(STRING), "ARRAY<STRING>"),
    ],
    ids=str,
)
def test_types_have_the_names_of_spark(dtype: object, name: str) -> None:
    assert SPARK.type_text(dtype) == name  # type: ignore[arg-type]
    assert DATABRICKS.type_text(dtype) == name  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("expr", "printed"),
    [
        # Whole numbers: no `/` that is cut off, no overflow that ends the query.
        (call("add", col("n"), literal(1)), "TRY_ADD(`n`, 1)"),
        (call("add", col("m"), col("m")), "CAST(`m` AS BIGINT) + `m`"),
        (call("div", col("n"), literal(2)), "TRY_DIVIDE(CAST(`n` AS DOUBLE), CAST(2 AS DOUBLE))"),
        (
            call("floor_div", col("n"), literal(7)),
            "CAST(FLOOR(CAST(`n` AS DECIMAL(20, 0)) / 7) AS BIGINT)",
        ),
        (call("mod", col("n"), literal(7)), "PMOD(`n`, 7)"),
        # The first day of a week is Monday, whatever DAYOFWEEK counts from.
        (call("date_part", col("day"), literal("weekday")), "CAST(WEEKDAY(`day`) + 1 AS BIGINT)"),
        (call("truncate_date", col("day"), literal("week")), "TRUNC(`day`, 'week')"),
        # Elapsed time is a difference of instants, not of clocks.
        (
            call("seconds_between", col("t"), col("t")),
            "(UNIX_MICROS(`t`) - UNIX_MICROS(`t`)) / 1E6",
        ),
        (
            call("date_of", col("t"), literal("Asia/Tokyo")),
            "CAST(CONVERT_TIMEZONE('UTC', 'Asia/Tokyo', TIMESTAMPADD(MICROSECOND, "
            "UNIX_MICROS(`t`), CAST('1970-01-01' AS TIMESTAMP_NTZ))) AS DATE)",
        ),
        (
            call("truncate", col("t"), literal("hour"), literal("UTC")),
            "TIMESTAMP_MICROS(UNIX_MICROS(`t`) - PMOD(UNIX_MICROS(`t`), 3600000000))",
        ),
        (
            Cast(value=col("day"), dtype=TIMESTAMP),
            "TIMESTAMP_MICROS(UNIX_DATE(`day`) * 86400000000)",
        ),
        # Lists: places count from 1, what is missing in one hides nothing.
        (call("list_at", col("xs"), literal(0)), "TRY_ELEMENT_AT(`xs`, 1)"),
        (
            call("list_contains", col("xs"), literal("a")),
            "ARRAY_POSITION(`xs`, CAST('a' AS STRING)) > 0",
        ),
        (call("strip_start", col("s"), literal("x")), "LTRIM('x', `s`)"),
    ],
)
def test_an_op_is_written_in_words_that_mean_it(expr: Expr, printed: str) -> None:
    assert sql(expr) == printed


def test_hours_are_added_to_an_instant_not_to_a_clock() -> None:
    moved = SPARK.print(later(column("t"), 24 * 3_600_000_000, SPARK))
    assert moved == "TIMESTAMP_MICROS(UNIX_MICROS(`t`) + 86400000000)"
    assert SPARK.print(later(column("t"), 0, SPARK)) == "`t`"


VIEW = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    v = Int64()
    f = Float()

    n = v.aggregate().over(hours=36).sum()
    low = f.aggregate().over(days=1).min()
    spread = v.aggregate().over(days=2).variance()
    half = f.aggregate().over(hours=1).percentile(0.5)
"""


def test_no_query_has_an_interval_or_a_sum_that_overflows(tmp_path: Path) -> None:
    module = module_of(VIEW, tmp_path)
    plan = optimized(view_plan(module, module.view_by_name["events"]))
    query = lower_query(drop_slices(plan), SPARK)
    lines = [line.text for cte in query.ctes for select in cte.selects for line in select.columns]
    lines += [on for cte in query.ctes for s in cte.selects for j in s.joins for on in j.on]
    lines += [j.relation for cte in query.ctes for s in cte.selects for j in s.joins]
    everything = "\n".join(lines)
    assert "INTERVAL" not in everything
    assert "DATE_BIN" not in everything
    assert '"' not in everything
    assert "SUM(CAST(" in everything


def test_a_cast_of_a_constant_shows_its_type() -> None:
    assert SPARK.print(cast(exp.Null(), TIMESTAMP, SPARK)) == "CAST(NULL AS TIMESTAMP)"
