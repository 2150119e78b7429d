"""The cases of what definitions mean: the interpreter and all engines give the expected values."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import duckdb
import polars as pl
import pytest

from alignc.artifacts.dataset import dataset_plan
from alignc.artifacts.view import view_plan
from alignc.backends.job import Job
from alignc.backends.sql.dialect import DUCKDB
from alignc.backends.sql.files import emit as emit_sql
from alignc.backends.sql.sources import emit_sources
from alignc.conformance import Case, Table, read_families
from alignc.conformance.case import Cell
from alignc.driver import job_of, optimized
from alignc.errors import DefinitionError
from alignc.interpreter import interpret_dataset, interpret_view
from alignc.ir.module import FileSource, Module
from alignc.ir.types import TIMESTAMP, DType
from tests.engines import run
from tests.engines.everywhere import Engines, module_of

CASES = [
    pytest.param(case, id=f"{case.rule}: {case.name}")
    for family in read_families()
    for case in family.cases
]
Rows = Sequence[Mapping[str, object]]


@pytest.mark.parametrize("case", CASES)
def test_a_case(
    engines: Engines, tmp_path: Path, capfd: pytest.CaptureFixture[str], case: Case
) -> None:
    if case.refused is not None:
        with pytest.raises(DefinitionError) as mistake:
            module_of(case.definitions, tmp_path)
        assert [d.code for d in mistake.value.diagnostics] == case.refused
        return
    module = module_of(case.definitions, tmp_path)
    shown = case.show or (module.contracts or module.views)[-1].name
    job = job_for(module, shown)
    failures = []
    for engine, runner in runners(case, module, job, engines, tmp_path).items():
        try:
            check(case, job, engine, runner, capfd)
        except Exception as failure:  # every engine has its say, whatever another one's is
            failures.append(f"{engine}: {type(failure).__name__}: {failure}")
    assert not failures, "\n\n".join(failures)


def check(
    case: Case,
    job: Job,
    engine: str,
    runner: Callable[[], pl.DataFrame],
    capfd: pytest.CaptureFixture[str],
) -> None:
    if case.error is not None:
        assert case.error in message_of(runner, capfd)
        return
    assert case.expect is not None
    columns = case.expect.columns
    types = {c.name: c.dtype for c in job.plan.write.columns}
    expected = [
        {c: value_of(cell, types.get(c)) for c, cell in zip(columns, row, strict=True)}
        for row in case.expect.rows
    ]
    found = runner().select(columns)
    run.assert_same(expected, found, engine, ordered=case.entities is not None)


def job_for(module: Module, shown: str) -> Job:
    if shown in module.contract_by_name:
        contract = module.contract_by_name[shown]
        return job_of(module, optimized(dataset_plan(module, contract)), contract, 1)
    view = module.view_by_name[shown]
    return job_of(module, optimized(view_plan(module, view)), view, 1)


def runners(
    case: Case, module: Module, job: Job, engines: Engines, folder: Path
) -> dict[str, Callable[[], pl.DataFrame]]:
    """How each engine and the interpreter run a case."""
    used = {scan.source for _, scan in job.plan.scans()}
    tables = {name: table for name, table in case.sources.items() if name in used}
    frames = {name: frame_of(table) for name, table in tables.items()}
    entities = frame_of(case.entities) if case.entities else None
    rows = {name: frame.to_dicts() for name, frame in frames.items()}

    def interpreted() -> pl.DataFrame:
        name = job.plan.name
        found: Rows = (
            interpret_view(module, name, rows)
            if entities is None
            else interpret_dataset(module, name, rows, entities.to_dicts())
        )
        columns = [c.name for c in job.plan.write.columns]
        columns = [*(entities.columns if entities is not None else ()), *columns]
        values = {c: pl.Series(c, [row[c] for row in found], strict=False) for c in columns}
        return pl.DataFrame(values)

    found = engines.runners(job, frames, entities)
    texts = {name: table.csv for name, table in tables.items() if table.csv is not None}
    if texts:
        # PostgreSQL reads tables: how a file becomes one is the loader's business.
        del found["postgres"]
        write_files(module, texts, folder)
        found |= {
            "duckdb": lambda: on_duckdb(module, job, folder),
            "polars": lambda: on_python(job, "polars", folder),
            "pyspark": lambda: on_python(job, "pyspark", folder),
        }
    return {"interpreter": interpreted, **found}


# -- csv files, which are read by the programs themselves


def write_files(module: Module, texts: Mapping[str, str], folder: Path) -> None:
    for name, text in texts.items():
        source = module.source_by_name[name]
        assert isinstance(source, FileSource)
        (folder / "project" / source.path).write_text(text, encoding="utf-8")


def on_duckdb(module: Module, job: Job, folder: Path) -> pl.DataFrame:
    connection = duckdb.connect()
    connection.execute(f"SET file_search_path = '{folder / 'project'}'")
    connection.execute(emit_sources(module, DUCKDB) or "")
    out = folder / "csv_duckdb.parquet"
    connection.execute(f"COPY ({emit_sql(job, 'duckdb')}) TO '{out}' (FORMAT parquet)")
    return pl.read_parquet(out)


def on_python(job: Job, engine: str, folder: Path) -> pl.DataFrame:
    program = folder / "project/generated" / engine / f"{job.kind}s/{job.plan.name}.py"
    out = folder / f"csv_{engine}.parquet"
    run.run_program(program, ["--output", str(out)])
    files = sorted(out.glob("part-*")) if out.is_dir() else [out]
    return pl.concat([pl.read_parquet(f) for f in files])


def message_of(runner: Callable[[], object], capfd: pytest.CaptureFixture[str]) -> str:
    """What a program says as it ends: the text of its exception and what it prints."""
    try:
        runner()
    except Exception as failure:  # each engine has a kind of its own
        printed = capfd.readouterr()
        return f"{failure} {printed.out} {printed.err}"
    raise AssertionError("the program does not end with an error")


# -- values

FLOATS = {"Float32": pl.Float32(), "Float64": pl.Float64()}
TYPES: dict[str, pl.DataType] = {
    **{f"Int{bits}": getattr(pl, f"Int{bits}")() for bits in (8, 16, 32, 64)},
    **{f"UInt{bits}": getattr(pl, f"UInt{bits}")() for bits in (8, 16, 32, 64)},
    **FLOATS,
    "Bool": pl.Boolean(),
    "String": pl.String(),
    "Timestamp": pl.Datetime("us", "UTC"),
    "Timestamp[ms]": pl.Datetime("ms", "UTC"),
    "Timestamp[us, naive]": pl.Datetime("us"),
}


def frame_of(table: Table) -> pl.DataFrame:
    if table.csv is not None:
        read = list(csv.DictReader(StringIO(table.csv)))
        schema = dict.fromkeys(read[0], pl.String())
        return pl.DataFrame([{k: v or None for k, v in r.items()} for r in read], schema=schema)
    values = zip(*table.rows, strict=True) if table.rows else ([] for _ in table.columns)
    columns = zip(table.columns.items(), values, strict=True)
    return pl.DataFrame(
        [
            pl.Series(name, [stored(cell, kind) for cell in cells], TYPES[kind])
            for (name, kind), cells in columns
        ]
    )


def stored(cell: Cell, kind: str) -> object:
    if kind.startswith("Timestamp") and isinstance(cell, str):
        return datetime.fromisoformat(cell)
    return float(cell) if kind in FLOATS and isinstance(cell, int) else cell


def value_of(cell: Cell, dtype: DType | None) -> object:
    """An expected cell; entity columns are as they were given."""
    if isinstance(cell, str) and (dtype == TIMESTAMP or (dtype is None and "T" in cell[:11])):
        return datetime.fromisoformat(cell).astimezone(UTC)
    return cell
