"""The text of Redshift's SQL where sqlglot, or SQL as others have it, would say something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.backends.redshift import mistaken_name
from alignc.backends.sql.dialect import REDSHIFT, cast, column, later, text
from alignc.backends.sql.expressions import lower_expr
from alignc.backends.sql.style.words import needs_quotes
from alignc.ir.expr import Cast, Column, Expr, call, literal
from alignc.ir.types import (
    BOOL,
    DATE,
    DURATION,
    FLOAT64,
    INT16,
    INT64,
    STRING,
    TIMESTAMP,
    UINT32,
    DType,
    decimal,
)
from alignc.verify.programs import programs_of
from tests.backends.sql.test_warehouses import DATASET, refusals, view_of
from tests.engines.everywhere import module_of

SCHEMA = {
    "n": INT64,
    "m": INT16,
    "f": FLOAT64,
    "g": FLOAT64,
    "s": STRING,
    "t": TIMESTAMP,
    "u": TIMESTAMP,
    "day": DATE,
    "w": DURATION,
}
NAN = (
    "CASE WHEN \"f\" <= CAST('Infinity' AS DOUBLE PRECISION) THEN FALSE "
    'WHEN "f" IS NOT NULL THEN TRUE END'
)
BITS_64 = "BETWEEN -9223372036854775808 AND 9223372036854775807"


def sql(expr: Expr) -> str:
    return REDSHIFT.print(lower_expr(expr, SCHEMA, REDSHIFT))


def col(name: str) -> Column:
    return Column(name=name)


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("it's", "'it''s'"),
        ("a\\b", r"'a\\b'"),
        ("\\'", r"'\\'''"),
        ("a\nb", "'a' || CHR(10) || 'b'"),
        ("", "''"),
    ],
)
def test_a_text_is_one_literal(given: str, printed: str) -> None:
    assert REDSHIFT.print(text(given)) == printed


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (TIMESTAMP, "TIMESTAMP"),
        # Without a length it would have 256 bytes.
        (STRING, "VARCHAR(65535)"),
        (FLOAT64, "DOUBLE PRECISION"),
        (INT16, "SMALLINT"),
        (UINT32, "BIGINT"),
        (BOOL, "BOOLEAN"),
        (decimal(20, 3), "DECIMAL(20, 3)"),
    ],
    ids=str,
)
def test_types_have_the_names_of_redshift(dtype: DType, name: str) -> None:
    assert REDSHIFT.type_text(dtype) == name


@pytest.mark.parametrize(
    ("expr", "printed"),
    [
        # An overflow would end the query, a quotient of whole numbers is whole.
        (
            call("add", col("n"), literal(1)),
            'CASE WHEN (CAST("n" AS DECIMAL(19, 0)) + CAST(1 AS DECIMAL(19, 0))) '
            f'{BITS_64} THEN CAST(CAST("n" AS DECIMAL(19, 0)) + CAST(1 AS DECIMAL(19, 0)) '
            "AS BIGINT) END",
        ),
        (call("add", col("m"), col("m")), 'CAST("m" AS BIGINT) + "m"'),
        (
            call("div", col("n"), literal(2)),
            'CAST("n" AS DOUBLE PRECISION) / NULLIF(CAST(2 AS DOUBLE PRECISION), 0)',
        ),
        (
            call("floor_div", col("n"), literal(7)),
            '(CAST(("n" - MOD("n", 7)) / 7 AS BIGINT) - CASE WHEN MOD("n", 7) < 0 THEN 1 ELSE 0 END)',
        ),
        # NaN, of which nothing says how it compares.
        (call("gt", col("f"), literal(1.5)), f'"f" > 1.5 OR {NAN}'),
        (call("lt", col("f"), literal(1.5)), '"f" < 1.5'),
        (call("is_nan", col("f")), NAN),
        # Spaces at the end.
        (call("eq", col("s"), literal("a ")), "(\"s\" || CHR(1)) = ('a ' || CHR(1))"),
        (call("lt", col("s"), literal("a")), "(\"s\" || CHR(1)) < ('a' || CHR(1))"),
        (
            call("ends_with", col("s"), literal("x")),
            '(SUBSTRING("s", LEN("s") - 1 + 1, 1) || CHR(1)) = (\'x\' || CHR(1))',
        ),
        (call("length", col("s")), 'CAST(LEN("s") AS BIGINT)'),
        (call("strip", col("s"), literal("x")), "BTRIM(\"s\", 'x')"),
        (call("contains", col("s"), literal(".")), "STRPOS(\"s\", '.') > 0"),
        (
            call("matches", col("s"), literal(r"^a\.[bc]+$")),
            "REGEXP_INSTR(\"s\", '^a[.][bc]+$') > 0",
        ),
        # Times.
        (
            call("duration_between", col("t"), col("u")),
            'DATEDIFF(MICROSECOND, "u", "t")',
        ),
        (call("truncate", col("t"), literal("week"), literal("UTC")), "DATE_TRUNC('week', \"t\")"),
        (
            call("date_component", col("t"), literal("weekday"), literal("UTC")),
            'CAST(DATEDIFF(DAY, DATE_TRUNC(\'week\', "t"), "t") + 1 AS BIGINT)',
        ),
        (
            call("date_of", col("t"), literal("Asia/Tokyo")),
            "CAST(CONVERT_TIMEZONE('UTC', 'Asia/Tokyo', \"t\") AS DATE)",
        ),
        (Cast(value=col("day"), dtype=STRING), "TO_CHAR(\"day\", 'YYYY-MM-DD')"),
    ],
)
def test_ops_in_the_words_of_redshift(expr: Expr, printed: str) -> None:
    assert " ".join(sql(expr).split()) == printed


def test_times_are_moved_in_steps_of_32_bits() -> None:
    moved = REDSHIFT.print(later(column("t"), -(24 * 3_600_000_000 - 1), REDSHIFT))
    assert moved == 'DATEADD(MICROSECOND, -999999, DATEADD(SECOND, -3599, DATEADD(HOUR, -23, "t")))'
    assert sql(call("sub_duration", col("t"), col("w"))).count("AS INTEGER") == 3


def test_a_constant_text_has_a_type() -> None:
    assert REDSHIFT.print(cast(text("a"), STRING, REDSHIFT)) == "CAST('a' AS VARCHAR(65535))"


def test_names_that_are_words_have_quotes() -> None:
    assert not any(needs_quotes(n, "redshift") for n in ("at", "time", "date", "user_id", "__x"))
    assert all(needs_quotes(n, "redshift") for n in ("tag", "order", "a b", "1a"))


def test_names_are_those_that_redshift_keeps() -> None:
    assert mistaken_name("a" * 127) is None
    assert mistaken_name("a" * 128) == "Redshift has no names with more than 127 bytes"
    assert mistaken_name("ID") == "Redshift has names in small letters"


def test_columns_of_a_dataset_are_left_out_of_all_of_them(tmp_path: Path) -> None:
    programs = list(programs_of(module_of(DATASET, tmp_path), twins=False))
    (dataset,) = (program for program in programs if program.kind == "dataset")
    query = dataset.text_for("redshift")
    assert 'SELECT\n    * EXCLUDE ("__row")\nFROM "numbered"\nORDER BY "__row"\n' in query
    # Nor has it VALUES, names for frames, or ranges.
    assert not any(word in query for word in ("VALUES", "WINDOW", "RANGE", "FILTER"))
    ends = 'CAST(\'q\' AS VARCHAR(65535)) AS "__end", CAST(0 AS BIGINT) AS "__ago"'
    assert ends in " ".join(query.split())


VIEW = """
@feature_view(name="v", source=FileSource.parquet_at("v.parquet"))
class V:
    k = {key}().as_entity()
    t = EventTimestamp({zone})
    f = Float()
    s = String()
    d = Decimal(10, 2)
    n = Int64()
    x = {made}
