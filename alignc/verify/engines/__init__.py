"""The engines that programs are run on; each is imported when it is opened.

An engine holds one connection or session for many runs, and leaves nothing behind between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import polars as pl

from alignc.errors import DefinitionError, Diagnostic
from alignc.ir.module import Module
from alignc.verify.programs import Program
from alignc.verify.rows import Frames


class MissingEngineError(Exception):
    """An engine is not on this machine; the message says what is missing."""


class ReadsNoFilesError(Exception):
    """An engine cannot read the files of a project by itself; the message says why."""


class OutOfRangeError(Exception):
    """An engine ended with an error where a float leaves its range, which its users know it for."""


class Engine(Protocol):
    """Runs the programs of one target."""

    @property
    def name(self) -> str: ...

    def load(self, sources: Frames) -> None:
        """Make the sources readable for the runs to come, in place of those before."""

    def load_files(self, module: Module, project: Path) -> None:
        """Make the files readable that the sources are in the folder of a project.

        ReadsNoFilesError if the engine reads tables only.
        """

    def run(self, program: Program, text: str, entities: pl.DataFrame | None) -> pl.DataFrame:
        """What a program gives; any exception of the engine if it ends with an error."""


@contextmanager
def opened(
    names: tuple[str, ...], folder: Path, postgres: str | None = None
) -> Iterator[dict[str, Engine]]:
    """The engines of the targets `names` with their files in `folder`; MissingEngineError."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(_opened(name, folder, postgres)) for name in names}


@contextmanager
def opened_if_found(
    names: Iterable[str], folder: Path, postgres: str | None, missing: dict[str, str]
) -> Iterator[dict[str, Engine]]:
    """The engines that this machine has; the reasons why others are not there go to `missing`."""
    with ExitStack() as stack:
        found: dict[str, Engine] = {}
        for name in names:
            try:
                found[name] = stack.enter_context(_opened(name, folder, postgres))
            except MissingEngineError as error:
                missing[name] = str(error)
        yield found


def refuse_missing(missing: Mapping[str, str]) -> None:
    """DefinitionError if an engine that was asked for is not there."""
    if missing:
        raise DefinitionError(
            Diagnostic("ALN807", f"{engine} is not here: {reason}")
            for engine, reason in missing.items()
        )


@contextmanager
def _opened(name: str, folder: Path, postgres: str | None) -> Iterator[Engine]:
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    match name:
        case "duckdb":
            from alignc.verify.engines.duckdb import open_duckdb

            with open_duckdb(place) as duckdb:
                yield duckdb
        case "postgres":
            from alignc.verify.engines.postgres import open_postgres

            with open_postgres(postgres) as server:
                yield server
        case "polars":
            from alignc.verify.engines.scripts import Polars

            yield Polars(place)
        case "pyspark":
            from alignc.verify.engines.scripts import open_pyspark

            with open_pyspark(place) as pyspark:
                yield pyspark
        case _:
            raise MissingEngineError(f"there is no engine for target {name}")
