"""Runs dbt commands in one Spark session; run by the Python of dbt's own environment.

The first argument is JSON with the settings of the session, which dbt finds as the one that is there. A line of JSON in,
a number out: that of `worker.py` for its commands, 0 for a table that was loaded from a file or saved to a folder.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any


def open_session(settings: dict[str, str]) -> Any:
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = importlib.import_module("pyspark.sql").SparkSession.builder.master("local[1]")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def answer(session: Any, worker: Any, runner: Any, command: dict[str, Any]) -> int:
    """What comes of a command."""
    if "table" not in command:
        code: int = worker.invoke(runner, **command)
        return code
    schema, name = ("`" + part.replace("`", "``") + "`" for part in command["table"])
    if "load" in command:
        session.sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        rows = session.read.parquet(command["load"])
        rows.write.mode("overwrite").saveAsTable(f"{schema}.{name}")
    else:
        session.table(f"{schema}.{name}").write.parquet(command["save"])
    return 0


if __name__ == "__main__":
    # What Spark and dbt print is no answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    session = open_session(json.loads(sys.argv[1]))
    worker: Any = importlib.import_module("worker")
    runner = worker.dbt_runner()
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        print(answer(session, worker, runner, json.loads(line)), file=answers, flush=True)
    session.stop()
