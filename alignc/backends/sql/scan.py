"""Reading a relation: its columns as values of their declared types."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlglot import exp

from alignc.backends.sql.builder import ENTITY, QueryBuilder
from alignc.backends.sql.conversions import as_embedding
from alignc.backends.sql.dialect import (
    BIGQUERY,
    DUCKDB,
    POSTGRES,
    REDSHIFT,
    Dialect,
    case,
    cast,
    column,
    function,
    identifier,
    interval,
    not_null,
    number,
    text,
    try_cast,
)
from alignc.backends.sql.expressions import Columns
from alignc.backends.sql.ops import clock
from alignc.backends.sql.ops.bigquery.reading import read_value
from alignc.backends.sql.ops.calendar import timestamp_literal
from alignc.backends.sql.ops.comparison import partition_key
from alignc.backends.sql.ops.redshift.casts import read_value as read_on_redshift
from alignc.backends.sql.ops.snowflake import time as snowflake
from alignc.backends.sql.ops.spark.casts import fitted
from alignc.backends.sql.ops.spark.time import as_clock, instant_at
from alignc.backends.sql.reading import read_time_text, read_unix_time
from alignc.backends.sql.select import Line, Select
from alignc.ir.module import TextTime, UnixTime
from alignc.ir.plan import Scan, ScanColumn
from alignc.ir.types import JSON, STRING, TIMESTAMP

# What the relation of a file in DuckDB calls the text that it has for a value.
TEXT_OF = "__text_{}"


def lower_scan(query: QueryBuilder, name: str, node: Scan, comment: tuple[str, ...]) -> None:
    """The CTEs that read a relation."""
    relation = query.name(node.source)
    at: Columns = column
    lines: list[Line] = []
    if node.others:
        number_rows = query.aliased(_row_number(node, query.dialect), node.row_id or "")
        everything = f"{relation}.*" if query.dialect.all_but else None
        rest = everything or f"{relation} AS {query.name(ENTITY)}"
        query.cte(
            query.entity_rows,
            Select((number_rows, Line(rest)), relation),
            ("The entity rows as they are, numbered.",),
        )
        relation = query.name(query.entity_rows)
        if query.dialect == POSTGRES:
            at = _entity_column
        lines.append(query.plain(node.row_id or ""))
    elif node.row_id is not None:
        lines.append(query.aliased(_row_number(node, query.dialect), node.row_id))
    for given in node.columns:
        if node.typed:
            lines.append(query.aliased(column(given.column), given.name))
            continue
        read = read_column(given, query.dialect, at)
        lines.append(query.aliased(read, given.name, given.doc))
    if not lines:
        lines.append(query.aliased(number(1), "__nothing"))
    zones = set() if node.typed else {c.time_zone for c in node.columns if _is_local(c)}
    if zones and node.row_id is None:
        note = f"Times without a zone are {' or '.join(sorted(zones))}."
        comment = (*comment, note)
    query.cte(name, Select(tuple(lines), relation), comment)


def read_column(given: ScanColumn, dialect: Dialect, at: Columns = column) -> exp.Expr:
    """A column of a relation, or the member of a struct in it, as a value of its declared type."""
    value = _stored(given, dialect, at)
    if given.asks == "unread":
        # A NaN that stands for a null is none.
        read = _read(given.model_copy(update={"nan_as_null": False}), value.copy(), dialect)
        if given.is_text and dialect == DUCKDB:
            value = at(TEXT_OF.format(given.column))
        return exp.and_(not_null(value), exp.Is(this=read, expression=exp.Null()), copy=False)
    return _read(given, value, dialect)


def _row_number(node: Scan, dialect: Dialect) -> exp.Expr:
    if dialect.name == "spark":
        # Spark numbers only rows in an order.
        return function("MONOTONICALLY_INCREASING_ID")
    order: exp.Expr | None = None
    if not dialect.reads_once:
        # Rows have an order there, or else other numbers whenever they are read.
        # As it is there if nothing is said.
        first = dialect == BIGQUERY
        order = exp.Order(
            expressions=[
                exp.Ordered(
                    this=partition_key(_stored(c, dialect), c.dtype, dialect), nulls_first=first
                )
                for c in node.columns
            ]
        )
    return exp.Window(this=exp.RowNumber(), order=order, over="OVER")


def _stored(given: ScanColumn, dialect: Dialect, at: Columns = column) -> exp.Expr:
    """A column of a relation, or the member of a struct in it, as it is there."""
    value = at(given.column)
    for member in given.path or ():
        if dialect.name in ("spark", "bigquery"):
            value = exp.Dot(this=value, expression=identifier(member))
        else:
            value = function("STRUCT_EXTRACT", value, text(member))
    return value


def _entity_column(name: str) -> exp.Expr:
    return exp.Dot(this=exp.Paren(this=column(ENTITY)), expression=identifier(name))


def _read(given: ScanColumn, node: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A column of a source as a value of its declared type."""
    if dialect == BIGQUERY:
        return read_value(given, node, dialect)
    if dialect == REDSHIFT:
        return read_on_redshift(given, node, dialect)
    match given.times:
        case UnixTime(unit=unit):
            return read_unix_time(node, unit, dialect)
        case TextTime(format=format):
            time = read_time_text(node, format, dialect)
            if "%z" in format:
                return time
            if dialect.name == "spark":
                return _at_clock(time, given.time_zone, dialect)
            is_utc = given.time_zone == "UTC"
            at_utc = exp.AtTimeZone(this=time, zone=text("UTC"))
            return at_utc if is_utc else _at_local(time, given.time_zone, dialect)
        case None:
            pass
    if given.dtype == TIMESTAMP:
        return _read_timestamp(node, given.time_zone, dialect)
    if given.dtype in (STRING, JSON):
        return cast(node, STRING, dialect)
    if given.dtype.name == "Embedding":
        return as_embedding(node, given.dtype, dialect)
    value = try_cast(node, given.dtype, dialect)
    if dialect.name == "spark":
        value = fitted(value, None, given.dtype)
    if given.nan_as_null:
        return exp.Nullif(this=value, expression=cast(text("nan"), given.dtype, dialect))
    return value


