"""The text for BigQuery where sqlglot, or SQL as others have it, would say something else."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlglot import exp

from alignc.artifacts.view import view_plan
from alignc.backends.bigquery import mistaken_name
from alignc.backends.sql.dialect import BIGQUERY, cast, column, later, text, try_cast
from alignc.backends.sql.expressions import lower_expr
from alignc.backends.sql.query import lower_query
from alignc.backends.sql.style.tokens import Kind, tokens_of
from alignc.backends.sql.style.words import written
from alignc.backends.support import unsupported_features
from alignc.driver import optimized
from alignc.errors import Diagnostic
from alignc.ir.expr import Cast, Column, Expr, call, literal
from alignc.ir.module import Module
from alignc.ir.passes.drop_slices import drop_slices
from alignc.ir.types import (
    BINARY,
    BOOL,
    DATE,
    FLOAT64,
    INT16,
    INT64,
    STRING,
    TIMESTAMP,
    UINT8,
    UINT64,
    DType,
    decimal,
)
from alignc.verify.programs import programs_of
from tests.engines.everywhere import module_of

SCHEMA = {
    "n": INT64,
    "m": INT16,
    "u": UINT64,
    "f": FLOAT64,
    "g": FLOAT64,
    "d": decimal(10, 2),
    "s": STRING,
    "b": BOOL,
    "t": TIMESTAMP,
    "day": DATE,
}


def sql(expr: Expr) -> str:
    return BIGQUERY.print(lower_expr(expr, SCHEMA, BIGQUERY))


def col(name: str) -> Column:
    return Column(name=name)


def to(dtype: DType, name: str) -> Cast:
    return Cast(value=col(name), dtype=dtype)


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("it's", r"'it\u0027s'"),
        ("a\\b", r"'a\\b'"),
        ("\\'", r"'\\\u0027'"),
        ("\\", r"'\\'"),
        ("\\n", r"'\\n'"),
        ("${x} {{ y }}", "'${x} {{ y }}'"),
        ("a\nb", "'a' || CHR(10) || 'b'"),
        ('"`😀`"', "'\"`😀`\"'"),
        ("", "''"),
    ],
)
def test_a_text_is_one_literal_that_is_read_as_it_is(given: str, printed: str) -> None:
    assert BIGQUERY.print(text(given)) == printed
    parts = [t for t in tokens_of(printed) if t.text.startswith("'")]
    assert all(t.kind is Kind.TEXT for t in parts)


def test_a_name_is_in_backticks_where_it_needs_them() -> None:
    assert BIGQUERY.quoted("a'b") == "`a'b`"
    assert BIGQUERY.print(column("a b", "t")) == "`t`.`a b`"
    assert [written(n, BIGQUERY) for n in ("a", "A", "select", "hash", "date")] == [
        "a",
        "`A`",
        "`select`",
        "`hash`",
        "date",
    ]


@pytest.mark.parametrize("name", ["a`b", 'a"b', "a.b", "a/b", "{{ x }}", "a\\b", "_PARTITIONTIME"])
def test_a_name_that_no_column_can_have_is_refused(name: str) -> None:
    assert mistaken_name(name) is not None


@pytest.mark.parametrize("name", ["a", "_a", "two words", "it's", "größe", "a-b", "__row"])
def test_other_names_are_taken(name: str) -> None:
    assert mistaken_name(name) is None


def test_a_cast_that_may_fail_is_no_plain_cast() -> None:
    assert BIGQUERY.print(try_cast(column("x"), INT64, BIGQUERY)) == "SAFE_CAST(`x` AS INT64)"


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (TIMESTAMP, "TIMESTAMP"),
        (STRING, "STRING"),
        (FLOAT64, "FLOAT64"),
        (UINT8, "INT64"),
        (UINT64, "NUMERIC"),
        (BINARY, "BYTES"),
        (BOOL, "BOOL"),
        (decimal(38, 9), "NUMERIC"),
        (decimal(38, 8), "BIGNUMERIC"),
        (decimal(10, 10), "BIGNUMERIC"),
    ],
    ids=str,
)
def test_types_have_room_for_their_values(dtype: DType, name: str) -> None:
    assert BIGQUERY.type_text(dtype) == name


@pytest.mark.parametrize(
    ("expr", "printed"),
    [
        # Whole numbers: `/` would be a float, an overflow or a zero would end the query.
        (call("add", col("n"), literal(1)), "SAFE_ADD(`n`, 1)"),
        (call("add", col("m"), col("m")), "`m` + `m`"),
        (call("neg", col("n")), "SAFE_NEGATE(`n`)"),
        (
            call("div", col("n"), literal(2)),
            "IEEE_DIVIDE(CAST(`n` AS FLOAT64), NULLIF(CAST(2 AS FLOAT64), 0))",
        ),
        # DIV and MOD cut off; ours take the floor.
        (
            call("floor_div", col("n"), literal(7)),
            "DIV(`n`, 7) - CASE WHEN MOD(`n`, 7) < 0 THEN 1 ELSE 0 END",
        ),
        (call("mod", col("n"), literal(7)), "MOD(MOD(`n`, 7) + 7, 7)"),
        # Decimals: a number with a point would be a float, NUMERIC has 9 digits behind it.
        (call("eq", col("d"), literal(2)), "`d` = 2"),
        (
            call("add", col("d"), Cast(value=literal("1.50"), dtype=decimal(3, 2))),
            "`d` + CASE WHEN ABS(ROUND(SAFE_CAST(LTRIM(REGEXP_EXTRACT('1.50', "
            r"'\\A[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)\\z'), '+') AS BIGNUMERIC), 2)) < 10 "
            "THEN CAST(ROUND(SAFE_CAST(LTRIM(REGEXP_EXTRACT('1.50', "
            r"'\\A[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)\\z'), '+') AS BIGNUMERIC), 2) AS NUMERIC) END",
        ),
        (call("mul", col("d"), col("d")), "`d` * `d`"),
        (to(STRING, "d"), "FORMAT('%.2f', `d`)"),
        # NaN is equal to nothing there, to us it is a value above all others.
        (
            call("eq", col("f"), col("g")),
            "`f` = `g` OR (IS_NAN(`f`) AND IS_NAN(`g`))",
        ),
        (call("ne", col("f"), col("g")), "NOT (`f` = `g` OR (IS_NAN(`f`) AND IS_NAN(`g`)))"),
        (call("lt", col("f"), col("g")), "`f` < `g` OR (IS_NAN(`g`) AND NOT IS_NAN(`f`))"),
        (call("lt", col("f"), literal(1.5)), "`f` < 1.5"),
        (call("gt", col("f"), literal(1.5)), "`f` > 1.5 OR IS_NAN(`f`)"),
        (call("ge", col("f"), literal(1.5)), "`f` >= 1.5 OR IS_NAN(`f`)"),
        (call("le", col("n"), col("f")), "`n` <= `f` OR (IS_NAN(`f`) AND `n` IS NOT NULL)"),
        (call("le", col("f"), col("g")), "`f` <= `g` OR (IS_NAN(`g`) AND `f` IS NOT NULL)"),
        (call("le", col("n"), col("n")), "`n` <= `n`"),
        (call("log", col("f")), "CASE WHEN `f` > 0 OR IS_NAN(`f`) THEN LN(`f`) END"),
        (call("is_nan", col("f")), "IS_NAN(`f`)"),
        # The first day of a week is Monday, that of DAYOFWEEK is Sunday.
        (
            call("date_part", col("day"), literal("weekday")),
            "MOD(EXTRACT(DAYOFWEEK FROM `day`) + 5, 7) + 1",
        ),
        (call("date_part", col("day"), literal("week")), "EXTRACT(ISOWEEK FROM `day`)"),
        (call("truncate_date", col("day"), literal("week")), "DATE_TRUNC(`day`, ISOWEEK)"),
        # Instants have a zone that is said.
        (
            call("date_component", col("t"), literal("hour"), literal("UTC")),
            "EXTRACT(HOUR FROM DATETIME(`t`, 'UTC'))",
        ),
        (call("date_of", col("t"), literal("Asia/Tokyo")), "SAFE.DATE(`t`, 'Asia/Tokyo')"),
        (
            call("truncate", col("t"), literal("week"), literal("UTC")),
            "TIMESTAMP_TRUNC(`t`, ISOWEEK, 'UTC')",
        ),
        (
            call("seconds_between", col("t"), col("t")),
            "(UNIX_MICROS(`t`) - UNIX_MICROS(`t`)) / 1000000.0",
        ),
        (to(TIMESTAMP, "day"), "TIMESTAMP(`day`, 'UTC')"),
        # Casts: what does not fit is null, a float is cut off, a truth is an integer first.
        (
            to(UINT8, "f"),
            "CASE WHEN SAFE_CAST(TRUNC(`f`) AS INT64) BETWEEN 0 AND 255 "
            "THEN SAFE_CAST(TRUNC(`f`) AS INT64) END",
        ),
        (to(FLOAT64, "b"), "CAST(CAST(`b` AS INT64) AS FLOAT64)"),
        (
            to(INT64, "s"),
            r"SAFE_CAST(LTRIM(REGEXP_EXTRACT(`s`, '\\A[+-]?[0-9]+\\z'), '+') AS INT64)",
        ),
        # Text: patterns are RE2's, places count from 1, and nothing is before the first one.
        (call("matches", col("s"), literal("a+$")), r"REGEXP_CONTAINS(`s`, 'a+\\z')"),
        (
            call("extract", col("s"), literal("(a)(b)"), literal(2)),
            "REGEXP_EXTRACT(`s`, '(?:a)(b)')",
        ),
        (
            call("replace_matches", col("s"), literal("a"), literal("\\1$0")),
            r"REGEXP_REPLACE(`s`, 'a', '\\\\1$0')",
        ),
        (
            call("slice", col("s"), literal(-3), literal(2)),
            "RIGHT(LEFT(`s`, GREATEST(CHAR_LENGTH(`s`) - 1, 0)), 2)",
        ),
        (call("contains", col("s"), literal("%")), "STRPOS(`s`, '%') > 0"),
        (call("find", col("s"), literal("a")), "NULLIF(STRPOS(`s`, 'a'), 0) - 1"),
    ],
)
def test_an_op_is_written_in_words_that_mean_it(expr: Expr, printed: str) -> None:
    assert sql(expr) == printed


def test_a_whole_number_that_is_no_integer_there_is_a_decimal() -> None:
    from alignc.ir.expr import Literal

    big = Literal(dtype=UINT64, value=2**64 - 1)
    assert sql(call("eq", col("u"), big)) == "`u` = CAST('18446744073709551615' AS NUMERIC)"


def test_a_moved_time_is_a_number_which_cannot_leave_the_calendar() -> None:
    assert (
        BIGQUERY.print(later(column("t"), 86_400_000_000, BIGQUERY))
        == "UNIX_MICROS(`t`) + 86400000000"
    )
    assert BIGQUERY.print(later(column("t"), -1, BIGQUERY)) == "UNIX_MICROS(`t`) - 1"
    assert BIGQUERY.print(later(column("t"), 0, BIGQUERY)) == "UNIX_MICROS(`t`)"


VIEW = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp(ttl=timedelta(days=2))
    v = Int64()
    f = Float()
    s = String()
    flag = Bool()

    n = v.aggregate().over(hours=36).sum()
    low = f.aggregate().over(days=1).min()
    high = f.aggregate().over(days=1).max()
    spread = v.aggregate().over(days=2).variance()
    half = f.aggregate().over(hours=1).percentile(0.5)
    final = s.aggregate().over(hours=1).last()
    some = flag.aggregate().over(hours=1).any()
    ever = f.aggregate().min()


@feature_view(name="prices", source=FileSource.parquet_at("prices.parquet"))
class Prices:
    k = Int64().as_entity()
    since = ValidFrom()
    until = ValidTo()
    f = Float()


@model_contract(name="m", input_features=[Events().n, Prices().f, Events().low])
class Model:
    pass
"""


