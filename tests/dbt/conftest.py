"""dbt for the tests: one process for the whole run, a database for each test."""

from __future__ import annotations

import itertools
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from alignc.verify.engines.scripts import SMALL_SESSION
from tests.dbt.databases import Database, DuckDb, Postgres, Spark
from tests.dbt.process import Dbt
from tests.dbt.project import Project
from tests.engines.spark_sql import SETTINGS

MakeProject = Callable[[Path, str], Project]


@pytest.fixture(scope="session")
def dbt() -> Iterator[Dbt]:
    process = Dbt()
    yield process
    process.stop()


@pytest.fixture
def make_project(dbt: Dbt, postgres_url: str, tmp_path: Path) -> MakeProject:
    """A project of a folder and an adapter, with an empty database."""
    numbers = itertools.count()

    def make(folder: Path, adapter: str) -> Project:
        name = f"{tmp_path.name}_{next(numbers)}".lower()
        database: Database = DuckDb(tmp_path / f"{name}.duckdb")
        if adapter == "postgres":
            with psycopg.connect(postgres_url, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
                connection.execute(f'CREATE DATABASE "{name}"')
            database = Postgres(f"{postgres_url.rpartition('/')[0]}/{name}")
        return Project(dbt, folder, database)

    return make


@pytest.fixture(scope="module")
def dbt_on_spark() -> Iterator[Dbt]:
    """dbt in a small Spark session in ANSI mode, whose clock is turned forth and back."""
    with tempfile.TemporaryDirectory(prefix="aln") as folder:
        settings = {
            **SMALL_SESSION,
            **SETTINGS,
            "spark.driver.memory": "2g",
            "spark.sql.catalogImplementation": "in-memory",
            "spark.sql.warehouse.dir": folder,
        }
        process = Dbt("spark_worker.py", json.dumps(settings))
        yield process
        process.stop()


@pytest.fixture
def make_spark_project(dbt_on_spark: Dbt, tmp_path: Path) -> Callable[[Path], Project]:
    """A project of a folder, built in the session."""
    return lambda folder: Project(dbt_on_spark, folder, Spark(dbt_on_spark, tmp_path))
