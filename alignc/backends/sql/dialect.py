"""What differs between the SQL dialects, and the few builders that both share.

Expressions are sqlglot trees until the printer prints them; identifiers are always quoted.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal as Tag

from sqlglot import exp
from sqlglot.errors import ErrorLevel
from sqlglot.generator import Generator

from alignc.errors import InternalError
from alignc.ir.types import (
    BINARY,
    BOOL,
    DATE,
    DURATION,
    FLOAT32,
    FLOAT64,
    INT8,
    INT16,
    INT32,
    INT64,
    JSON,
    STRING,
    TIMESTAMP,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    DType,
)
from alignc.ir.window_plans import FEW_EVENTS

DialectName = Tag["duckdb", "postgres", "spark", "snowflake", "bigquery", "redshift"]

_DUCKDB_TYPES = {
    BOOL: "BOOLEAN",
    INT8: "TINYINT",
    INT16: "SMALLINT",
    INT32: "INT",
    INT64: "BIGINT",
    UINT8: "UTINYINT",
    UINT16: "USMALLINT",
    UINT32: "UINTEGER",
    UINT64: "UBIGINT",
    FLOAT32: "FLOAT",
    FLOAT64: "DOUBLE",
    STRING: "TEXT",
    JSON: "TEXT",
    BINARY: "BLOB",
    DATE: "DATE",
    TIMESTAMP: "TIMESTAMPTZ",
    # Microseconds: an interval of SQL has months and days, which are not elapsed time.
    DURATION: "BIGINT",
}

# PostgreSQL has no unsigned and no 8-bit integers: the next wider type holds them.
_POSTGRES_TYPES = _DUCKDB_TYPES | {
    INT8: "SMALLINT",
    UINT8: "SMALLINT",
    UINT16: "INT",
    UINT32: "BIGINT",
    UINT64: "DECIMAL(20, 0)",
    # A FLOAT has 64 bits there.
    FLOAT32: "REAL",
    BINARY: "BYTEA",
}

# Spark has no unsigned integers.
_SPARK_TYPES = _DUCKDB_TYPES | {
    UINT8: "SMALLINT",
    UINT16: "INT",
    UINT32: "BIGINT",
    UINT64: "DECIMAL(20, 0)",
    STRING: "STRING",
    JSON: "STRING",
    BINARY: "BINARY",
    # An instant, whatever the zone of the session.
    TIMESTAMP: "TIMESTAMP",
}

# Snowflake has numbers of up to 38 digits and floats of 64 bits, under many names.
_SNOWFLAKE_TYPES = {
    **dict.fromkeys((INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, DURATION), "BIGINT"),
    **dict.fromkeys((FLOAT32, FLOAT64), "DOUBLE"),
    **dict.fromkeys((STRING, JSON), "VARCHAR"),
    BOOL: "BOOLEAN",
    BINARY: "BINARY",
    DATE: "DATE",
    # What the clock of UTC shows: the zone of the session has no say in it.
    TIMESTAMP: "TIMESTAMP_NTZ",
}

# BigQuery has integers and floats of 64 bits alone.
_BIGQUERY_TYPES = {
    **dict.fromkeys((INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, DURATION), "INT64"),
    **dict.fromkeys((FLOAT32, FLOAT64), "FLOAT64"),
    **dict.fromkeys((STRING, JSON), "STRING"),
    BOOL: "BOOL",
    UINT64: "NUMERIC",
    BINARY: "BYTES",
    DATE: "DATE",
    TIMESTAMP: "TIMESTAMP",
}
# What a NUMERIC has on either side of the point; a BIGNUMERIC has room for any decimal.
_NUMERIC_WHOLE, _NUMERIC_SCALE = 29, 9

# Redshift has no unsigned and no 8-bit integers, and a VARCHAR without a length has 256 bytes.
_REDSHIFT_TYPES = _POSTGRES_TYPES | {
    FLOAT64: "DOUBLE PRECISION",
    **dict.fromkeys((STRING, JSON), "VARCHAR(65535)"),
    BINARY: "VARBYTE",
    # What the clock of UTC shows.
    TIMESTAMP: "TIMESTAMP",
}

_TYPES: dict[DialectName, dict[DType, str]] = {
    "duckdb": _DUCKDB_TYPES,
    "postgres": _POSTGRES_TYPES,
    "spark": _SPARK_TYPES,
    "snowflake": _SNOWFLAKE_TYPES,
    "bigquery": _BIGQUERY_TYPES,
    "redshift": _REDSHIFT_TYPES,
}

# Which printer of sqlglot writes a dialect: that of Spark writes CAST for TRY_CAST.
_PRINTERS: dict[DialectName, str] = {
    "duckdb": "duckdb",
    "postgres": "postgres",
    "spark": "databricks",
    "snowflake": "snowflake",
    "bigquery": "bigquery",
    "redshift": "redshift",
}


@dataclass(frozen=True)
class Dialect:
    """A target dialect, and what it has beside the standard."""

    # Whose words it has.
    name: DialectName
    # Who else has these words, if it is not the one that they are called after.
    spoken_by: str | None = None
    # The sign around a name.
    quote: str = '"'
    has_asof_join: bool = False
    # A cast that gives null where it fails.
    has_try_cast: bool = False
    # The word for all columns but some; None if there is none.
    all_but: str | None = None
    # Whether rows can be replaced in any table; in Spark its format decides.
    can_delete: bool = True
    # `WINDOW name AS (...)`, and `FILTER (WHERE ...)` behind an aggregate.
    has_named_windows: bool = True
    has_filter: bool = True
    # What counts the rows for which a condition is true, if it is more than a `COUNT` with a filter.
    count_if: str | None = None
    # The aggregate that gives the greatest truth value.
    bool_max: str = "MAX"
    # Whether rows can be numbered in any frame.
    numbers_frames: bool = True
    # Whether a relation is computed once, however often it is read.
    reads_once: bool = True
    # Whether LEAST and GREATEST leave nulls out; if not, they are null beside one.
    skips_nulls: bool = True
    # Whether elapsed time is an interval; if not, it is a number of microseconds.
    has_elapsed: bool = True
    # What ends the query with a message; without it a text that is none of `strict_type` does.
    error: str | None = None
    strict_type: DType = BOOL
    # Whether a number with a point is a decimal, not a float.
    reads_decimals: bool = True
    # Whether a name without quotes is in capitals there, so that quotes are part of the name.
    has_capitals: bool = False
    # Whether two texts with nothing but space between them are one.
    joins_texts: bool = True
    # Whether an instant has a zone; if not, it is what the clock of UTC shows.
    has_instants: bool = True
    # Whether NaN is known to equal NaN and to be above every number.
    orders_nan: bool = True
    # Whether there are functions that ask for NaN and for infinities.
    asks_nan: bool = True
    # Whether texts that differ in spaces at their ends are different.
    counts_spaces: bool = True
    # Frames that end with all rows of one time.
    has_ranges: bool = True
    # How constants are rows in the middle of a query.
    constant_rows: Tag["values", "structs", "selects"] = "values"
    # Whether columns are left out of all those of one relation; if not, only of all there are.
    excludes_of_one: bool = True
    # Whether a constant text has the type of a text.
    has_texts: bool = True
    # Whether a truth value becomes a text or a number by a cast.
    casts_bools: bool = True
    # Whether a condition of groups is asked for before their columns are computed.
    asks_having_first: bool = False
    # Whether an order by one column alone takes a null for a zero.
    has_zero_nulls: bool = False
    # How an infinite float is written as a text.
    infinity: str = "Infinity"
    # With so many events of the busiest key at most, windows look at each of theirs (docs/benchmarks.md).
    few_events: int = FEW_EVENTS
    # Whether events are kept before they are joined: they would be read as their types for each pair.
    keeps_events: bool = False

    @property
    def target(self) -> str:
        """Who the text is for."""
        return self.spoken_by or self.name

    @property
    def user_code(self) -> str:
        """The target whose texts of user code are of this dialect."""
        return "pyspark" if self.name == "spark" else self.name

    def quoted(self, name: str) -> str:
        """The text of an identifier."""
        inside = "\\" + self.quote if self.name == "bigquery" else 2 * self.quote
        return self.quote + name.replace(self.quote, inside) + self.quote

    def type_of(self, dtype: DType) -> exp.DataType:
        return _data_type(self.name, dtype)

    def type_text(self, dtype: DType) -> str:
        """The name of a type as the dialect writes it."""
        return self.print(self.type_of(dtype))

    def print(self, node: exp.Expr, *, pretty: bool = False) -> str:
        printed = _generator(_PRINTERS[self.name], pretty).generate(node, copy=False)
        match self.name:
            case "spark":
                return _SPARK_TEXT.sub(_plain_text, printed)
            case "snowflake" | "redshift":
                return _SNOWFLAKE_TEXT.sub(_doubled_apostrophes, printed)
            case "bigquery":
                return _SPARK_TEXT.sub(_ended_text, printed)
            case _:
                return printed


# A text with backslashes, or a name, which may have an apostrophe in it.
_SPARK_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'|`(?:[^`]|``)*`")
_SPECIAL = re.compile(r"\\.|\$\{")


def _plain_text(found: re.Match[str]) -> str:
    """A text of Spark that ends at the first apostrophe, and in which Spark sees no setting's name.

    It puts the value of a setting in place of `${its.name}` before it reads a statement. Databricks does not
    say that it knows a sign by its number in a text, so an apostrophe is a function of its number.
    """
    text = found[0]
    if text.startswith("`"):
        return text
    spelled = {"\\'": "' || CHR(39) || '", "${": "$\\{"}
    plain = _SPECIAL.sub(lambda part: spelled.get(part[0], part[0]), text)
    return plain.removeprefix("'' || ").removesuffix(" || ''")


# A text with backslashes, or a name, which may have an apostrophe in it.
_SNOWFLAKE_TEXT = re.compile(r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*\"""")


