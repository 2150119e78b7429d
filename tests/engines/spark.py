"""Datasets on PySpark alone, in the session that tests share; the interpreter is right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from pyspark.sql import SparkSession

from alignc.artifacts.dataset import dataset_plan
from alignc.backends.pyspark.files import emit
from alignc.driver import job_of, optimized
from alignc.interpreter import interpret_dataset
from alignc.ir.module import Module
from alignc.ir.plan import AsOfJoin, Plan, WindowAggregate
from tests.engines import run
from tests.engines.everywhere import module_of


class Spark:
    """Runs datasets in the session that tests share."""

    def __init__(self, session: SparkSession, folder: Path) -> None:
        self.session, self.folder = session, folder

    def run(
        self, module: Module, plan: Plan, source: pl.DataFrame, asked: pl.DataFrame
    ) -> pl.DataFrame:
        job = job_of(module, plan, module.contract_by_name["m"], 1)
        program = self.folder / "project" / "generated" / "pyspark" / "datasets" / "m.py"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(emit(job), encoding="utf-8")
        return run.on_pyspark(program, {"events": source}, asked, self.folder)

    def check(
        self,
        text: str,
        source: pl.DataFrame,
        asked: pl.DataFrame,
        *,
        rows_per_key: int | None = None,
    ) -> list[dict[str, object]]:
        """The rows, which are those of the interpreter."""
        module = module_of(text, self.folder)
        plan = plan_of(module, rows_per_key)
        found = self.run(module, plan, source, asked)
        expected = interpret_dataset(module, "m", {"events": source.to_dicts()}, asked.to_dicts())
        run.assert_same(expected, found, "m on pyspark", ordered=True)
        return found.to_dicts()

    @contextmanager
    def partitions(self, count: int) -> Iterator[None]:
        """So many tasks, whatever they have to do."""
        settings = {
            "spark.sql.shuffle.partitions": str(count),
            "spark.sql.adaptive.enabled": "false",
        }
        before = {key: self.session.conf.get(key) for key in settings}
        for key, value in settings.items():
            self.session.conf.set(key, value)
        try:
            yield
        finally:
            for key, old in before.items():
                assert old is not None
                self.session.conf.set(key, old)


def plan_of(module: Module, rows_per_key: int | None = None) -> Plan:
    """The optimized plan; `rows_per_key` is what a project may say of its busiest key."""
    plan = optimized(dataset_plan(module, module.contract_by_name["m"]))
    if rows_per_key is None:
        return plan
    steps = [
        step.model_copy(
            update={"node": step.node.model_copy(update={"rows_per_key": rows_per_key})}
        )
        if isinstance(step.node, WindowAggregate | AsOfJoin)
        else step
        for step in plan.steps
    ]
    return Plan(name=plan.name, steps=tuple(steps))
