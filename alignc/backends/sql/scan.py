"""Reading a relation: its columns as values of their declared types."""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.builder import ENTITY, ENTITY_ROWS, QueryBuilder
from alignc.backends.sql.dialect import (
    DUCKDB,
    POSTGRES,
    Dialect,
    case,
    cast,
    column,
    function,
    identifier,
    number,
    text,
    try_cast,
)
from alignc.backends.sql.expressions import Columns
from alignc.backends.sql.select import Line, Select
from alignc.ir.plan import ENTITIES, Scan, ScanColumn
from alignc.ir.types import STRING, TIMESTAMP


def lower_scan(query: QueryBuilder, name: str, node: Scan, comment: tuple[str, ...]) -> None:
    """The CTEs that read a relation."""
    relation = query.name(node.source)
    at: Columns = column
    lines: list[Line] = []
    if node.others:
        number_rows = query.aliased(_row_number(), node.row_id or "")
        everything = f"{relation}.*" if query.dialect == DUCKDB else None
        rest = everything or f"{relation} AS {query.name(ENTITY)}"
        query.cte(
            ENTITY_ROWS,
            Select((number_rows, Line(rest)), relation),
            ("The entity rows as they are, numbered.",),
        )
        relation = query.name(ENTITY_ROWS)
        if query.dialect == POSTGRES:
            at = _entity_column
        lines.append(query.plain(node.row_id or ""))
    for given in node.columns:
        read = _read(given, at(given.column), query.dialect)
        lines.append(query.aliased(read, given.name, given.doc))
    if not lines:
        lines.append(query.aliased(number(1), "__nothing"))
    zones = {c.time_zone for c in node.columns if c.dtype == TIMESTAMP}
    if zones and node.source != ENTITIES:
        note = f"Times without a zone are {' or '.join(sorted(zones))}."
        comment = (*comment, note)
    query.cte(name, Select(tuple(lines), relation), comment)


def _row_number() -> exp.Expr:
    return exp.Window(this=exp.RowNumber(), over="OVER")


def _entity_column(name: str) -> exp.Expr:
    return exp.Dot(this=exp.Paren(this=column(ENTITY)), expression=identifier(name))


def _read(given: ScanColumn, node: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A column of a source as a value of its declared type."""
    if given.dtype == TIMESTAMP:
        return _read_timestamp(node, given.time_zone, dialect)
    if given.dtype == STRING:
        return cast(node, STRING, dialect)
    return try_cast(node, given.dtype, dialect)


def _read_timestamp(node: exp.Expr, zone: str, dialect: Dialect) -> exp.Expr:
    """An instant, from a time with a zone or from one without that is local to `zone`.

    EPOCH takes a time without a zone for UTC, and one with a zone for the instant that it is.
    """
    if dialect == DUCKDB:
        utc = function("MAKE_TIMESTAMP", function("EPOCH_US", node))
        kind = exp.EQ(
            this=function("TYPEOF", node.copy()), expression=text("TIMESTAMP WITH TIME ZONE")
        )
    else:
        epoch = exp.Extract(this=exp.Var(this="EPOCH"), expression=node)
        utc = function("TO_TIMESTAMP", epoch)
        kind = exp.EQ(
            this=cast(function("PG_TYPEOF", node.copy()), STRING, dialect),
            expression=text("timestamp with time zone"),
        )
    if zone == "UTC":
        return exp.AtTimeZone(this=utc, zone=text("UTC")) if dialect == DUCKDB else utc
    if dialect == POSTGRES:
        utc = exp.AtTimeZone(this=utc, zone=text("UTC"))
    place = case((kind, text("UTC")), otherwise=text(zone))
    return exp.AtTimeZone(this=utc, zone=place)
