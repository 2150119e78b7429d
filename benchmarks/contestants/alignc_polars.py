"""The Polars program that alignc has written."""

from __future__ import annotations

import runpy

import polars  # noqa: F401  its import is not the program's work

from benchmarks.contestants.arguments import arguments_of
from benchmarks.task import Prepared, Task


def prepare(task: Task) -> Prepared:
    program = runpy.run_path(f"{task.programs}/generated/polars/datasets/model.py")
    arguments = arguments_of(task)

    def work() -> None:
        assert program["main"](arguments) == 0

    return Prepared(work)