def everything(module: Module) -> str:
    texts = [p.text_for("bigquery") for p in programs_of(module, twins=True)]
    return "\n".join(texts)


def test_no_query_has_words_that_bigquery_lacks(tmp_path: Path) -> None:
    text = everything(module_of(VIEW, tmp_path))
    for word in (
        "FILTER",
        "VALUES",
        "AT TIME ZONE",
        "NULLS LAST",
        "NULLS FIRST",
        "DATE_BIN",
        "infinity'",
        "::",
        "DOUBLE",
        "BIGINT",
        " ASOF ",
        "PERCENTILE",
        "TRY_",
    ):
        assert word not in text, word
    assert "INTERVAL" not in text
    assert '"' not in text


def test_rows_are_ordered_with_nan_above_all(tmp_path: Path) -> None:
    text = everything(module_of(VIEW, tmp_path))
    assert "IS_NAN(`f`) ASC, `f` ASC" in text
    assert "IS_NAN(`f`) DESC, `f` DESC" in text


def test_extremes_of_floats_know_nan(tmp_path: Path) -> None:
    text = " ".join(everything(module_of(VIEW, tmp_path)).split())
    assert "MIN(CASE WHEN NOT IS_NAN(`__value_1`) THEN `__value_1` END) OVER `up_to`" in text
    assert "WHEN IS_NAN(`early`.`__min_since`) THEN `late`.`__min_up_to`" in text


