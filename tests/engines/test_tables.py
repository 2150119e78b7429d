"""A source that is a table is read from the database that the environment names."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import polars as pl
import psycopg
import pytest

from alignc.verify.engines.postgres import load_table
from tests.engines import run

TAXI = Path(__file__).resolve().parents[2] / "examples/taxi"


def test_a_polars_program_reads_tables(
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = TAXI / "generated/polars/views/trip_arrivals.py"
    arrivals = pl.read_parquet(TAXI / "data/arrivals.parquet")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS public.arrivals")
        load_table(connection, "arrivals", arrivals)
    out = tmp_path / "out.parquet"
    main = runpy.run_path(str(program))["main"]
    assert "TAXI_DATABASE_URL" not in os.environ
    assert main(["--output", str(out)]) == 2
    assert (
        "error: ALN503 source arrivals is a table: set TAXI_DATABASE_URL" in capsys.readouterr().err
    )
    monkeypatch.setenv("TAXI_DATABASE_URL", postgres_url)
    assert main(["--output", str(out)]) == 0
    from_table = pl.read_parquet(out)
    assert main(["--output", str(out), f"--source=arrivals={TAXI / 'data/arrivals.parquet'}"]) == 0
    run.assert_same(pl.read_parquet(out), from_table, "from the table", ordered=True)
    monkeypatch.setenv("TAXI_DATABASE_URL", "postgresql://postgres@127.0.0.1:1/nowhere")
    assert main(["--output", str(out)]) == 2
    assert "error: ALN502 source arrivals cannot be read" in capsys.readouterr().err
