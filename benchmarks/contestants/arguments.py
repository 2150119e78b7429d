"""The command line of a generated program."""

from __future__ import annotations

from benchmarks.task import Task
from benchmarks.works import WORKS


def arguments_of(task: Task) -> list[str]:
    sources = [f"--source={name}={task.source(name)}" for name in WORKS[task.work].tables]
    return [f"--entities={task.source('entities')}", f"--output={task.output}", *sources]
