"""The databases that dbt projects are built in: a profile, tables to begin with, and what came of them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlparse

import duckdb
import polars as pl
import psycopg

from alignc.verify.engines.duckdb import quoted
from alignc.verify.engines.postgres import fetched, load_table
from tests.dbt.process import Dbt

# Where relations are, in every database.
SCHEMA = "features"


class Database(Protocol):
    """A database that dbt has an adapter for."""

    def output(self) -> dict[str, object]:
        """What a profile says of it."""

    def load(self, relations: Mapping[str, pl.DataFrame]) -> None:
        """Put tables into it; those that are there are replaced."""

    def rows(self, relation: str) -> pl.DataFrame:
        """The rows of a relation."""


@dataclass(frozen=True)
class DuckDb:
    """A file of DuckDB, whose session is far from UTC."""

    file: Path

    def output(self) -> dict[str, object]:
        return {
            "type": "duckdb",
            "path": str(self.file),
            "schema": SCHEMA,
            "threads": 2,
            "settings": {"TimeZone": "Asia/Tokyo"},
        }

    def load(self, relations: Mapping[str, pl.DataFrame]) -> None:
        with duckdb.connect(str(self.file)) as connection:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            for name, frame in relations.items():
                connection.register("given", frame.to_arrow())
                place = f"{SCHEMA}.{quoted(name)}"
                connection.execute(f"CREATE OR REPLACE TABLE {place} AS SELECT * FROM given")
                connection.unregister("given")

    def rows(self, relation: str) -> pl.DataFrame:
        with duckdb.connect(str(self.file), read_only=True) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            out = self.file.with_suffix(".parquet")
            query = f"SELECT * FROM {SCHEMA}.{quoted(relation)}"
            connection.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet)")
            return pl.read_parquet(out)


@dataclass(frozen=True)
class Postgres:
    """A database of a PostgreSQL server."""

    url: str

    def output(self) -> dict[str, object]:
        url = urlparse(self.url)
        return {
            "type": "postgres",
            "host": url.hostname,
            "port": url.port,
            "user": url.username,
            "password": url.password or "",
            "dbname": url.path.removeprefix("/"),
            "schema": SCHEMA,
            "threads": 2,
        }

    def load(self, relations: Mapping[str, pl.DataFrame]) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            connection.execute(f"SET search_path = {SCHEMA}")
            for name, frame in relations.items():
                connection.execute(f"DROP TABLE IF EXISTS {quoted(name)} CASCADE")
                load_table(connection, name, frame)

    def rows(self, relation: str) -> pl.DataFrame:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return fetched(connection, f"SELECT * FROM {SCHEMA}.{quoted(relation)}")


@dataclass(frozen=True)
class Spark:
    """The tables of the session in which dbt itself runs; files carry rows there and back."""

    dbt: Dbt
    folder: Path
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def output(self) -> dict[str, object]:
        # A host is asked for, and no one is called.
        return {
            "type": "spark",
            "method": "session",
            "host": "none",
            "schema": SCHEMA,
            "threads": 1,
        }

    def load(self, relations: Mapping[str, pl.DataFrame]) -> None:
        for name, frame in relations.items():
            file = self.folder / f"given_{next(self.numbers)}.parquet"
            frame.write_parquet(file)
            assert self.dbt.ask({"table": [SCHEMA, name], "load": str(file)}) == 0

    def rows(self, relation: str) -> pl.DataFrame:
        folder = self.folder / f"found_{next(self.numbers)}"
        assert self.dbt.ask({"table": [SCHEMA, relation], "save": str(folder)}) == 0
        return pl.concat([pl.read_parquet(file) for file in sorted(folder.glob("part-*"))])
