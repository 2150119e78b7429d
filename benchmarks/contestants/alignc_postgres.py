"""The SQL that alignc has written for PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from benchmarks.contestants.postgres_session import runs
from benchmarks.task import Prepared, Task


def prepare(task: Task) -> Prepared:
    file = Path(task.programs) / "generated/sql/postgres/datasets/model.sql"
    return runs(task, file.read_text(encoding="utf-8").rstrip().removesuffix(";"))
