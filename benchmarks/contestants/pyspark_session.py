"""A Spark session that has done something before, in a virtual machine of its own."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from benchmarks.task import Task


def opened(task: Task) -> SparkSession:
    builder = SparkSession.builder.master(f"local[{task.threads}]").appName("benchmark")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "6g",
        "spark.sql.shuffle.partitions": str(2 * task.threads),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": task.scratch,
        "spark.local.dir": task.scratch,
    }
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    # The first job of a session starts much that is there for the next ones.
    session.range(1000).selectExpr("sum(id)").collect()
    for file in sorted(Path(task.data).glob("*.parquet")):
        session.read.parquet(str(file)).createOrReplaceTempView(file.stem)
    return session


def process_of(session: SparkSession) -> int:
    """The virtual machine."""
    jvm = session.sparkContext._jvm
    assert jvm is not None
    return int(jvm.java.lang.ProcessHandle.current().pid())


def write(frame: DataFrame, output: str) -> None:
    """As a folder of files."""
    frame.write.mode("overwrite").parquet(output)
