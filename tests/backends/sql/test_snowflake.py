"""The text of Snowflake's SQL where sqlglot, or SQL as others have it, would say something else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alignc.backends.sql.dialect import POSTGRES, SNOWFLAKE, cast, column, later, text, try_cast
from alignc.backends.sql.expressions import lower_expr
from alignc.backends.sql.frames import with_frames_in_place
from alignc.backends.sql.ops import NATIVE
from alignc.backends.sql.ops.posix import spelled
from alignc.backends.sql.select import Frame, Line, Select
from alignc.backends.sql.style import styled_expression
from alignc.backends.sql.style.tokens import Kind, tokens_of
from alignc.backends.sql.style.words import needs_quotes
from alignc.backends.support import UNSUPPORTED
from alignc.ir.expr import Cast, Column, Expr, call, literal, walk
from alignc.ir.ops import OPS
from alignc.ir.regex import parse
from alignc.ir.types import (
    BOOL,
    DATE,
    DURATION,
    FLOAT32,
    FLOAT64,
    INT16,
    INT64,
    STRING,
    TIMESTAMP,
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
    "d": decimal(10, 2),
    "e": decimal(6, 4),
    "s": STRING,
    "t": TIMESTAMP,
    "day": DATE,
    "b": BOOL,
    "w": DURATION,
}
BITS_64 = "BETWEEN -9223372036854775808 AND 9223372036854775807"


def sql(expr: Expr) -> str:
    return SNOWFLAKE.print(lower_expr(expr, SCHEMA, SNOWFLAKE))


def col(name: str) -> Column:
    return Column(name=name)


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("it's", "'it''s'"),
        ("a\\b", r"'a\\b'"),
        ("\\'", r"'\\'''"),
        ("\\", r"'\\'"),
        ("'", "''''"),
        ("$5 {x} &y", "'$5 {x} &y'"),
        ("a\nb", "'a' || CHR(10) || 'b'"),
        ('"`\U0001f600`"', "'\"`\U0001f600`\"'"),
        ("", "''"),
    ],
)
def test_a_text_is_one_literal_that_snowflake_reads_as_it_is(given: str, printed: str) -> None:
    assert SNOWFLAKE.print(text(given)) == printed
    parts = [t for t in tokens_of(printed) if t.text.startswith("'")]
    assert all(t.kind is Kind.TEXT for t in parts)
    assert len(parts) == (2 if "\n" in given else 1)


def test_pieces_of_a_long_text_are_put_together_by_a_sign() -> None:
    """Two texts one below the other are no text there."""
    given = "it's a \\ long text " * 9
    styled = styled_expression(SNOWFLAKE.print(text(given)), SNOWFLAKE)
    parts = tokens_of(styled)
    assert [t.text for t in parts[1::2]] == ["||"] * (len(parts) // 2)
    assert len(parts) > 4
    inside = "".join(t.text[1:-1] for t in parts[::2])
    assert inside.replace("''", "'").replace("\\\\", "\\") == given
    # Elsewhere the language puts them together.
    assert "||" not in styled_expression(POSTGRES.print(text(given)), POSTGRES)


def test_a_name_is_kept_with_its_quotes() -> None:
    assert SNOWFLAKE.quoted('a"b') == '"a""b"'
    assert SNOWFLAKE.print(column("a\"b'c \\' ${x}", "t")) == '"t"."a""b\'c \\\' ${x}"'


def test_names_are_bare_unless_they_are_words_or_have_capitals() -> None:
    assert not any(needs_quotes(n, "snowflake") for n in ("at", "time", "date", "user_id", "__x"))
    assert all(needs_quotes(n, "snowflake") for n in ("sample", "order", "ID", "Name", "a b", "1a"))


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (TIMESTAMP, "TIMESTAMP_NTZ"),
        (STRING, "VARCHAR"),
        (FLOAT32, "DOUBLE"),
        (INT16, "BIGINT"),
        (UINT64, "BIGINT"),
        (decimal(20, 3), "DECIMAL(20, 3)"),
    ],
    ids=str,
)
def test_types_have_the_names_of_snowflake(dtype: DType, name: str) -> None:
    assert SNOWFLAKE.type_text(dtype) == name


def test_no_cast_is_one_that_tries() -> None:
    """TRY_CAST takes nothing but text there."""
    assert SNOWFLAKE.print(try_cast(column("x"), INT64, SNOWFLAKE)) == 'CAST("x" AS BIGINT)'


@pytest.mark.parametrize(
    ("expr", "printed"),
    [
        # Whole numbers: 38 digits are more than 64 bits, and a quotient has six digits.
        (call("add", col("n"), literal(1)), f'CASE WHEN ("n" + 1) {BITS_64} THEN "n" + 1 END'),
        (call("add", col("m"), col("m")), '"m" + "m"'),
        (
            call("div", col("n"), literal(2)),
            'CAST("n" AS DOUBLE) / NULLIF(CAST(2 AS DOUBLE), 0)',
        ),
        (call("mod", col("n"), literal(7)), 'MOD(MOD("n", 7) + 7, 7)'),
        (
            call("floor_div", col("m"), literal(7)),
            f'CASE WHEN CAST(("m" - MOD(MOD("m", 7) + 7, 7)) / 7 AS BIGINT) {BITS_64} '
            'THEN CAST(("m" - MOD(MOD("m", 7) + 7, 7)) / 7 AS BIGINT) END',
        ),
        (
            call("whole_days", col("w")),
            'CAST(("w" - MOD(MOD("w", 86400000000) + 86400000000, 86400000000)) / 86400000000 '
            "AS BIGINT)",
        ),
        (call("mul", col("d"), col("e")), 'CAST("d" * "e" AS DECIMAL(16, 6))'),
        (call("log10", col("f")), 'CASE WHEN "f" > 0 THEN LOG(10, "f") END'),
        (call("is_infinite", col("f")), "ABS(\"f\") = CAST('inf' AS DOUBLE)"),
        (call("eq", col("f"), literal(float("nan"))), "\"f\" = CAST('NaN' AS DOUBLE)"),
        (call("gt", col("f"), literal(float("-inf"))), "\"f\" > CAST('-inf' AS DOUBLE)"),
        # Weeks begin on Monday, whatever the session says.
        (
            call("date_part", col("day"), literal("weekday")),
            'CAST(DATE_PART(DAYOFWEEKISO, "day") AS BIGINT)',
        ),
        (
            call("date_part", col("day"), literal("week")),
            'CAST(DATE_PART(WEEKISO, "day") AS BIGINT)',
        ),
        (
            call("truncate_date", col("day"), literal("week")),
            'CAST(DATE_TRUNC(\'DAY\', DATEADD(DAY, 1 - DATE_PART(DAYOFWEEKISO, "day"), "day")) '
            "AS DATE)",
        ),
        # Instants are what the clock of UTC shows.
        (
            call("seconds_between", col("t"), col("t")),
            'CAST(DATEDIFF(MICROSECOND, "t", "t") AS DOUBLE) / 1000000',
        ),
        (
            call("date_of", col("t"), literal("Asia/Tokyo")),
            "CAST(CONVERT_TIMEZONE('UTC', 'Asia/Tokyo', \"t\") AS DATE)",
        ),
        (
            call("truncate", col("t"), literal("hour"), literal("UTC")),
            "DATE_TRUNC('HOUR', \"t\")",
        ),
        (
            call("truncate", col("t"), literal("minute"), literal("Asia/Kathmandu")),
            "DATEADD(MICROSECOND, DATEDIFF(MICROSECOND, "
            "CONVERT_TIMEZONE('UTC', 'Asia/Kathmandu', \"t\"), "
            "DATE_TRUNC('MINUTE', CONVERT_TIMEZONE('UTC', 'Asia/Kathmandu', \"t\"))), \"t\")",
        ),
        (
            call("floor_time", col("t"), literal(timedelta(minutes=15))),
            "DATEADD(MICROSECOND, -MOD(MOD(DATEDIFF(MICROSECOND, "
            "CAST('2000-01-03' AS TIMESTAMP_NTZ), \"t\"), 900000000) + 900000000, 900000000), "
            '"t")',
        ),
        (
            call("lt", col("t"), literal(datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=UTC))),
            "\"t\" < CAST('2024-01-02 03:04:05.000006' AS TIMESTAMP_NTZ)",
        ),
        (Cast(value=col("day"), dtype=TIMESTAMP), 'CAST("day" AS TIMESTAMP_NTZ)'),
        (Cast(value=col("day"), dtype=STRING), "TO_CHAR(\"day\", 'YYYY-MM-DD')"),
        (Cast(value=col("b"), dtype=FLOAT64), 'CAST(CAST("b" AS BIGINT) AS DOUBLE)'),
        (
            Cast(value=col("f"), dtype=INT16),
            'CASE WHEN TRUNC("f") >= -32768 AND TRUNC("f") < 32768 '
            'THEN CAST(TRUNC("f") AS BIGINT) END',
        ),
        (
            Cast(value=col("d"), dtype=decimal(4, 1)),
            'CASE WHEN ABS(ROUND("d", 1)) < 1000 THEN CAST("d" AS DECIMAL(4, 1)) END',
        ),
        # The greatest of what is there: GREATEST is null if one is.
        (
            call("arg_max", col("f"), literal("a"), col("n"), literal("b")),
            'CASE GREATEST_IGNORE_NULLS("f", CAST("n" AS DOUBLE)) WHEN "f" THEN \'a\' '
            "WHEN CAST(\"n\" AS DOUBLE) THEN 'b' END",
        ),
        # Patterns are searched for, all groups have a number, and backslashes are two.
        (
            call("matches", col("s"), literal(r"^(?:a|b)+?[\s\-x^\]]\.$")),
            "REGEXP_INSTR(\"s\", '^(a|b)+[]' || CHR(9) || CHR(10) || CHR(12) || CHR(13) || "
            r"' x^-]\\.$') > 0",
        ),
        (
            call("extract", col("s"), literal(r"(?:a|b)(\d+)"), literal(1)),
            "REGEXP_SUBSTR(\"s\", '(a|b)([0-9]+)', 1, 1, 'e', 2)",
        ),
        (
            call("replace_matches", col("s"), literal("a+"), literal("$1\\1")),
            r"""REGEXP_REPLACE("s", 'a+', '$1\\\\1')""",
        ),
        (call("contains", col("s"), literal("it's")), "CONTAINS(\"s\", 'it''s')"),
        (
            call("slice", col("s"), literal(-3), literal(2)),
            'LEFT(RIGHT("s", 3), GREATEST(2 + LEAST(LENGTH("s") - 3, 0), 0))',
        ),
        (
            call("find", col("s"), literal("x")),
            "CAST(NULLIF(CHARINDEX('x', \"s\"), 0) - 1 AS BIGINT)",
        ),
    ],
)
def test_an_op_is_written_in_words_that_mean_it(expr: Expr, printed: str) -> None:
    assert sql(expr) == printed


def test_an_unsigned_factor_does_not_end_the_query() -> None:
    factor = 'CASE WHEN "u" <= 9223372036854775808 THEN "u" WHEN "n" = 0 THEN 0 END'
    product = f'{factor} * "n"'
    printed = f"CASE WHEN ({product}) {BITS_64} THEN {product} END"
    assert sql(call("mul", col("u"), col("n"))) == printed


def test_text_is_a_number_if_all_of_it_is_one() -> None:
    has_form = 'REGEXP_SUBSTR("s", \'^[+-]?[0-9]+\') = "s"'
    assert has_form in sql(Cast(value=col("s"), dtype=INT64))
    assert 'TRY_TO_NUMBER("s", 38, 0)' in sql(Cast(value=col("s"), dtype=INT64))
    day = sql(Cast(value=col("s"), dtype=DATE))
    assert "TO_CHAR(TRY_TO_DATE(\"s\", 'YYYY-MM-DD'), 'YYYY-MM-DD') = \"s\"" in day


def test_elapsed_time_is_added_by_a_function() -> None:
    day = 24 * 3_600_000_000
    assert SNOWFLAKE.print(later(column("t"), day, SNOWFLAKE)) == 'DATEADD(HOUR, 24, "t")'
    assert SNOWFLAKE.print(later(column("t"), -1, SNOWFLAKE)) == 'DATEADD(MICROSECOND, -1, "t")'
    assert SNOWFLAKE.print(later(column("t"), 0, SNOWFLAKE)) == '"t"'


@pytest.mark.parametrize(
    "pattern",
    [
        r"[a\]-]",
        r"[\^x]",
        r"[\^]",
        r"[\^\-]",
        r"[^\]\^-]",
        r"[\w.]+\?",
        r"a{2,3}?|\.",
        r"[a-c\-]$",
        ".",
    ],
)
def test_a_pattern_of_posix_finds_what_it_found(pattern: str) -> None:
    """Python reads classes of POSIX as they are meant, but for a warning about a later `[`."""
    posix = re.compile(spelled(parse(pattern)))
    for given in ("a]", "^", "-", "x", "b\n", "\n", "aa.", "?", "c-", "", "é"):
        assert (posix.search(given) is None) == (re.search(pattern, given) is None), given


VIEW = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    v = Int64()
    f = Float()
    b = Bool()

    n = v.aggregate().over(hours=36).sum()
    low = f.aggregate().over(days=1).min()
    high = f.aggregate().over(hours=3).max()
    spread = f.aggregate().over(days=2).variance()
    ever = f.aggregate().max()
    trues = b.aggregate().over(hours=2).all()
"""
PAIRS = """
@feature_view(name="pairs", source=FileSource.parquet_at("pairs.parquet"))
class Pairs:
    k = Int64().as_entity()
    t = EventTimestamp()
    v = Int64()

    few = v.aggregate().over(hours=5).count()
    many = v.aggregate().over(hours=7).sum()
"""
VALID = """
@feature_view(name="prices", source=FileSource.parquet_at("prices.parquet"))
class Prices:
    item = Int64().as_entity()
    since = ValidFrom()
    until = ValidTo()
    price = Float()

@model_contract(name="sales", input_features=[Prices().price])
class Sales:
    pass
"""


