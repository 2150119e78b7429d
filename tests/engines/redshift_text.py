"""Redshift's text as DuckDB understands it: read by sqlglot as Redshift's, printed for DuckDB, and run.

It finds mistakes in our words. It proves nothing about Redshift: what sqlglot and this file take a word for
is what is run. What is known to be otherwise there is put right by its documentation: texts that differ in
spaces at their ends are equal, be it in a comparison, a group or an order (`redshift_spaces`).
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
from alignc.ir.types import DATE, INTEGERS, DType
from alignc.verify.engines import ReadsNoFilesError
from alignc.verify.programs import Program
from alignc.verify.rows import Frames
from tests.engines import redshift_spaces

# What sqlglot has no word for in DuckDB, or another one than Redshift means.
_MACROS = """
CREATE MACRO even_quotient(x, y) AS
    CASE WHEN x % y <> 0 THEN error('a quotient with a fraction') ELSE x // y END;
CREATE MACRO place_of_match(x, pattern) AS
    CASE WHEN regexp_matches(x, pattern) THEN 1 ELSE CASE WHEN x IS NOT NULL THEN 0 END END;
CREATE MACRO days_later(x, n) AS x + to_days(CAST(n AS INT));
CREATE MACRO hours_later(x, n) AS x + to_hours(CAST(n AS INT));
CREATE MACRO seconds_later(x, n) AS x + to_seconds(CAST(n AS INT));
CREATE MACRO microseconds_later(x, n) AS x + to_microseconds(CAST(n AS INT));
"""
_STEPS = ("DAY", "HOUR", "SECOND", "MICROSECOND")


class RedshiftText:
    """Sources and entity rows are tables."""

    name = "redshift"

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


_STORED = {"Int8": "SMALLINT", "UInt8": "SMALLINT", "UInt16": "INTEGER", "UInt32": "BIGINT"}


def _result(name: str, kind: str, dtype: DType | None) -> str:
    """A column in a type that a file has; times are what the clock of UTC shows."""
    quoted = _quoted(name)
    if dtype == DATE:
        return f"{quoted}::DATE AS {quoted}"
    if kind == "TIMESTAMP":
        return f"{quoted} AT TIME ZONE 'UTC' AS {quoted}"
    if dtype in INTEGERS:
        return f"{quoted}::BIGINT AS {quoted}"
    return quoted


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def opened(folder: Path) -> Iterator[RedshiftText]:
    connection = duckdb.connect()
    # Redshift's own: it has a say in columns that have a zone.
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET threads = 1")
    connection.execute(_MACROS + redshift_spaces.MACROS)
    try:
        yield RedshiftText(connection, folder)
    finally:
        connection.close()


def in_duckdb(text: str) -> str:
    """The query in DuckDB's words."""
    # sqlglot's function of that name cannot be printed in all places.
    tree = sqlglot.parse_one(text.replace("TRANSLATE(", "TRANSLATED("), dialect="redshift")
    orders = {group.expression.sql() for group in tree.find_all(exp.WithinGroup)}
    assert len(orders) <= 1, "all sorted aggregates of a statement have one order"
    for translated in (_translated, redshift_spaces.compared):
        # The innermost first: what is replaced is not looked into again.
        for node in reversed(list(tree.walk(bfs=False))):
            made = translated(node)
            if made is not node:
                node.replace(made)
    return tree.sql(dialect="duckdb")


def _translated(node: exp.Expr) -> exp.Expr:
    """What sqlglot says otherwise than Redshift means it, or not exactly."""
    match node:
        case exp.Cast(this=exp.Div() as quotient) if node.to.is_type("bigint", "int"):
            return _call("even_quotient", quotient.this, quotient.expression)
        case exp.Cast(this=exp.Mul()) if node.to.this == exp.DataType.Type.DECIMAL:
            # A product that 64 bits do not hold: it is left out of what is compared.
            return exp.Try(this=node.copy())
        case exp.FromBase():
            digits = exp.DPipe(this=exp.Literal.string("0x"), expression=node.this)
            return exp.cast(digits, "BIGINT")
        case exp.DataType(this=exp.DataType.Type.VARCHAR):
            return exp.DataType.build("TEXT")
        case exp.Anonymous() if node.name == "TRANSLATED":
            return _call("TRANSLATE", *node.expressions)
        case exp.DateAdd() | exp.TsOrDsAdd() if node.text("unit").upper() in _STEPS:
            return _call(f"{node.text('unit').lower()}s_later", node.this, node.expression)
        case exp.GroupConcat():
            # LISTAGG has nothing of an empty text, nor a separator beside it.
            some = exp.Nullif(this=node.this, expression=exp.Literal.string(""))
            return exp.GroupConcat(this=some, separator=node.args["separator"])
        case exp.RegexpInstr():
            return _call("place_of_match", node.this, node.expression)
        case exp.Log(args={"expression": None}):
            return _call("LOG10", node.this)
        case exp.Window(this=exp.RowNumber()) if not node.args.get("partition_by"):
            # Rows are numbered as they come: to tables of Redshift that is nothing.
            return exp.Window(this=exp.RowNumber(), over="OVER")
        case _:
            return node


def _call(name: str, *args: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(args))