"""


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ("s.cast(Float())", "nothing says which Float64 each String becomes"),
        ("f.cast(Float32())", "nothing says what becomes of a number that 32 bits do not hold"),
        ("n.cast(UInt64())", "its integers have a sign"),
        ("d.round(1)", "nothing says how it rounds the half of a decimal"),
        ("n // n", "a quotient that 64 bits do not hold would end the query"),
        ("f.aggregate().over(days=1).count_distinct()", "nothing says whether NaN is equal"),
        ("f.aggregate().over(days=1).percentile(0.5)", "nothing says where NaN is in an order"),
        ("n.aggregate().over(days=1).last()", "it has no aggregate that gives the value"),
        (r's.contains("a.b")', "there is no pattern with `.`"),
        (r's.contains("a\\^b+")', "there is no pattern with `.`"),
        ('s.replace("a+", "b")', "nothing says which of several matches it takes"),
    ],
)
def test_what_it_cannot_have_is_refused(made: str, reason: str, tmp_path: Path) -> None:
    program = view_of(VIEW.format(key="Int64", zone="", made=made), tmp_path)
    assert any(reason in diagnostic.message for diagnostic in refusals(program, "redshift"))


def test_the_greatest_text_is_found_with_what_is_behind_it(tmp_path: Path) -> None:
    made = "s.aggregate().over(days=1).max()"
    query = view_of(VIEW.format(key="Int64", zone="", made=made), tmp_path).text_for("redshift")
    found = 'MAX("v_2"."s" || CHR(1))'
    assert f'LEFT({found}, LEN({found}) - 1) AS "x"' in query


SORTED = VIEW.format(key="Int64", zone="", made="n.aggregate().over(days=1).percentile(0.5)")


def test_percentiles_of_one_order_are_one_query(tmp_path: Path) -> None:
    more = "    y = n.aggregate().over(days=1).percentile(0.9)\n"
    program = view_of(SORTED + more, tmp_path)
    assert refusals(program, "redshift") == []
    query = " ".join(program.text_for("redshift").split())
    order = 'WITHIN GROUP (ORDER BY CAST("v_2"."n" AS DOUBLE PRECISION))'
    assert f'PERCENTILE_CONT(0.5) {order} AS "x", PERCENTILE_CONT(0.9) {order} AS "y"' in query


@pytest.mark.parametrize(
    "made",
    [
        "n.aggregate().over(days=2).percentile(0.5)",
        "more.aggregate().over(days=1).percentile(0.5)",
        's.aggregate().over(days=1).concat(", ")',
    ],
)
def test_aggregates_of_another_order_are_refused(made: str, tmp_path: Path) -> None:
    program = view_of(f"{SORTED}    more = n + 1\n    y = {made}\n", tmp_path)
    (diagnostic,) = refusals(program, "redshift")
    assert "of `v`: `" in diagnostic.message
    assert "all sorted aggregates of a query must have one order there, and `" in diagnostic.message
    assert diagnostic.span is not None
    assert diagnostic.span.line in (12, 14)


def test_texts_put_together_have_empty_ones(tmp_path: Path) -> None:
    made = 's.aggregate().over(days=1).concat(", ")'
    program = view_of(VIEW.format(key="Int64", zone="", made=made), tmp_path)
    # LISTAGG leaves empty texts out.
    assert "SUBSTRING( LISTAGG(', ' || " in " ".join(program.text_for("redshift").split())


def test_texts_are_keys_with_a_sign_behind_their_spaces(tmp_path: Path) -> None:
    given = VIEW.format(key="String", zone="", made="n.aggregate().over(days=1).sum()")
    program = view_of(given, tmp_path)
    assert refusals(program, "redshift") == []
    query = " ".join(program.text_for("redshift").split())
    # The rows of a group are those of one text; the text itself is what they show.
    assert 'GROUP BY "k", "k" || CHR(1), "t" ),' in query
    assert 'PARTITION BY "__key_1" || CHR(1) ORDER BY "__time"' in query
    assert 'ON ("v_2"."k" || CHR(1)) = ("v_1d"."k" || CHR(1)) AND "v_2"."t" =' in query
    assert "DISTINCT" not in query


def test_numbers_are_keys_as_they_are(tmp_path: Path) -> None:
    given = VIEW.format(key="Int64", zone="", made="n.aggregate().over(days=1).sum()")
    query = view_of(given, tmp_path).text_for("redshift")
    assert "SELECT DISTINCT" in query
    assert "CHR(1)" not in query


@pytest.mark.parametrize(
    ("key", "reason"),
    [("Float", "nothing says whether NaN is equal"), ("Bool", "a truth value has no text there")],
)
def test_some_types_are_no_keys(key: str, reason: str, tmp_path: Path) -> None:
    given = VIEW.format(key=key, zone="", made="n.aggregate().over(days=1).sum()")
    assert any(
        reason in diagnostic.message
        for diagnostic in refusals(view_of(given, tmp_path), "redshift")
    )


def test_clocks_of_other_zones_are_refused(tmp_path: Path) -> None:
    zone = VIEW.format(key="Int64", zone='time_zone="Asia/Tokyo"', made="n + 1")
    (diagnostic,) = refusals(view_of(zone, tmp_path), "redshift")
    assert "nothing tells there whether a time of a column has a zone" in diagnostic.message
