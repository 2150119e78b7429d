"""The PySpark program that alignc has written, in a session that is there before."""

from __future__ import annotations

import runpy

from benchmarks.contestants.arguments import arguments_of
from benchmarks.contestants.pyspark_session import opened, process_of
from benchmarks.task import Prepared, Task


def prepare(task: Task) -> Prepared:
    session = opened(task)
    program = runpy.run_path(f"{task.programs}/generated/pyspark/datasets/model.py")
    arguments = arguments_of(task)

    def work() -> None:
        assert program["main"](arguments) == 0

    return Prepared(work, session.stop, process_of(session))