def test_the_first_and_the_last_value_leave_out_nulls(tmp_path: Path) -> None:
    text = " ".join(everything(module_of(VIEW, tmp_path)).split())
    assert "IGNORE NULLS ORDER BY" in text
    assert "LIMIT 1 )[SAFE_OFFSET(0)]" in text


def test_a_key_that_is_there_twice_ends_the_query(tmp_path: Path) -> None:
    plain = """
@feature_view(name="shops", source=FileSource.parquet_at("shops.parquet"))
class Shops:
    shop = Int64().as_entity()
    size = Int64()

@model_contract(name="m", input_features=[Shops().size])
class Model:
    pass
"""
    text = " ".join(everything(module_of(plain, tmp_path)).split())
    assert "WHEN COUNT(*) > 1 THEN ERROR(" in text
    assert "* EXCEPT (`__row`)" in text


def reasons(definitions: str, folder: Path) -> list[str]:
    module = module_of(definitions, folder)
    return [r for p in programs_of(module, twins=False) for r in p.reasons_against("bigquery")]


@pytest.mark.parametrize(
    ("feature", "reason"),
    [
        ("x = Float32()", "`Float32` is not supported by target bigquery: its floats have 64 bits"),
        ("x = List(String())", "`List[String]` is not supported by target bigquery"),
        ("x = Embedding(3)", "`Embedding(3)` is not supported by target bigquery"),
        ("f = Float()\n    x = f.aggregate().over(days=1).last_k(2)", "`last_k` is not supported"),
        ("f = Int64()\n    x = f.aggregate().over(days=1).mode()", "`mode` is not supported"),
        ("s = String()\n    x = s.split(',')", "`split` is not supported by target bigquery"),
        ("x = Float().as_entity()", "a float as a key is not supported by target bigquery"),
    ],
)
def test_what_it_cannot_have_is_refused(feature: str, reason: str, tmp_path: Path) -> None:
    text = f"""
@feature_view(name="v", source=FileSource.parquet_at("v.parquet"))
class V:
    k = Int64().as_entity()
    t = EventTimestamp()
    w = Int64()
    {feature}
    n = w.aggregate().over(days=1).sum()
"""
    assert any(f"`x` of `v`: {reason}" in found for found in reasons(text, tmp_path))


