"""Text for BigQuery, read by sqlglot and run by DuckDB: no proof, but it finds mistakes in the words.

What sqlglot says in DuckDB's words otherwise than BigQuery's documentation does is put right here, by
that documentation and not by the code that has written the text.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import sqlglot
from sqlglot import exp

from alignc.ir.module import FileSource, Module
from alignc.verify.engines import ReadsNoFilesError
from alignc.verify.engines.duckdb import DuckDB
from alignc.verify.programs import Program
from alignc.verify.rows import Frames

# Functions that DuckDB has not, with what BigQuery's are documented to give.
_MACROS = """
CREATE MACRO safe_add(a, b) AS TRY(a + b);
CREATE MACRO safe_subtract(a, b) AS TRY(a - b);
CREATE MACRO safe_multiply(a, b) AS TRY(a * b);
CREATE MACRO safe_negate(a) AS TRY(-a);
CREATE MACRO sign_of(a) AS CASE WHEN ISNAN(CAST(a AS DOUBLE)) THEN a ELSE SIGN(a) END;
CREATE MACRO whole_quotient(a, b) AS CAST(a AS HUGEINT) // CAST(b AS HUGEINT);
CREATE MACRO ieee_divide(a, b) AS CAST(a AS DOUBLE) / CAST(b AS DOUBLE);
CREATE MACRO clock_of(t, zone) AS CAST(t AS TIMESTAMPTZ) AT TIME ZONE zone;
CREATE MACRO instant_of(t, zone) AS CAST(t AS TIMESTAMP) AT TIME ZONE zone;
CREATE MACRO cut_clock(t, unit, zone) AS (
    DATE_TRUNC(unit, t AT TIME ZONE zone) AT TIME ZONE zone
);
CREATE MACRO cut_time(t, unit, zone) AS (
    t - ((t AT TIME ZONE zone) - DATE_TRUNC(unit, t AT TIME ZONE zone))
);
CREATE MACRO is_nan_there(a) AS
    COALESCE(TYPEOF(a) = 'DOUBLE' AND LOWER(CAST(a AS VARCHAR)) = 'nan', FALSE);
CREATE MACRO about_numbers(a, b, found, of_nan) AS CASE
    WHEN a IS NULL OR b IS NULL THEN NULL
    WHEN is_nan_there(a) OR is_nan_there(b) THEN of_nan
    ELSE found
END;
CREATE MACRO first_match(x, pattern) AS
    CASE WHEN REGEXP_MATCHES(x, pattern) THEN REGEXP_EXTRACT(x, pattern) END;
CREATE MACRO first_group(x, pattern) AS
    CASE WHEN REGEXP_MATCHES(x, pattern) THEN REGEXP_EXTRACT(x, pattern, 1) END;
"""
_PARTS = {"ISOWEEK": "WEEK", "DAYOFYEAR": "DOY"}
_HOURS = ("SECOND", "MINUTE", "HOUR")


def as_duckdb(text: str) -> str:
    """The statement in DuckDB's words."""
    tree = sqlglot.parse_one(text, dialect="bigquery")
    # From the leaves on: what is put in place of a node has what its parts have become.
    for node in reversed(list(tree.walk())):
        made = _said(node)
        if made is not node:
            node.replace(made)
    return tree.sql("duckdb")