def _doubled_apostrophes(found: re.Match[str]) -> str:
    """A text of Snowflake or Redshift in which an apostrophe is `''` and a backslash is two."""
    text = found[0]
    if text.startswith('"'):
        return text
    return re.sub(r"\\(.)", lambda c: "''" if c[1] == "'" else c[0], text)


def _ended_text(found: re.Match[str]) -> str:
    """A text of BigQuery that ends at the first apostrophe."""
    text = found[0]
    if text.startswith("`"):
        return text
    return _SPECIAL.sub(lambda part: "\\u0027" if part[0] == "\\'" else part[0], text)


DUCKDB = Dialect(
    "duckdb",
    has_asof_join=True,
    has_try_cast=True,
    all_but="EXCLUDE",
    error="ERROR",
    asks_having_first=True,
    has_zero_nulls=True,
)
POSTGRES = Dialect(
    "postgres",
    bool_max="BOOL_OR",
    casts_bools=False,
    asks_having_first=True,
    few_events=250,
    keeps_events=True,
)
SPARK = Dialect(
    "spark",
    quote="`",
    has_try_cast=True,
    all_but="EXCEPT",
    can_delete=False,
    count_if="COUNT_IF",
    numbers_frames=False,
    has_elapsed=False,
    error="RAISE_ERROR",
)
# Spark SQL, over tables from which rows can be deleted.
DATABRICKS = replace(SPARK, spoken_by="databricks", can_delete=True)
SNOWFLAKE = Dialect(
    "snowflake",
    all_but="EXCLUDE",
    has_named_windows=False,
    has_filter=False,
    bool_max="BOOLOR_AGG",
    numbers_frames=False,
    reads_once=False,
    skips_nulls=False,
    has_elapsed=False,
    has_capitals=True,
    joins_texts=False,
    has_instants=False,
    infinity="inf",
)
BIGQUERY = Dialect(
    "bigquery",
    quote="`",
    has_try_cast=True,
    all_but="EXCEPT",
    has_filter=False,
    count_if="COUNTIF",
    numbers_frames=False,
    reads_once=False,
    skips_nulls=False,
    has_elapsed=False,
    error="ERROR",
    reads_decimals=False,
    joins_texts=False,
    orders_nan=False,
    constant_rows="structs",
)
REDSHIFT = Dialect(
    "redshift",
    all_but="EXCLUDE",
    has_named_windows=False,
    has_filter=False,
    bool_max="BOOL_OR",
    numbers_frames=False,
    reads_once=False,
    has_elapsed=False,
    joins_texts=False,
    has_instants=False,
    orders_nan=False,
    asks_nan=False,
    counts_spaces=False,
    has_ranges=False,
    constant_rows="selects",
    excludes_of_one=False,
    has_texts=False,
    strict_type=INT64,
)
DIALECTS: dict[str, Dialect] = {
    d.target: d for d in (DUCKDB, POSTGRES, SPARK, DATABRICKS, SNOWFLAKE, BIGQUERY, REDSHIFT)
}


