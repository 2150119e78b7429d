"""The example projects: what is committed is what alignc writes, and all engines agree on it."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from alignc import tree
from alignc.driver import compile_project
from alignc.interpreter import interpret_dataset, interpret_view
from alignc.ir.module import Module, module_from_json
from alignc.settings import find_project
from alignc.verify.engines.scripts import run_script
from tests.engines import run

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@dataclass(frozen=True)
class Example:
    """An example project with what its sources hold."""

    name: str
    # Tables of a database are given as files, as a user would.
    tables: tuple[str, ...] = ()
    # Datasets and the order in which the interpreter is asked for every n-th entity row.
    datasets: dict[str, int] = field(default_factory=dict)
    # Views with how many rows of the source the interpreter is asked to read.
    views: dict[str, int] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return EXAMPLES / self.name

    @property
    def generated(self) -> Path:
        return self.folder / "generated"

    @cached_property
    def module(self) -> Module:
        return module_from_json((self.generated / "ir.json").read_text(encoding="utf-8"))

    @cached_property
    def frames(self) -> dict[str, pl.DataFrame]:
        """The sources as they are read: the values of csv files are text."""
        frames: dict[str, pl.DataFrame] = {}
        for source in self.module.sources:
            path = self.folder / (
                source.path if source.kind == "file" else f"data/{source.name}.parquet"
            )
            if path.suffix == ".csv":
                with path.open(newline="", encoding="utf-8") as file:
                    rows = [{k: v or None for k, v in row.items()} for row in csv.DictReader(file)]
                frames[source.name] = pl.DataFrame(rows, infer_schema_length=None)
            elif path.exists():
                frames[source.name] = pl.read_parquet(path)
        return frames

    @cached_property
    def entities(self) -> pl.DataFrame:
        path = next((self.folder / "data").glob("entities.*"))
        return pl.read_csv(path) if path.suffix == ".csv" else pl.read_parquet(path)

    def sources_for(self, names: set[str]) -> list[str]:
        files = {n: self.folder / "data" / f"{n}.parquet" for n in self.tables if n in names}
        return [f"--source={name}={path}" for name, path in files.items()]


TAXI = Example(
    "taxi",
    tables=("departures", "arrivals"),
    datasets={"trip_duration": 400},
    views={"trip_departures": 31_279, "trip_arrivals": 31_279, "vendor_traffic": 1_500},
)
TITANIC = Example("titanic", datasets={"survival": 1}, views={"passenger": 891})
CREDIT = Example(
    "credit_scoring",
    datasets={"credit_scoring": 1, "home_equity": 20},
    views={"credit_history": 29_637, "zipcode": 28_844, "loan": 28_638, "home_owner_loan": 28_638},
)
ALL = (TAXI, TITANIC, CREDIT)

DATASETS = [pytest.param(e, d, id=d) for e in ALL for d in e.datasets]
VIEWS = [pytest.param(e, v, id=v) for e in ALL for v in e.views]


@pytest.mark.parametrize("example", ALL, ids=lambda e: e.name)
def test_the_committed_programs_are_what_the_definitions_say(example: Example) -> None:
    project = find_project(example.folder)
    assert tree.compare(project.output, compile_project(project)) == []


@pytest.mark.parametrize("example", ALL, ids=lambda e: e.name)
def test_every_view_and_contract_is_run_here(example: Example) -> None:
    assert set(example.views) == set(example.module.view_by_name)
    assert set(example.datasets) == set(example.module.contract_by_name)


@pytest.mark.slow
@pytest.mark.parametrize(("example", "name"), DATASETS)
def test_all_engines_give_the_same_dataset(
    example: Example, name: str, postgres_url: str, spark: SparkSession, tmp_path: Path
) -> None:
    found = on_all_engines(example, f"datasets/{name}", postgres_url, tmp_path)
    base = found.pop("duckdb")
    assert base.height == example.entities.height
    for engine, frame in found.items():
        run.assert_same(base, frame, f"{name} on {engine}", ordered=True)
    step = example.datasets[name]
    asked = example.entities.gather_every(step)
    rows = {source: frame.to_dicts() for source, frame in example.frames.items()}
    expected = interpret_dataset(example.module, name, rows, asked.to_dicts())
    run.assert_same(expected, base.gather_every(step), f"{name} and interpreter", ordered=True)


@pytest.mark.slow
@pytest.mark.parametrize(("example", "name"), VIEWS)
def test_all_engines_give_the_same_view(
    example: Example, name: str, postgres_url: str, spark: SparkSession, tmp_path: Path
) -> None:
    found = on_all_engines(example, f"views/{name}", postgres_url, tmp_path)
    base = found.pop("duckdb")
    for engine, frame in found.items():
        run.assert_same(base, frame, f"{name} on {engine}", ordered=False)
    rows = {s: f.head(example.views[name]).to_dicts() for s, f in example.frames.items()}
    expected = interpret_view(example.module, name, rows)
    if len(expected) < base.height:
        # The sources are in order of time: what came later does not change the first rows.
        time = example.module.view_by_name[name].event_timestamp
        assert time is not None
        last = max(t for row in expected if isinstance(t := row[time], datetime))
        expected = [row for row in expected if row[time] < last]  # type: ignore[operator]
        base = base.filter(pl.col(time) < last)
    run.assert_same(expected, base, f"{name} and interpreter", ordered=False)


def test_every_published_value_of_a_loan_comes_back(tmp_path: Path) -> None:
    """The published training table has a credit history and a ZIP code for each of the loans."""
    out = on_polars(CREDIT, "datasets/credit_scoring", tmp_path)
    assert out.height == 28_638
    history = [i.name for i in CREDIT.module.contract_by_name["credit_scoring"].inputs]
    assert len(history) == 21
    published = pl.read_parquet(CREDIT.folder / "data/credit_history.parquet")
    # Of a customer every row says the same, so any of them has the published values.
    one = published.unique("dob_ssn", keep="any").drop("event_timestamp", "created_timestamp")
    names = [n for n in history if n in one.columns]
    assert len(names) == 8
    both = out.join(one, on="dob_ssn", how="left", suffix="_published", maintain_order="left")
    for name in names:
        assert both[name].null_count() == 0
        assert (both[name] == both[f"{name}_published"]).all(), name
    zipcodes = pl.read_parquet(CREDIT.folder / "data/zipcode_table.parquet")
    both = out.join(zipcodes, on="zipcode", how="left", suffix="_published", maintain_order="left")
    for name in ("city", "state", "tax_returns_filed", "population", "total_wages"):
        assert both[name].null_count() == 0
        assert (both[name] == both[f"{name}_published"]).all(), name


def test_programs_run_where_alignc_cannot_be_imported(tmp_path: Path) -> None:
    program = TITANIC.generated / "polars/datasets/survival.py"
    code = (
        "import runpy, sys; sys.modules['alignc'] = None; "
        f"sys.argv = ['survival.py', '--entities', {str(TITANIC.folder / 'data/entities.csv')!r}, "
        f"'--output', 'out.csv']; runpy.run_path({str(program)!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "891 rows, 15 columns: out.csv\n"
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


# -- running the committed files


def on_all_engines(
    example: Example, program: str, postgres_url: str, folder: Path
) -> dict[str, pl.DataFrame]:
    return {
        "duckdb": on_duckdb(example, program, folder),
        "postgres": on_postgres(example, program, postgres_url),
        "polars": on_polars(example, program, folder),
        "pyspark": on_pyspark(example, program, folder),
    }


def on_duckdb(example: Example, program: str, folder: Path) -> pl.DataFrame:
    connection = duckdb.connect()
    out = folder / "duckdb.parquet"
    with inside(example.folder):
        sources = example.generated / "sql/duckdb/sources.sql"
        if sources.exists():
            for statement in sources.read_text(encoding="utf-8").split(";\n"):
                # Predictions are made by a model that this example does not have.
                if statement.strip():
                    connection.execute(statement)
        for table in example.tables:
            connection.execute(f"CREATE VIEW {table} AS FROM 'data/{table}.parquet'")
        entities = next(Path("data").glob("entities.*"))
        connection.execute(f"CREATE VIEW entities AS FROM '{entities}'")
        query = (example.generated / f"sql/duckdb/{program}.sql").read_text(encoding="utf-8")
        connection.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet)")
    return pl.read_parquet(out)


def on_postgres(example: Example, program: str, url: str) -> pl.DataFrame:
    query = (example.generated / f"sql/postgres/{program}.sql").read_text(encoding="utf-8")
    is_dataset = program.startswith("datasets/")
    return run.on_postgres(query, example.frames, example.entities if is_dataset else None, url)


def on_polars(example: Example, program: str, folder: Path) -> pl.DataFrame:
    out = folder / "polars.parquet"
    _run_program(example, "polars", program, out)
    return pl.read_parquet(out)


def on_pyspark(example: Example, program: str, folder: Path) -> pl.DataFrame:
    out = folder / "pyspark.parquet"
    _run_program(example, "pyspark", program, out)
    return pl.concat([pl.read_parquet(f) for f in sorted(out.glob("part-*"))])


def _run_program(example: Example, engine: str, program: str, out: Path) -> None:
    path = example.generated / engine / f"{program}.py"
    text = path.read_text(encoding="utf-8")
    used = {name for name in example.tables if f'"{name}": Table(' in text}
    arguments = ["--output", str(out), *example.sources_for(used)]
    if program.startswith("datasets/"):
        arguments += ["--entities", str(next((example.folder / "data").glob("entities.*")))]
    run_script(path, arguments)


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
