"""Spark SQL: SELECT statements of the dialect, run in the session that the tests share."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from alignc.ir.module import Module
from alignc.ir.plan import ENTITIES
from alignc.verify.engines import ReadsNoFilesError
from alignc.verify.programs import Program
from alignc.verify.rows import Frames

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Plans are interpreted, as they are. The session's clock is turned forth and back, which must not matter.
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "America/New_York",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


class SparkSql:
    """Runs SELECT statements over views of the given rows."""

    name = "spark"

    def __init__(self, session: SparkSession, folder: Path) -> None:
        self.session = session
        self.folder = folder
        self.files = itertools.count()

    def load(self, sources: Frames) -> None:
        for name, frame in sources.items():
            file = self.folder / f"rows_{next(self.files)}.parquet"
            frame.write_parquet(file)
            quoted = "`" + name.replace("`", "``") + "`"
            self.session.read.parquet(str(file)).createOrReplaceTempView(quoted)

    def load_files(self, module: Module, project: Path) -> None:
        raise ReadsNoFilesError("the dialect reads tables only")

    def run(self, program: Program, text: str, entities: pl.DataFrame | None) -> pl.DataFrame:
        if entities is not None:
            self.load({ENTITIES: entities})
        found = pl.from_arrow(self.session.sql(text).toArrow())
        assert isinstance(found, pl.DataFrame)
        return found


@contextmanager
def opened(session: SparkSession, folder: Path) -> Iterator[SparkSql]:
    """The engine; the session has its own settings again afterwards."""
    before = {key: session.conf.get(key) for key in SETTINGS}
    for key, value in SETTINGS.items():
        session.conf.set(key, value)
    try:
        yield SparkSql(session, folder)
    finally:
        for key, old in before.items():
            if old is not None:
                session.conf.set(key, old)