def _said(node: exp.Expr) -> exp.Expr:
    match node:
        case exp.SafeFunc():
            return exp.Try(this=node.this)
        case exp.Datetime(args={"expression": zone}) if zone is not None:
            return _call("CLOCK_OF", node.this, zone)
        case exp.Timestamp(args={"zone": zone}) if zone is not None:
            return _call("INSTANT_OF", node.this, zone)
        case exp.Date(args={"zone": zone}) if zone is not None:
            clock = _call("CLOCK_OF", node.this, zone)
            return exp.Cast(this=clock, to=exp.DataType.build("DATE"))
        case exp.TimestampTrunc():
            unit = node.text("unit")
            name = "CUT_TIME" if unit in _HOURS else "CUT_CLOCK"
            word = exp.Literal.string(_PARTS.get(unit, unit))
            return _call(name, node.this, word, node.args["zone"])
        case exp.DateTrunc():
            unit = node.text("unit")
            made = _call("DATE_TRUNC", exp.Literal.string(_PARTS.get(unit, unit)), node.this)
            return exp.Cast(this=made, to=exp.DataType.build("DATE"))
        case exp.UnixToTime():
            return _call("MAKE_TIMESTAMPTZ", node.this)
        case exp.Extract() if node.name == "DAYOFWEEK":
            part = exp.Extract(this=exp.var("DOW"), expression=node.expression)
            return exp.paren(exp.Add(this=part, expression=exp.Literal.number(1)))
        case exp.Extract() if node.name in _PARTS:
            return exp.Extract(this=exp.var(_PARTS[node.name]), expression=node.expression)
        case exp.RegexpExtract():
            has_group = _has_group(node.expression.name)
            return _call("FIRST_GROUP" if has_group else "FIRST_MATCH", node.this, node.expression)
        case exp.Format():
            return _call("PRINTF", node.this, *node.expressions)
        case exp.DateAdd():
            step = _call("TO_DAYS", exp.cast(_number(node.expression), "INT"))
            moved = exp.Add(this=node.this, expression=step)
            return exp.Cast(this=exp.paren(moved), to=exp.DataType.build("DATE"))
        case exp.DataType(this=exp.DataType.Type.DECIMAL | exp.DataType.Type.BIGDECIMAL):
            # There is no room for all the digits that BigQuery has.
            scale = 9 if node.this == exp.DataType.Type.DECIMAL else 12
            return exp.DataType.build(f"DECIMAL(38, {scale})", dialect="duckdb")
        case exp.IgnoreNulls(this=exp.ArrayAgg() as array):
            return _array(array)
        case exp.EQ() | exp.NEQ() | exp.LT() | exp.LTE() | exp.GT() | exp.GTE():
            return _compared(node)
        case exp.Window(this=exp.RowNumber()) if not node.args.get("partition_by"):
            # Rows are numbered as they come: to tables of BigQuery that is nothing.
            return exp.Window(this=exp.RowNumber(), over="OVER")
        case exp.CountIf():
            # sqlglot would say SUM, which is null where there is none.
            return exp.Count(this=exp.Case(ifs=[exp.If(this=node.this, true=exp.true())]))
        case exp.IntDiv():
            return _call("WHOLE_QUOTIENT", node.this, node.expression)
        case exp.Sign():
            return _call("SIGN_OF", node.this)
        case exp.Cast(to=exp.DataType(this=exp.DataType.Type.DECIMAL)) if not node.args.get("safe"):
            # Null in place of a number that BigQuery would have room for.
            return exp.TryCast(this=node.this, to=node.args["to"])
        case exp.Log(args={"expression": None}):
            return _call("LOG10", node.this)
        case _:
            return node


def _compared(node: exp.Binary) -> exp.Expr:
    """A comparison, which is false of NaN in BigQuery, or true if it asks for a difference."""
    if node.find_ancestor(exp.Join) is not None or _is_constant(node.this, node.expression):
        return node
    of_nan = exp.Boolean(this=isinstance(node, exp.NEQ))
    return _call("ABOUT_NUMBERS", node.this.copy(), node.expression.copy(), node.copy(), of_nan)


def _is_constant(*sides: exp.Expr) -> bool:
    return any(isinstance(s, exp.Literal) and s.is_string for s in sides)


def _array(array: exp.ArrayAgg) -> exp.Expr:
    """The array of what is not null; of all elements where BigQuery is to take the first one."""
    order = array.this.this if isinstance(array.this, exp.Limit) else array.this
    value = order.this
    is_there = exp.Not(this=exp.Is(this=value.copy(), expression=exp.null()))
    made = exp.Anonymous(this="ARRAY_AGG", expressions=[order])
    return exp.Filter(this=made, expression=exp.Where(this=is_there))


def _has_group(pattern: str) -> bool:
    return any(
        pattern[i] == "(" and pattern[i + 1 : i + 2] != "?" and (i == 0 or pattern[i - 1] != "\\")
        for i in range(len(pattern))
    )


def _number(node: exp.Expr) -> exp.Expr:
    return exp.Literal.number(node.name) if isinstance(node, exp.Literal) else node


def _call(name: str, *args: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(args))


class TranslatedBigQuery:
    """Runs SELECT statements for BigQuery on DuckDB."""

    name = "bigquery"

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.engine = DuckDB(connection, folder)
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET threads = 1")
        for statement in _MACROS.split(";"):
            if statement.strip():
                connection.execute(statement)

    def load(self, sources: Frames) -> None:
        self.engine.load(sources)

    def load_files(self, module: Module, project: Path) -> None:
        """Files as tables of texts, which is how somebody may have loaded them."""
        tables = {}
        for source in module.sources:
            if not isinstance(source, FileSource) or source.format != "csv" or source.null_values:
                raise ReadsNoFilesError("BigQuery reads tables only")
            read = pl.read_csv(
                project / source.path, infer_schema=False, separator=source.separator
            )
            tables[source.name] = read.with_columns(pl.all().replace("", None))
        self.load(tables)

    def run(self, program: Program, text: str, entities: pl.DataFrame | None) -> pl.DataFrame:
        return self.engine.run(program, as_duckdb(text), entities)
