"""Times that are written in a form of their own, as the source's `date_formatter` says."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.dialect import (
    POSTGRES,
    SNOWFLAKE,
    Dialect,
    case,
    cast,
    from_micros,
    function,
    number,
    text,
    try_cast,
)
from alignc.backends.sql.ops.snowflake.time import from_micros as snowflake_time
from alignc.ir.time_text import iso_of, pattern_of
from alignc.ir.types import INT64, TIMESTAMP

_UNITS = {"s": 1_000_000, "ms": 1_000, "us": 1}
# The years 1 to 9999 in microseconds.
_FIRST, _LAST = -62_135_596_800_000_000, 253_402_300_799_999_999


def read_unix_time(node: exp.Expr, unit: str, dialect: Dialect) -> exp.Expr:
    """Whole units since 1970; the engines have no time for what is far away."""
    size = _UNITS[unit]
    value = try_cast(node, INT64, dialect)
    if dialect == SNOWFLAKE:
        micros = value if size == 1 else exp.Mul(this=value, expression=number(size))
        made: exp.Expr = snowflake_time(micros, dialect)
    elif dialect.name in ("duckdb", "spark"):
        micros = value if size == 1 else exp.Mul(this=value, expression=number(size))
        made = (
            from_micros(micros) if dialect.name == "spark" else function("MAKE_TIMESTAMPTZ", micros)
        )
    elif size == 1_000_000:
        made = function("TO_TIMESTAMP", value)
    else:
        made = _postgres_time(
            value, 1_000_000 // size, "1 millisecond" if size == 1_000 else "1 microsecond"
        )
    given = value.copy() if dialect.name == "spark" else node.copy()
    is_time = exp.Between(this=given, low=number(-(-_FIRST // size)), high=number(_LAST // size))
    return case((is_time, made))


def _postgres_time(value: exp.Expr, per_second: int, unit: str) -> exp.Expr:
    """Whole seconds and the rest, which are exact apart: TO_TIMESTAMP takes a float."""
    seconds = function(
        "TO_TIMESTAMP", exp.Div(this=value, expression=number(per_second), typed=True)
    )
    rest = exp.Paren(this=exp.Mod(this=value.copy(), expression=number(per_second)))
    fraction = exp.Mul(this=rest, expression=exp.Interval(this=text(unit)))
    return exp.Add(this=seconds, expression=fraction)


def read_time_text(node: exp.Expr, format: str, dialect: Dialect) -> exp.Expr:
    """Text of a form as a time, without a zone unless the format has `%z`; null for another form."""
    value = _iso_text(node, format, dialect)
    if "%z" in format:
        instant = try_cast(value, TIMESTAMP, dialect)
        is_in_range = exp.Between(
            this=instant,
            low=cast(text("0001-01-01 00:00:00Z"), TIMESTAMP, dialect),
            high=cast(text("9999-12-31 23:59:59.999999Z"), TIMESTAMP, dialect),
        )
        return case((is_in_range, instant.copy()))
    name = "TIMESTAMP_NTZ" if dialect.name == "spark" else "TIMESTAMP"
    local = exp.DataType.build(name, dialect=dialect.name)
    return (exp.TryCast if dialect.has_try_cast else exp.Cast)(this=value, to=local)


def _iso_text(node: exp.Expr, format: str, dialect: Dialect) -> exp.Expr:
    """Text of a form as ISO 8601 has it, null for text of another form."""
    pattern, group = f"^{pattern_of(format)}$", "\\"
    if dialect.name == "spark":
        # Java's `$` is also before a line break at the end.
        pattern, group = rf"\A{pattern_of(format)}\z", "$"
    whole, iso = text(pattern), text(iso_of(format, lambda i: f"{group}{i}"))
    if dialect == POSTGRES:
        has_form: exp.Expr = exp.RegexpLike(this=node, expression=whole)
    else:
        name = "REGEXP_LIKE" if dialect.name == "spark" else "REGEXP_MATCHES"
        has_form = function(name, node, whole)
    return case((has_form, function("REGEXP_REPLACE", node.copy(), whole.copy(), iso)))