def test_a_refusal_has_a_place_and_a_hint(tmp_path: Path) -> None:
    module = module_of(VIEW.replace("f = Float()\n    s", "f = Float32()\n    s"), tmp_path)
    view = module.view_by_name["events"]
    found: list[Diagnostic] = list(
        unsupported_features(module, optimized(view_plan(module, view)), view, "bigquery")
    )
    assert found
    assert found[0].code == "ALN302"
    assert found[0].span is not None
    assert found[0].hint == "leave bigquery out of `targets`"


def test_a_row_of_ends_is_a_struct(tmp_path: Path) -> None:
    module = module_of(VIEW, tmp_path)
    plan = optimized(view_plan(module, module.view_by_name["events"]))
    query = lower_query(drop_slices(plan), BIGQUERY)
    joined = [j.relation for c in query.ctes for s in c.selects for j in s.joins]
    (ends,) = (text for text in joined if text.startswith("UNNEST"))
    assert "STRUCT('q' AS `__end`, 0 AS `__ago`)" in ends
    assert ends.endswith("AS `ends`")


def test_a_cast_of_a_constant_shows_its_type() -> None:
    assert BIGQUERY.print(cast(exp.Null(), TIMESTAMP, BIGQUERY)) == "CAST(NULL AS TIMESTAMP)"