def _is_local(given: ScanColumn) -> bool:
    """Whether a column may have times without a zone."""
    match given.times:
        case UnixTime():
            return False
        case TextTime(format=format):
            return "%z" not in format
        case None:
            return given.dtype == TIMESTAMP


def _read_timestamp(node: exp.Expr, zone: str, dialect: Dialect) -> exp.Expr:
    """An instant, from a time with a zone or from one without that is local to `zone`."""
    match dialect.name:
        case "spark":
            kind = function("TYPEOF", node)
            clock = _at_clock(as_clock(node.copy()), zone, dialect)
            instant = exp.If(this=text("timestamp"), true=cast(node.copy(), TIMESTAMP, dialect))
            return exp.Case(this=kind, ifs=[instant], default=clock)
        case "snowflake":
            exact = snowflake.whole_microseconds(node)
            if zone == "UTC":
                return exact
            has_no_zone = function("IS_TIMESTAMP_NTZ", function("TO_VARIANT", node.copy()))
            local = _at_snowflake_clock(exact.copy(), zone, dialect)
            return case((has_no_zone, local), otherwise=exact)
        case "duckdb":
            return _read_duckdb_timestamp(node, zone)
        case _:
            return _read_postgres_timestamp(node, zone)


def _read_duckdb_timestamp(node: exp.Expr, zone: str) -> exp.Expr:
    """EPOCH_US takes a time without a zone for UTC; AT TIME ZONE would look at a calendar for each row."""
    exact = function("MAKE_TIMESTAMPTZ", function("EPOCH_US", node))
    if zone == "UTC":
        return exact
    local = function("MAKE_TIMESTAMP", function("EPOCH_US", node.copy()))
    has_zone = exp.EQ(
        this=function("TYPEOF", node.copy()), expression=text("TIMESTAMP WITH TIME ZONE")
    )
    return case((has_zone, exact), otherwise=_at_local(local, zone, DUCKDB))


def _read_postgres_timestamp(node: exp.Expr, zone: str) -> exp.Expr:
    """By the type of the column: epochs are slow, and floats without the last microseconds of 9999."""
    local = exp.Cast(this=node.copy(), to=exp.DataType.build("TIMESTAMP", dialect="postgres"))
    if zone == "UTC":
        instant: exp.Expr = exp.AtTimeZone(this=local, zone=text("UTC"))
    else:
        instant = _at_local(local, zone, POSTGRES)
    regtype = exp.DataType.build("REGTYPE", dialect="postgres")
    has_zone = exp.EQ(
        this=function("PG_TYPEOF", node.copy()),
        expression=exp.Cast(this=text("timestamptz"), to=regtype),
    )
    return case((has_zone, node), otherwise=instant)


def _at_clock(clock: exp.Expr, zone: str, dialect: Dialect) -> exp.Expr:
    """The instant at which a clock shows a time in Spark, which takes the earlier one by itself."""
    return _in_calendar(instant_at(clock, zone, dialect), zone, dialect)


def _at_snowflake_clock(shown: exp.Expr, zone: str, dialect: Dialect) -> exp.Expr:
    """The instant at which a clock shows a time in Snowflake."""
    return _in_calendar(clock.instant_at(shown, zone, dialect), zone, dialect)


def _in_calendar(instant: exp.Expr, zone: str, dialect: Dialect) -> exp.Expr:
    """The instant of a local time, null where it is beyond the ends of the calendar."""
    outside = [(o, exp.Null()) for o in _outside(instant, zone, dialect)]
    return case(*outside, otherwise=instant) if outside else instant


def _at_local(local: exp.Expr, zone: str, dialect: Dialect) -> exp.Expr:
    """The instant of a local time, the earlier one if there are two; SQL would take the later.

    A day before, the clock was still as it is at the earlier one: 24 hours after that instant is
    what is looked for, if its local time is the right one.
    """
    day = interval(24 * 3_600_000_000)

    def at_zone(time: exp.Expr) -> exp.Expr:
        return exp.AtTimeZone(this=time, zone=text(zone))

    def day_before() -> exp.Expr:
        return exp.Paren(this=exp.Sub(this=local.copy(), expression=day.copy()))

    earlier = exp.Add(this=at_zone(day_before()), expression=day.copy())
    is_right = exp.EQ(this=at_zone(exp.Paren(this=earlier)), expression=local.copy())
    instant = at_zone(local.copy())
    outside = [(o, exp.Null()) for o in _outside(instant, zone, dialect)]
    return case(*outside, (is_right, earlier.copy()), otherwise=instant)


def _outside(instant: exp.Expr, zone: str, dialect: Dialect) -> Iterator[exp.Expr]:
    """How the instants of local times may be before the year 1, or after the year 9999."""
    at_first, at_last = (ZoneInfo(zone).utcoffset(t) for t in (datetime.min, datetime.max))
    if at_first and at_first > timedelta():
        first = timestamp_literal("0001-01-01 00:00:00Z", dialect)
        yield exp.LT(this=instant.copy(), expression=first)
    if at_last and at_last < timedelta():
        last = timestamp_literal("9999-12-31 23:59:59.999999Z", dialect)
        yield exp.GT(this=instant.copy(), expression=last)