def queries(definitions: str, folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    programs = programs_of(module_of(definitions, folder), twins=True)
    return "\n".join(" ".join(p.text_for("snowflake").split()) for p in programs)


def test_no_query_has_what_snowflake_has_not(tmp_path: Path) -> None:
    views = (VIEW, PAIRS, VALID)
    everything = "\n".join(queries(v, tmp_path / str(i)) for i, v in enumerate(views))
    assert "OVER (PARTITION BY" in everything
    for word in (
        " WINDOW ",
        "FILTER(",
        "FILTER (",
        "INTERVAL",
        "DATE_BIN",
        "ASOF",
        "TRY_CAST",
        "Z'",
    ):
        assert word not in everything, word
    # A row number has an order and no frame.
    assert "ROW_NUMBER() OVER ()" not in everything
    assert not re.search(r"ROW_NUMBER\(\) OVER \([^()]*\b(ROWS|RANGE) ", everything)
    assert "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING" in everything
    # A tile without values has no extreme, and does not hide that of the other one.
    assert "COALESCE( LEAST(" in everything or "COALESCE(LEAST(" in everything


def test_rows_in_a_window_are_chosen_by_their_values(tmp_path: Path) -> None:
    module = module_of(PAIRS, tmp_path)
    few = module.views[0].model_copy(update={"rows_per_key": 10})
    (program,) = programs_of(module.model_copy(update={"views": (few,)}), twins=False)
    assert 'COUNT(CASE WHEN "__in_5h" THEN "v" END) AS "few"' in program.text_for("snowflake")


def test_only_a_name_of_a_frame_is_replaced() -> None:
    frame = Frame('"f"', '"k"', '"t"', "RANGE UNBOUNDED PRECEDING")
    given = 'SUM("x OVER ""f"" ") OVER "f" || \'OVER "f"\' || SUM(1) OVER "g"'
    made = with_frames_in_place(Select((Line(given),), "t", windows=(frame,)))
    assert made.windows == ()
    assert made.columns[0].text == (
        'SUM("x OVER ""f"" ") OVER (PARTITION BY "k" ORDER BY "t" RANGE UNBOUNDED PRECEDING) '
        '|| \'OVER "f"\' || SUM(1) OVER "g"'
    )


def test_a_key_that_is_there_twice_ends_the_query_and_no_other_does(tmp_path: Path) -> None:
    text = """
@feature_view(name="towns", source=FileSource.parquet_at("towns.parquet"))
class Towns:
    zip = String().as_entity()
    size = Int64()

@model_contract(name="m", input_features=[Towns().size])
class M:
    pass
"""
    everything = queries(text, tmp_path)
    assert "CASE WHEN COUNT(*) > 1 THEN" in everything


def test_every_op_is_said_expanded_or_refused() -> None:
    gaps = UNSUPPORTED["snowflake"]
    expanded = {name for name, spec in OPS.items() if spec.expand is not None}
    assert OPS.keys() - NATIVE["snowflake"].keys() - expanded == gaps.keys() & OPS.keys()


def test_no_op_is_expanded_to_one_that_is_refused() -> None:
    for name, spec in OPS.items():
        if spec.expand is None or name in NATIVE["snowflake"]:
            continue
        for example in spec.examples:
            made = spec.expand(*map(literal, example.args))  # type: ignore[arg-type]
            ops = {part.op for part in walk(made) if hasattr(part, "op")}
            assert not ops & UNSUPPORTED["snowflake"].keys(), name


REFUSED = """
@feature_view(name="v", source=FileSource.parquet_at("v.parquet", **SETTINGS))
class V:
    id = Int64().as_entity()
    t = EventTimestamp()
    f = Float()
    x = Float32()
    d = Decimal(12, 10)
    s = String()
    j = Json()

    made = MADE
"""


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ("f.cast(Decimal(10, 2))", "the decimal text is what is rounded"),
        ("f.cast(Float32())", "nothing rounds to 32"),
        ("d * d", "a product has 12 digits behind the point there, not 20"),
        (r's.contains(r"[a\\]+b")', "a backslash in a class"),
        ("f.aggregate().over(hours=1).median()", "`percentile` is not supported"),
        ("s.aggregate().over(hours=1).mode()", "`mode` is not supported"),
        ("s.aggregate().over(hours=1).last_k(2)", "`last_k` is not supported"),
        ('s.split(",").length()', "`split` is not supported"),
        ('j.json_path_value_at("$.a", as_type=Int64())', "`json_integer` is not supported"),
    ],
)
def test_what_cannot_be_said_exactly_is_refused(made: str, reason: str, tmp_path: Path) -> None:
    definitions = REFUSED.replace(", **SETTINGS", "").replace("MADE", made)
    (program,) = programs_of(module_of(definitions, tmp_path), twins=False)
    found = program.reasons_against("snowflake")
    assert any(reason in one for one in found), found
    assert all("`made`" in one or "`__shared" in one for one in found), found