@cache
def _generator(name: str, pretty: bool) -> Generator:
    from sqlglot.dialects.dialect import Dialect as SqlglotDialect

    dialect = SqlglotDialect.get_or_raise(name)
    generator = dialect.generator(
        pretty=pretty, indent=4, pad=4, comments=False, unsupported_level=ErrorLevel.RAISE
    )
    if pretty:
        generator._dispatch = {**generator._dispatch, exp.DPipe: _chain}
    return generator


def _chain(generator: Generator, chain: exp.DPipe) -> str:
    """Texts put together, one a line if one line is too long for them."""
    parts = [generator.sql(part) for part in chain.flatten(unnest=False)]
    line = " || ".join(parts)
    return line if len(line) <= generator.max_text_width else "\n|| ".join(parts)


@cache
def _data_type(dialect: DialectName, dtype: DType) -> exp.DataType:
    match dtype.name:
        case "Decimal" if dialect == "bigquery":
            is_plain = (
                dtype.digits - dtype.scale <= _NUMERIC_WHOLE and dtype.scale <= _NUMERIC_SCALE
            )
            text = "NUMERIC" if is_plain else "BIGNUMERIC"
        case "Decimal":
            text = f"DECIMAL({dtype.digits}, {dtype.scale})"
        case "List" | "Embedding":
            element = _data_type(dialect, dtype.element)
            return exp.DataType(
                this=exp.DataType.Type.ARRAY, expressions=[element.copy()], nested=True
            )
        case _:
            text = _TYPES[dialect][dtype]
    if text == "TIMESTAMP_NTZ":
        # As it stands there: sqlglot would write it without its underscore.
        return exp.DataType(this=exp.DataType.Type.USERDEFINED, kind=text)
    return exp.DataType.build(text, dialect=dialect)


