"""One definition on all engines: the interpreter is right, and everybody else must agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from alignc.artifacts.dataset import dataset_plan
from alignc.artifacts.view import view_plan
from alignc.backends.job import Job
from alignc.backends.polars.files import emit as emit_polars
from alignc.backends.pyspark.files import emit as emit_pyspark
from alignc.backends.sql.files import emit as emit_sql
from alignc.driver import job_of, optimized
from alignc.frontend.loader import load_project
from alignc.interpreter import Row, interpret_dataset, interpret_view
from alignc.ir.module import Module
from tests.engines import run


@dataclass(frozen=True)
class Engines:
    """What is needed to run on all of them; tests get one from the fixture `engines`."""

    postgres_url: str
    folder: Path

    def runners(
        self, job: Job, sources: run.Frames, entities: pl.DataFrame | None
    ) -> dict[str, Callable[[], pl.DataFrame]]:
        polars = self._program("polars", emit_polars(job), job)
        pyspark = self._program("pyspark", emit_pyspark(job), job)
        return {
            "duckdb": lambda: run.on_duckdb(
                emit_sql(job, "duckdb"), sources, entities, self.folder
            ),
            "postgres": lambda: run.on_postgres(
                emit_sql(job, "postgres"), sources, entities, self.postgres_url
            ),
            "polars": lambda: run.on_polars(polars, sources, entities, self.folder),
            "pyspark": lambda: run.on_pyspark(pyspark, sources, entities, self.folder),
        }

    def _program(self, engine: str, text: str, job: Job) -> Path:
        path = (
            self.folder / "project" / "generated" / engine / f"{job.kind}s" / f"{job.plan.name}.py"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def check_view(
        self, module: Module, view: str, sources: run.Frames, *, optimize: bool = True
    ) -> list[dict[str, object]]:
        """All engines give what the interpreter gives, in any order; its rows are returned."""
        definition = module.view_by_name[view]
        plan = optimized(view_plan(module, definition), enabled=optimize)
        used = {scan.source for _, scan in plan.scans()}
        given = {name: frame for name, frame in sources.items() if name in used}
        expected = interpret_view(module, view, _rows(sources))
        job = job_of(module, plan, definition, 1)
        for engine, runner in self.runners(job, given, None).items():
            run.assert_same(expected, runner(), f"{view} on {engine}", ordered=False)
        return [dict(row) for row in expected]

    def check_dataset(
        self,
        module: Module,
        contract: str,
        sources: run.Frames,
        entities: pl.DataFrame,
        *,
        optimize: bool = True,
    ) -> list[dict[str, object]]:
        """All engines give what the interpreter gives, in the same order; its rows are returned."""
        definition = module.contract_by_name[contract]
        plan = optimized(dataset_plan(module, definition), enabled=optimize)
        used = {scan.source for _, scan in plan.scans()}
        given = {name: frame for name, frame in sources.items() if name in used}
        expected = interpret_dataset(module, contract, _rows(sources), entities.to_dicts())
        job = job_of(module, plan, definition, 1)
        for engine, runner in self.runners(job, given, entities).items():
            run.assert_same(expected, runner(), f"{contract} on {engine}", ordered=True)
        return [dict(row) for row in expected]


def _rows(sources: run.Frames) -> dict[str, list[Row]]:
    return {name: frame.to_dicts() for name, frame in sources.items()}


def module_of(text: str, folder: Path) -> Module:
    """The Module of definitions given as text; `from alignc import *` is put before them."""
    path = folder / "definitions.py"
    path.write_text(
        "from datetime import timedelta\nfrom alignc import *\n" + text, encoding="utf-8"
    )
    return load_project(folder, [path], "test").module