def test_what_can_be_said_is_not_refused(tmp_path: Path) -> None:
    for made in (
        "f * 2 + x",
        "d + d",
        "x.fill_na(0.5)",
        's.contains("[ab-]+$")',
        "d.cast(Float())",
    ):
        definitions = REFUSED.replace(", **SETTINGS", "").replace("MADE", made)
        (program,) = programs_of(module_of(definitions, tmp_path), twins=False)
        assert not program.reasons_against("snowflake"), made


def test_times_in_a_form_of_their_own_are_refused(tmp_path: Path) -> None:
    form = 'date_formatter=DateFormatter.string_format("%d.%m.%Y")'
    definitions = REFUSED.replace("**SETTINGS", form).replace("MADE", "f + 1")
    (program,) = programs_of(module_of(definitions, tmp_path), twins=False)
    (reason,) = program.reasons_against("snowflake")
    assert "the column `t` is not supported by target snowflake" in reason


def test_a_constraint_that_would_be_read_otherwise_is_refused(tmp_path: Path) -> None:
    made = r'String().validate_regex(r"^[\\\\/]+$")'
    definitions = REFUSED.replace(", **SETTINGS", "").replace("MADE", made)
    (program,) = programs_of(module_of(definitions, tmp_path), twins=False)
    assert not program.reasons_against("postgres")
    (reason,) = program.reasons_against("snowflake")
    assert "feature `made` of `v`: `matches` is not supported by target snowflake" in reason


def test_nulls_are_lowest_wherever_rows_have_an_order(tmp_path: Path) -> None:
    everything = queries(VALID, tmp_path)
    orders = re.findall(r"ORDER BY (.*?)(?: ROWS| RANGE|\))", everything)
    ordered = [key for order in orders for key in order.split(", ")]
    assert any(key.endswith(" DESC NULLS LAST") for key in ordered)
    assert not any(key.endswith(" DESC") for key in ordered)


def test_a_cast_of_a_constant_shows_its_type() -> None:
    assert SNOWFLAKE.print(cast(column("x"), TIMESTAMP, SNOWFLAKE)) == 'CAST("x" AS TIMESTAMP_NTZ)'