# -- builders


def identifier(name: str) -> exp.Identifier:
    return exp.Identifier(this=name, quoted=True)


def column(name: str, table: str | None = None) -> exp.Expr:
    if table is None:
        return exp.Column(this=identifier(name))
    return exp.Column(this=identifier(name), table=identifier(table))


def text(value: str) -> exp.Expr:
    """A text. Control characters are spelled as `CHR(n)`, so that a literal stays on its line."""
    if "\x00" in value:
        raise InternalError("SQL printing", "a text with a NUL character")
    parts: list[exp.Expr] = []
    for part in re.split(r"([\x01-\x1f\x7f])", value):
        if len(part) == 1 and (part < " " or part == "\x7f"):
            parts.append(function("CHR", number(ord(part))))
        elif part:
            parts.append(exp.Literal(this=part, is_string=True))
    if not parts:
        return exp.Literal(this="", is_string=True)
    result = parts[0]
    for part in parts[1:]:
        result = exp.DPipe(this=result, expression=part)
    return result


def number(value: int | float) -> exp.Expr:
    """A number as it is written; what is not finite has no such form."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is not a SQL literal")
    literal = exp.Literal(this=repr(abs(value)), is_string=False)
    negative = value < 0 or (isinstance(value, float) and math.copysign(1, value) < 0)
    return exp.Neg(this=literal) if negative else literal


def cast(node: exp.Expr, dtype: DType, dialect: Dialect) -> exp.Expr:
    return exp.Cast(this=node, to=dialect.type_of(dtype))


def try_cast(node: exp.Expr, dtype: DType, dialect: Dialect) -> exp.Expr:
    """A cast that gives null where it fails, in a dialect that has one."""
    if dialect.has_try_cast:
        return exp.TryCast(this=node, to=dialect.type_of(dtype))
    return cast(node, dtype, dialect)


def function(name: str, *args: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(args))


def case(*branches: tuple[exp.Expr, exp.Expr], otherwise: exp.Expr | None = None) -> exp.Expr:
    """The value of the first condition that holds; null is what comes of none anyway."""
    ifs = [exp.If(this=condition, true=value) for condition, value in branches]
    if isinstance(otherwise, exp.Null):
        otherwise = None
    if isinstance(otherwise, exp.Case) and otherwise.this is None:
        # What follows ELSE goes on where this ends.
        ifs += otherwise.args["ifs"]
        otherwise = otherwise.args.get("default")
    return exp.Case(ifs=ifs, default=otherwise)


def operand(node: exp.Expr) -> exp.Expr:
    """The node in parentheses if it is an operation of its own."""
    loose = (exp.Binary, exp.Not, exp.In, exp.Between, exp.AtTimeZone, exp.Neg)
    return exp.Paren(this=node) if isinstance(node, loose) else node


def divide(x: exp.Expr, y: exp.Expr, dialect: Dialect) -> exp.Expr:
    """`x / y` as the dialect does it; sqlglot would convert what it takes for integers."""
    if dialect == BIGQUERY:
        # `/` ends the query where the quotient is too large.
        return function("IEEE_DIVIDE", x, y)
    return exp.Div(this=x, expression=y, typed=dialect in (POSTGRES, REDSHIFT), safe=False)


def not_null(node: exp.Expr) -> exp.Expr:
    return exp.Is(this=node, expression=exp.Not(this=exp.Null()))


_UNITS = (("HOURS", 3_600_000_000), ("MINUTES", 60_000_000), ("SECONDS", 1_000_000))


def elapsed(microseconds: int) -> tuple[int, str]:
    """A time as a count of the largest unit that it is whole in.

    Never days: a day of a calendar may have 23 or 25 hours.
    """
    for unit, size in _UNITS:
        if microseconds % size == 0:
            return microseconds // size, unit
    return microseconds, "MICROSECONDS"


def interval(microseconds: int) -> exp.Expr:
    """Elapsed time."""
    count, unit = elapsed(microseconds)
    return exp.Interval(this=text(str(count)), unit=exp.Var(this=unit))


def moment(time: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A time as it is compared with moved ones.

    In BigQuery it is microseconds: a time that would be outside of the calendar ends the query.
    """
    return micros_of(time) if dialect == BIGQUERY else time


