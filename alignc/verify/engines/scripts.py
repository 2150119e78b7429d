"""Polars and PySpark: programs are files, run in this process as if alignc were not there."""

from __future__ import annotations

import contextlib
import io
import os
import runpy
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zlib import crc32

import polars as pl

from alignc.ir.module import FileSource, Module
from alignc.verify.engines import MissingEngineError
from alignc.verify.programs import Program
from alignc.verify.rows import Frames

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class ProgramError(Exception):
    """A program ended with an error of its own; the message is what it said."""


@contextmanager
def without_alignc() -> Iterator[None]:
    """Any import of alignc fails."""
    hidden = {n: m for n, m in sys.modules.items() if n == "alignc" or n.startswith("alignc.")}
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    sys.modules["alignc"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        sys.modules.pop("alignc", None)
        sys.modules.update(hidden)


def run_script(path: Path, arguments: list[str]) -> None:
    """Run a generated program; ProgramError if it says that something is wrong."""
    said = io.StringIO()
    with without_alignc(), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            code = runpy.run_path(str(path))["main"](arguments)
        except pl.exceptions.PanicException as error:
            # It is no `Exception`.
            raise ProgramError(f"Polars panics: {error}") from error
    if code != 0:
        raise ProgramError(said.getvalue().strip())


class Polars:
    """Runs Polars programs."""

    name = "polars"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, Path] = {}

    def load(self, sources: Frames) -> None:
        self.files = {}
        for number, (name, frame) in enumerate(sources.items()):
            file = self.folder / f"source_{number}.parquet"
            frame.write_parquet(file)
            self.files[name] = file

    def load_files(self, module: Module, project: Path) -> None:
        files = [source for source in module.sources if isinstance(source, FileSource)]
        self.files = {source.name: project / source.path for source in files}

    def run(self, program: Program, text: str, entities: pl.DataFrame | None) -> pl.DataFrame:
        # The program takes the folder so many levels above it for the project's.
        path = self.folder / "project" / "generated" / self.name / "programs" / "program.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        out = self.folder / "out.parquet"
        arguments = ["--output", str(out)]
        for name in program.sources:
            # Else the program has the rows itself.
            if name in self.files:
                arguments += ["--source", f"{name}={self.files[name]}"]
        if entities is not None:
            file = self.folder / "entity_rows.parquet"
            entities.write_parquet(file)
            arguments += ["--entities", str(file)]
        arguments += self._partitions(text)
        run_script(path, arguments)
        return self._result(out)

    def _partitions(self, text: str) -> list[str]:
        """Some programs compute in partitions; which do is a matter of their text, so it is repeatable."""
        is_partitioned = '"--partitions"' in text and crc32(text.encode()) % 4 == 0
        return ["--partitions", "3"] if is_partitioned else []

    def _result(self, out: Path) -> pl.DataFrame:
        return pl.read_parquet(out)


# Rows are few and programs many: planning and compiling cost more than computing.
SMALL_SESSION: Final[Mapping[str, str]] = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.ui.liveUpdate.period": "-1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.dataFrameQueryContext.enabled": "false",
    "spark.python.sql.dataFrameDebugging.enabled": "false",
    "spark.sql.lightweightPlanChangeValidation": "false",
}
# Plans are interpreted, as they are. Every so many projects are run as Spark does by itself.
_QUICK: Final[Mapping[str, str]] = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
_AS_USUAL_EVERY = 8


class PySpark(Polars):
    """Runs PySpark programs in the session that is there, or quickly in one of its own."""

    name = "pyspark"

    def __init__(self, folder: Path, own: SparkSession | None = None) -> None:
        super().__init__(folder)
        self.own = own
        self.projects = 0

    def _partitions(self, text: str) -> list[str]:
        return []

    def load(self, sources: Frames) -> None:
        super().load(sources)
        if self.own is not None:
            is_usual = self.projects % _AS_USUAL_EVERY == 0
            for key, value in _QUICK.items():
                if is_usual:
                    self.own.conf.unset(key)
                else:
                    self.own.conf.set(key, value)
            self.projects += 1

    def _result(self, out: Path) -> pl.DataFrame:
        parts = [pl.read_parquet(file) for file in sorted(out.glob("part-*"))]
        shutil.rmtree(out)
        return pl.concat(parts)


@contextmanager
def open_pyspark(folder: Path) -> Iterator[PySpark]:
    """A small local session, unless there is one already."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise MissingEngineError("the package pyspark is not installed") from None
    if SparkSession.getActiveSession() is not None:
        yield PySpark(folder)
        return
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise MissingEngineError("there is no Java")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    settings = {
        **SMALL_SESSION,
        "spark.driver.memory": "2g",
        "spark.sql.warehouse.dir": str(folder),
    }
    builder = SparkSession.builder.master("local[2]").appName("alignc verify")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    try:
        yield PySpark(folder, session)
    finally:
        session.stop()
