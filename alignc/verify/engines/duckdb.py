"""DuckDB, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from alignc.backends.sql.dialect import DUCKDB
from alignc.backends.sql.sources import emit_sources
from alignc.ir.module import Module, TableSource
from alignc.ir.plan import ENTITIES
from alignc.verify.engines import MissingEngineError
from alignc.verify.programs import Program
from alignc.verify.rows import Frames

if TYPE_CHECKING:
    import duckdb


@contextmanager
def open_duckdb(folder: Path) -> Iterator[DuckDB]:
    try:
        import duckdb
    except ImportError:
        raise MissingEngineError("the package duckdb is not installed") from None
    connection = duckdb.connect()
    # Far from UTC: the session's zone must not matter.
    connection.execute("SET TimeZone = 'Asia/Tokyo'")
    connection.execute("SET threads = 1")
    try:
        yield DuckDB(connection, folder)
    finally:
        connection.close()


class DuckDB:
    """Sources and entity rows are tables, the result comes back through a file."""

    name = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.connection = connection
        self.folder = folder
        self.tables: list[str] = []
        self.views: list[str] = []

    def load(self, sources: Frames) -> None:
        self._forget()
        for name, frame in sources.items():
            self.tables.append(name)
            self._create(name, frame)

    def load_files(self, module: Module, project: Path) -> None:
        self._forget()
        self.connection.execute(f"SET file_search_path = '{project}'")
        self.views = [s.name for s in module.sources if not isinstance(s, TableSource)]
        statements = emit_sources(module, DUCKDB)
        if statements is not None:
            self.connection.execute(statements)

    def _forget(self) -> None:
        # One that could not be made is not there.
        for table in self.tables:
            self.connection.execute(f"DROP TABLE IF EXISTS {quoted(table)}")
        for view in self.views:
            self.connection.execute(f"DROP VIEW IF EXISTS {quoted(view)}")
        self.tables, self.views = [], []

    def run(self, program: Program, text: str, entities: pl.DataFrame | None) -> pl.DataFrame:
        if entities is not None:
            self._create(ENTITIES, entities)
        out = self.folder / "out.parquet"
        try:
            self.connection.execute(f"COPY ({text}) TO '{out}' (FORMAT parquet)")
        finally:
            if entities is not None:
                self.connection.execute(f"DROP TABLE {quoted(ENTITIES)}")
        return pl.read_parquet(out)

    def _create(self, name: str, frame: pl.DataFrame) -> None:
        file = self.folder / "in.parquet"
        frame.write_parquet(file)
        self.connection.execute(
            f"CREATE TABLE {quoted(name)} AS SELECT * FROM read_parquet('{file}')"
        )


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