def later(time: exp.Expr, microseconds: int, dialect: Dialect) -> exp.Expr:
    """A time moved by elapsed time, which may be negative: a `moment`."""
    return moved(moment(time, dialect), microseconds, dialect)


def moved(time: exp.Expr, microseconds: int, dialect: Dialect) -> exp.Expr:
    """A `moment` moved by elapsed time, which may be negative."""
    if microseconds == 0:
        return time
    if dialect == SNOWFLAKE:
        count, unit = elapsed(microseconds)
        return function("DATEADD", exp.Var(this=unit.removesuffix("S")), number(count), time)
    if dialect == REDSHIFT:
        return _in_steps(time, microseconds)
    move = exp.Add if microseconds > 0 else exp.Sub
    if dialect == BIGQUERY:
        return move(this=time, expression=number(abs(microseconds)))
    if dialect.name != "spark":
        return move(this=operand(time), expression=interval(abs(microseconds)))
    # An interval of 24 hours is a day there, which has 23 or 25 hours in some zone of the session.
    return from_micros(move(this=micros_of(time), expression=number(abs(microseconds))))


def _in_steps(time: exp.Expr, microseconds: int) -> exp.Expr:
    """A time of Redshift moved by steps of 32 bits."""
    sign, rest = (1, microseconds) if microseconds > 0 else (-1, -microseconds)
    for unit, size in (("HOUR", 3_600_000_000), ("SECOND", 1_000_000), ("MICROSECOND", 1)):
        count, rest = divmod(rest, size)
        if count:
            time = function("DATEADD", exp.Var(this=unit), number(sign * count), time)
    return time


def micros_of(time: exp.Expr) -> exp.Expr:
    """The microseconds of an instant since 1970 in Spark and BigQuery."""
    return function("UNIX_MICROS", time)


def from_micros(micros: exp.Expr) -> exp.Expr:
    """The instant so many microseconds after 1970 in Spark and BigQuery."""
    return function("TIMESTAMP_MICROS", micros)
