"""Delta Lake tables: Polars programs read them, PostgreSQL has a table, other targets are refused."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from alignc.artifacts.view import view_plan
from alignc.backends.job import Job
from alignc.backends.polars.files import emit as emit_polars
from alignc.backends.sql.dialect import POSTGRES
from alignc.backends.sql.files import emit as emit_sql
from alignc.backends.sql.sources import emit_sources
from alignc.backends.support import unsupported_features
from alignc.driver import job_of, optimized
from alignc.interpreter import interpret_view
from alignc.ir.module import Module
from tests.engines import run
from tests.engines.everywhere import module_of

DEFINITIONS = """
@feature_view(
    name="visits", source=FileSource.directory("lake").delta_at("visits/", {"Day": "t"})
)
class Visits:
    shop = String().as_entity()
    t = EventTimestamp(time_zone="Europe/Oslo")
    amount = Decimal(10, 2)
    tags = List(String())
    n = tags.length()
    so_far = amount.aggregate().over(days=2).sum()
"""


def visits(*days: int) -> pl.DataFrame:
    times = [datetime(2026, 1, day, 12) for day in days]
    return pl.DataFrame(
        {
            "shop": ["a" if day % 2 else None for day in days],
            "Day": times,
            "amount": [f"{day}.25" for day in days],
            "tags": [["x", None] if day % 2 else None for day in days],
        }
    ).with_columns(pl.col("amount").cast(pl.Decimal(10, 2)))


def job_for(module: Module) -> Job:
    view = module.view_by_name["visits"]
    return job_of(module, optimized(view_plan(module, view)), view, 1)


@pytest.fixture
def module(tmp_path: Path) -> Module:
    return module_of(DEFINITIONS, tmp_path)


def test_a_polars_program_reads_the_latest_version(
    module: Module, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "generated/polars/views/visits.py"
    program.parent.mkdir(parents=True)
    program.write_text(emit_polars(job_for(module)), encoding="utf-8")
    main = runpy.run_path(str(program))["main"]
    table, out = tmp_path / "lake/visits", tmp_path / "out.parquet"

    def found(*arguments: str) -> pl.DataFrame:
        assert main(["--output", str(out), *arguments]) == 0
        return pl.read_parquet(out)

    assert main(["--output", str(out)]) == 2
    assert f"ALN501 source visits: there is no file {table}" in capsys.readouterr().err
    table.mkdir(parents=True)
    assert main(["--output", str(out)]) == 2
    assert f"ALN502 source visits: {table} cannot be read: " in capsys.readouterr().err

    # What was overwritten is still in the folder.
    visits(8, 9).write_delta(table)
    visits(1, 2, 3).write_delta(table, mode="overwrite")
    visits(5).write_delta(table, mode="append")
    latest = visits(1, 2, 3, 5)
    wanted = interpret_view(module, "visits", {"visits": latest.to_dicts()})
    assert {row["t"] for row in wanted} >= {datetime(2026, 1, 1, 11, tzinfo=UTC)}
    run.assert_same(wanted, found(), "the table", ordered=False)

    latest.write_delta(tmp_path / "other", delta_write_options={"partition_by": ["shop"]})
    latest.write_parquet(tmp_path / "other.parquet")
    for path in ("other", "other.parquet"):
        there = found(f"--source=visits={tmp_path / path}")
        run.assert_same(wanted, there, path, ordered=False)


def test_in_postgres_it_is_a_table(module: Module, postgres_url: str) -> None:
    wanted = interpret_view(module, "visits", {"visits": visits(1, 2, 3).to_dicts()})
    there = run.on_postgres(
        emit_sql(job_for(module), "postgres"), {"visits": visits(1, 2, 3)}, None, postgres_url
    )
    run.assert_same(wanted, there, "postgres", ordered=False)
    assert 'CREATE TABLE IF NOT EXISTS "visits"' in (emit_sources(module, POSTGRES) or "")


def test_other_targets_are_refused(module: Module) -> None:
    view = module.view_by_name["visits"]
    plan = view_plan(module, view)
    said = {
        target: [(d.code, d.message) for d in unsupported_features(module, plan, view, target)]
        for target in ("duckdb", "postgres", "polars", "pyspark")
    }
    reads = "`visits` reads the delta table `visits`: "
    assert said == {
        "duckdb": [("ALN190", f"{reads}DuckDB has no delta tables without an extension")],
        "postgres": [],
        "polars": [],
        "pyspark": [("ALN190", f"{reads}PySpark has no delta tables without further jars")],
    }
