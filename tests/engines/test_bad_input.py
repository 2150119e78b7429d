"""What generated programs say about input that is not as it should be: one line, exit code 2."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import psycopg
import pytest

from alignc.artifacts.dataset import dataset_plan
from alignc.backends.polars.files import emit as emit_polars
from alignc.backends.pyspark.files import emit as emit_pyspark
from alignc.backends.sql.files import emit as emit_sql
from alignc.driver import job_of, optimized
from tests.engines import run
from tests.engines.everywhere import module_of
from tests.engines.test_points_in_time import NO_TIME, STATE

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

GOOD = pl.DataFrame(
    {"k": ["a"], "t": [datetime(2026, 1, 1, tzinfo=UTC)], "x": [1]},
)
ENTITIES = pl.DataFrame({"k": ["a"], "event_timestamp": [datetime(2026, 1, 1, tzinfo=UTC)]})


@pytest.fixture(params=["polars", "pyspark"])
def program(request: pytest.FixtureRequest, tmp_path: Path, spark: SparkSession) -> Path:
    module = module_of(STATE, tmp_path)
    contract = module.contract_by_name["m"]
    job = job_of(module, optimized(dataset_plan(module, contract)), contract, 1)
    emit = emit_polars if request.param == "polars" else emit_pyspark
    path = tmp_path / "generated" / "x" / "datasets" / "m.py"
    path.parent.mkdir(parents=True)
    path.write_text(emit(job))
    GOOD.write_parquet(tmp_path / "facts.parquet")
    ENTITIES.write_parquet(tmp_path / "entities.parquet")
    return path


def outcome(program: Path, *arguments: str) -> int:
    main = runpy.run_path(str(program))["main"]
    code: int = main(list(arguments))
    return code


def test_mistakes_are_one_line(
    program: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.parquet"
    given = ["--entities", str(tmp_path / "entities.parquet"), "--output", str(out)]

    def says(
        code: str,
        *words: str,
        source: pl.DataFrame | bytes | None = None,
        arguments: list[str] = given,
    ) -> None:
        capsys.readouterr()
        if isinstance(source, pl.DataFrame):
            source.write_parquet(tmp_path / "facts.parquet")
        elif isinstance(source, bytes):
            (tmp_path / "facts.parquet").write_bytes(source)
        assert outcome(program, *arguments) == 2
        error = capsys.readouterr().err.strip().split("\n")[-1]
        assert error.startswith(f"error: {code} "), error
        assert all(word in error for word in words), error
        assert not out.exists()
        assert not list(tmp_path.glob(".*"))

    says("ALN508", "NAME=PATH", "facts", arguments=[*given, "--source", "fact=x.parquet"])
    says("ALN501", "nowhere.parquet", arguments=[*given, "--source", "facts=nowhere.parquet"])
    says("ALN501", "the entity rows", arguments=["--entities", "nowhere.csv", "--output", str(out)])
    says("ALN504", '"x"', "k, t", source=GOOD.drop("x"))
    says("ALN505", '"x"', source=GOOD.with_columns(x=pl.lit(0.5)))
    says("ALN505", '"t"', source=GOOD.with_columns(t=pl.lit(5)))
    says("ALN502", "cannot be read", source=b"this is not parquet")
    GOOD.write_parquet(tmp_path / "facts.parquet")
    assert outcome(program, *given) == 0
    assert out.exists()


def test_an_output_that_cannot_be_written(
    program: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "out.parquet"
    given = ["--entities", str(tmp_path / "entities.parquet"), "--output", str(out)]
    assert outcome(program, *given) == 2
    assert "ALN507" in capsys.readouterr().err


def test_a_key_that_is_there_twice_ends_every_program(
    tmp_path: Path, postgres_url: str, spark: SparkSession, capsys: pytest.CaptureFixture[str]
) -> None:
    module = module_of(NO_TIME, tmp_path)
    contract = module.contract_by_name["m"]
    job = job_of(module, optimized(dataset_plan(module, contract)), contract, 1)
    people = pl.DataFrame(
        {"id": [1, 2, 2], "age": [3, 4, 5]}, schema={"id": pl.Int64, "age": pl.Int32}
    )
    entities = pl.DataFrame({"id": [2]})
    with pytest.raises(duckdb.Error, match="people: several rows have the key 2"):
        run.on_duckdb(emit_sql(job, "duckdb"), {"people": people}, entities, tmp_path)
    with pytest.raises(psycopg.Error, match="people: several rows have the key 2"):
        run.on_postgres(emit_sql(job, "postgres"), {"people": people}, entities, postgres_url)
    people.write_parquet(tmp_path / "people.parquet")
    entities.write_parquet(tmp_path / "entities.parquet")
    for emit in (emit_polars, emit_pyspark):
        path = tmp_path / f"{emit.__module__.split('.')[2]}.py"
        path.write_text(emit(job))
        arguments = [
            "--entities",
            str(tmp_path / "entities.parquet"),
            "--output",
            str(tmp_path / "o.parquet"),
        ]
        arguments += [f"--source=people={tmp_path / 'people.parquet'}"]
        assert outcome(path, *arguments) == 2
        assert "ALN506 people: several rows have the key 2" in capsys.readouterr().err
