"""The PySpark program that alignc has written, in a session that is there before."""

from __future__ import annotations

import runpy

from pyspark.sql import SparkSession

from benchmarks.contestants.arguments import arguments_of
from benchmarks.task import Prepared, Task


def prepare(task: Task) -> Prepared:
    builder = SparkSession.builder.master(f"local[{task.threads}]").appName("benchmark")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "6g",
        "spark.sql.shuffle.partitions": str(2 * task.threads),
        "spark.sql.warehouse.dir": task.scratch,
        "spark.local.dir": task.scratch,
    }
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    # The first job of a session starts much that is there for the next ones.
    session.range(1000).selectExpr("sum(id)").collect()
    program = runpy.run_path(f"{task.programs}/generated/pyspark/datasets/model.py")
    arguments = arguments_of(task)

    def work() -> None:
        assert program["main"](arguments) == 0

    return Prepared(work, session.stop)
