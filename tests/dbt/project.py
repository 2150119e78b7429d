"""A dbt project in a folder of its own, run by real dbt on a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import duckdb
import polars as pl
import psycopg
import yaml

from alignc.verify.engines.duckdb import quoted
from alignc.verify.engines.postgres import fetched, load_table

ROOT = Path(__file__).resolve().parents[2]
# Where relations are, in every database.
SCHEMA = "features"


def dbt_python() -> Path:
    """The Python of dbt's environment."""
    python = Path(os.environ.get("ALIGNC_DBT_PYTHON", ROOT / ".venv-dbt" / "bin" / "python"))
    assert python.exists(), f"dbt has an environment of its own, `make env` makes it: {python}"
    return python


class Dbt:
    """A process that runs dbt; tests get one from the fixture `dbt`."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [dbt_python(), Path(__file__).with_name("worker.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "PYTHONPATH": ""},
            text=True,
        )
        assert self._line() == "ready"

    def run(self, folder: Path, arguments: list[str], log: Path) -> int:
        assert self.process.stdin is not None
        command = {"folder": str(folder), "arguments": arguments, "log": str(log)}
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return int(self._line())

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@dataclass
class Project:
    """A project that has been written, and the database of its profile."""

    dbt: Dbt
    folder: Path
    adapter: str
    # The file of DuckDB, or the address of PostgreSQL.
    database: str
    log: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self._profiles.mkdir(parents=True, exist_ok=True)
        settings = yaml.safe_load((self.folder / "dbt_project.yml").read_text(encoding="utf-8"))
        profile = {"target": "test", "outputs": {"test": self._output()}}
        text = yaml.safe_dump({settings["profile"]: profile})
        (self._profiles / "profiles.yml").write_text(text, encoding="utf-8")

    def load(self, relations: Mapping[str, pl.DataFrame]) -> None:
        """Put tables into the database; those that are there are replaced."""
        if self.adapter == "postgres":
            with psycopg.connect(self.database, autocommit=True) as connection:
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
                connection.execute(f"SET search_path = {SCHEMA}")
                for name, frame in relations.items():
                    connection.execute(f"DROP TABLE IF EXISTS {quoted(name)} CASCADE")
                    load_table(connection, name, frame)
            return
        with duckdb.connect(self.database) as connection:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            for name, frame in relations.items():
                connection.register("given", frame.to_arrow())
                place = f"{SCHEMA}.{quoted(name)}"
                connection.execute(f"CREATE OR REPLACE TABLE {place} AS SELECT * FROM given")
                connection.unregister("given")

    def run(self, *arguments: str, may_violate: bool = False) -> list[dict[str, Any]]:
        """What a command says of each node; AssertionError with its output if it fails."""
        code = self.try_to_run(*arguments, may_violate=may_violate)
        assert code == 0, self.log
        results = json.loads((self.folder / "target" / "run_results.json").read_text())
        found: list[dict[str, Any]] = results["results"]
        return found

    def try_to_run(self, *arguments: str, may_violate: bool = False) -> int:
        """The exit code of a command; `log` is its output.

        A warning is an error, except for that of a data test if the data may violate constraints.
        """
        log = self._profiles / "log.txt"
        warnings = ["--warn-error"]
        if may_violate:
            options = {"error": "all", "warn": ["LogTestResult"]}
            warnings = ["--warn-error-options", json.dumps(options)]
        given = [*warnings, "--no-use-colors", *arguments]
        code = self.dbt.run(self.folder, [*given, "--profiles-dir", str(self._profiles)], log)
        self.log = log.read_text(encoding="utf-8")
        return code

    def rows(self, relation: str) -> pl.DataFrame:
        """The rows of a relation."""
        query = f"SELECT * FROM {SCHEMA}.{quoted(relation)}"
        if self.adapter == "postgres":
            with psycopg.connect(self.database, autocommit=True) as connection:
                return fetched(connection, query)
        with duckdb.connect(self.database, read_only=True) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            out = self._profiles / "rows.parquet"
            connection.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet)")
            return pl.read_parquet(out)

    @property
    def _profiles(self) -> Path:
        return self.folder.parent / f"{self.folder.name}_profile"

    def _output(self) -> dict[str, object]:
        if self.adapter == "duckdb":
            settings = {"TimeZone": "Asia/Tokyo"}
            return {
                "type": "duckdb",
                "path": self.database,
                "schema": SCHEMA,
                "threads": 2,
                "settings": settings,
            }
        url = urlparse(self.database)
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
