"""dbt for the tests: one process for the whole run, a database for each test."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.dbt.project import Dbt, Project

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
        database = str(tmp_path / f"{name}.duckdb")
        if adapter == "postgres":
            with psycopg.connect(postgres_url, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
                connection.execute(f'CREATE DATABASE "{name}"')
            database = f"{postgres_url.rpartition('/')[0]}/{name}"
        return Project(dbt, folder, adapter, database)

    return make
