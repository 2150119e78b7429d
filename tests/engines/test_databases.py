"""Databases by other names than PostgreSQL's: one of this machine, one of another kind."""

from __future__ import annotations

import runpy
import sqlite3
from collections.abc import Callable
from pathlib import Path

import polars as pl
import psycopg
import pytest
from pyspark.sql import SparkSession

from alignc.artifacts.view import view_plan
from alignc.backends.job import Job
from alignc.backends.polars.files import emit as emit_polars
from alignc.backends.pyspark.files import emit as emit_pyspark
from alignc.driver import job_of, optimized
from alignc.verify.engines.postgres import load_table
from tests.engines.everywhere import module_of

VIEW = """
@feature_view(name="v", source={source})
class V:
    id = Int64().as_entity()
    x = Float()
    double = x * 2
"""
STORED = pl.DataFrame({"id": [1, 2], "x": [2.5, None], "other": ["a", "b"]})
MADE = [{"id": 1, "x": 2.5, "double": 5.0}, {"id": 2, "x": None, "double": None}]


def program(source: str, emit: Callable[[Job], str], folder: Path) -> Callable[[list[str]], int]:
    """The `main` of the program of a view over a table."""
    module = module_of(VIEW.format(source=source), folder)
    view = module.view_by_name["v"]
    path = folder / "v.py"
    path.write_text(emit(job_of(module, optimized(view_plan(module, view)), view, 1)))
    main: Callable[[list[str]], int] = runpy.run_path(str(path))["main"]
    return main


def test_a_database_of_this_machine_unless_the_environment_says_otherwise(
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS public.facts")
        load_table(connection, "facts", STORED)
    out = tmp_path / "out.parquet"
    main = program('PostgreSQLConfig.localhost("my shop").table("facts")', emit_polars, tmp_path)
    asked: list[str] = []

    def nothing_there(query: str, uri: str) -> pl.DataFrame:
        asked.append(uri)
        raise RuntimeError("nobody answers")

    with monkeypatch.context() as patched:
        patched.setattr(pl, "read_database_uri", nothing_there)
        assert main(["--output", str(out)]) == 2
    assert asked == ["postgresql://localhost:5432/my%20shop"]
    assert "ALN502 source facts cannot be read: nobody answers" in capsys.readouterr().err
    monkeypatch.setenv("MY_SHOP_DATABASE_URL", postgres_url)
    assert main(["--output", str(out)]) == 0
    assert pl.read_parquet(out).sort("id").to_dicts() == MADE


def test_polars_reads_what_it_has_a_driver_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, out = tmp_path / "shop.db", tmp_path / "out.parquet"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE facts (id INTEGER, x REAL, other TEXT)")
        connection.executemany("INSERT INTO facts VALUES (?, ?, ?)", STORED.rows())
    main = program('SqlDatabase("SHOP_URL").table("facts")', emit_polars, tmp_path)
    monkeypatch.setenv("SHOP_URL", f"sqlite://{file}")
    assert main(["--output", str(out)]) == 0
    assert pl.read_parquet(out).sort("id").to_dicts() == MADE


@pytest.mark.parametrize(
    "source",
    ['SqlDatabase("SHOP_DATABASE_URL")', 'PostgreSQLConfig.localhost("shop")'],
)
def test_pyspark_says_that_it_reads_postgresql_only(
    source: str,
    spark: SparkSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert spark is not None
    main = program(f'{source}.table("facts")', emit_pyspark, tmp_path)
    monkeypatch.setenv("SHOP_DATABASE_URL", "mysql://me@somewhere/shop")
    assert main(["--output", str(tmp_path / "out.parquet")]) == 2
    said = "error: ALN502 source facts cannot be read: mysql is not PostgreSQL"
    assert said in capsys.readouterr().err
