"""Snowflake's text as DuckDB understands it: read by sqlglot as Snowflake's, printed for DuckDB, and run.

It finds mistakes in our words. It proves nothing about Snowflake: what sqlglot and this file take a word for
is what is run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import sqlglot
from sqlglot import exp

from alignc.ir.module import Module
from alignc.ir.plan import ENTITIES
from alignc.ir.types import DATE, INTEGERS, UINT64, DType
from alignc.verify.engines import ReadsNoFilesError
from alignc.verify.programs import Program
from alignc.verify.rows import Frames

# What sqlglot has no word for in DuckDB, or another one than Snowflake means.
_MACROS = """
CREATE MACRO even_quotient(x, y) AS
    CASE WHEN x % y <> 0 THEN error('a quotient with a fraction') ELSE x // y END;
CREATE MACRO place_of_match(x, pattern) AS
    CASE WHEN regexp_matches(x, pattern) THEN 1 ELSE CASE WHEN x IS NOT NULL THEN 0 END END;
CREATE MACRO first_match(x, pattern, of_group) AS
    CASE WHEN regexp_matches(x, pattern) THEN regexp_extract(x, pattern, of_group) END;
CREATE MACRO kind_of(x) AS CASE json_type(x)
    WHEN 'BIGINT' THEN 'INTEGER' WHEN 'UBIGINT' THEN 'INTEGER' ELSE json_type(x) END;
"""


class SnowflakeText:
    """Sources and entity rows are tables, whose whole numbers have 128 bits."""

    name = "snowflake"

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.connection = connection
        self.folder = folder

    def load(self, sources: Frames) -> None:
        for name, frame in sources.items():
            file = self.folder / "in.parquet"
            frame.write_parquet(file)
            columns = ", ".join(
                f"{_quoted(n)}::{_STORED[kind]} AS {_quoted(n)}" if kind in _STORED else _quoted(n)
                for n, kind in zip(frame.columns, map(str, frame.dtypes), strict=True)
            )
            self.connection.execute(
                f"CREATE OR REPLACE TABLE {_quoted(name)} AS "
                f"SELECT {columns} FROM read_parquet('{file}')"
            )

    def load_files(self, module: Module, project: Path) -> None:
        raise ReadsNoFilesError("the dialect reads tables only")

    def run(self, program: Program, text: str, entities: pl.DataFrame | None) -> pl.DataFrame:
        if entities is not None:
            self.load({ENTITIES: entities})
        query = in_duckdb(text)
        described = self.connection.execute(f"DESCRIBE {query}").fetchall()
        types = {column.name: column.dtype for column in program.plan.write.columns}
        lines = ", ".join(_result(name, kind, types.get(name)) for name, kind, *_ in described)
        out = self.folder / "out.parquet"
        self.connection.execute(
            f"COPY (SELECT {lines} FROM ({query}) AS made) TO '{out}' (FORMAT parquet)"
        )
        return pl.read_parquet(out)


_STORED = {
    **{f"{sign}Int{bits}": "HUGEINT" for sign in ("", "U") for bits in (8, 16, 32, 64)},
    "Float32": "DOUBLE",
}


def _result(name: str, kind: str, dtype: DType | None) -> str:
    """A column in a type that a file has; times are what the clock of UTC shows."""
    quoted = _quoted(name)
    if dtype == DATE:
        return f"{quoted}::DATE AS {quoted}"
    if kind == "TIMESTAMP":
        return f"{quoted} AT TIME ZONE 'UTC' AS {quoted}"
    if kind == "HUGEINT" or (dtype in INTEGERS and kind.startswith("DECIMAL")):
        return f"{quoted}::{'UBIGINT' if dtype == UINT64 else 'BIGINT'} AS {quoted}"
    return quoted


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def opened(folder: Path) -> Iterator[SnowflakeText]:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'America/New_York'")
    connection.execute("SET threads = 1")
    connection.execute(_MACROS)
    try:
        yield SnowflakeText(connection, folder)
    finally:
        connection.close()


def in_duckdb(text: str) -> str:
    """The query in DuckDB's words."""
    tree = sqlglot.parse_one(text, dialect="snowflake")
    # The innermost first: what is replaced is not looked into again.
    for node in reversed(list(tree.walk(bfs=False))):
        made = _translated(node)
        if made is not node:
            node.replace(made)
    return tree.sql(dialect="duckdb")


def _translated(node: exp.Expr) -> exp.Expr:
    """What sqlglot says otherwise than Snowflake means it, or not exactly."""
    match node:
        case exp.Cast() if node.to.this == exp.DataType.Type.BIGINT:
            return _whole_number(node)
        case exp.Cast(this=exp.Mul()) if node.to.this == exp.DataType.Type.DECIMAL:
            # A product that 64 bits do not hold: it is left out of what is compared.
            return exp.Try(this=node.copy())
        case exp.Cast(this=exp.JSONExtract() as value) if node.to.is_type("VARCHAR"):
            # A cast would leave the quotes.
            return exp.JSONExtractScalar(this=value.this, expression=value.expression)
        case exp.Anonymous() if node.name == "IS_TIMESTAMP_NTZ":
            kind = exp.Anonymous(this="TYPEOF", expressions=[node.expressions[0].this])
            return exp.EQ(this=kind, expression=exp.Literal.string("TIMESTAMP"))
        case exp.UnixToTime(this=exp.Round(this=exp.Div(this=exp.Extract() as part))):
            # Nanoseconds of far years do not fit into 64 bits.
            return _call("MAKE_TIMESTAMP", _call("EPOCH_US", part.expression))
        case exp.ToNumber(args={"format": exp.Literal()}):
            return exp.cast(
                exp.DPipe(this=exp.Literal.string("0x"), expression=node.this), "INT128"
            )
        case exp.ToChar():
            return _call("STRFTIME", node.this, exp.Literal.string("%Y-%m-%d"))
        case exp.Window(this=exp.RowNumber()) if not node.args.get("partition_by"):
            # Rows are numbered as they come: to tables of Snowflake that is nothing.
            return exp.Window(this=exp.RowNumber(), over="OVER")
        case exp.Typeof():
            return _call("kind_of", node.this)
        case exp.RegexpInstr():
            return _call("place_of_match", node.this, node.expression)
        case exp.RegexpExtract():
            group = node.args.get("group") or exp.Literal.number(0)
            return _call("first_match", node.this, node.expression, group)
        case _:
            return node


def _call(name: str, *args: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(args))


def _whole_number(node: exp.Cast) -> exp.Expr:
    """Whole numbers have more than 64 bits there; a quotient that is cast to one divides evenly."""
    value = node.this
    if isinstance(value, exp.Div):
        return _call("even_quotient", value.this, value.expression)
    return exp.Cast(this=value, to=exp.DataType.build("INT128", dialect="duckdb"))
