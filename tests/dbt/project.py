"""A dbt project in a folder of its own, run by real dbt on a database of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from tests.dbt.databases import Database
from tests.dbt.process import Dbt


@dataclass
class Project:
    """A project that has been written, and the database of its profile."""

    dbt: Dbt
    folder: Path
    database: Database
    log: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self._profiles.mkdir(parents=True, exist_ok=True)
        settings = yaml.safe_load((self.folder / "dbt_project.yml").read_text(encoding="utf-8"))
        profile = {"target": "test", "outputs": {"test": self.database.output()}}
        text = yaml.safe_dump({settings["profile"]: profile})
        (self._profiles / "profiles.yml").write_text(text, encoding="utf-8")

    def load(self, relations: Mapping[str, pl.DataFrame]) -> None:
        """Put tables into the database; those that are there are replaced."""
        self.database.load(relations)

    def run(self, *arguments: str, may_violate: bool = False) -> list[dict[str, Any]]:
        """What a command says of each node; AssertionError with its output if it fails."""
        code = self.try_to_run(*arguments, may_violate=may_violate)
        assert code == 0, self.log
        results = json.loads((self.folder / "target" / "run_results.json").read_text())
        found: list[dict[str, Any]] = results["results"]
        return found

    def try_to_run(self, *arguments: str, may_violate: bool = False) -> int:
        """The exit code of a command; `log` is its output.

        A warning is an error, except for that of a data test if the data may violate constraints.
        """
        log = self._profiles / "log.txt"
        warnings = ["--warn-error"]
        if may_violate:
            options = {"error": "all", "warn": ["LogTestResult"]}
            warnings = ["--warn-error-options", json.dumps(options)]
        given = [*warnings, "--no-use-colors", *arguments]
        code = self.dbt.run(self.folder, [*given, "--profiles-dir", str(self._profiles)], log)
        self.log = log.read_text(encoding="utf-8")
        return code

    def rows(self, relation: str) -> pl.DataFrame:
        """The rows of a relation."""
        return self.database.rows(relation)

    @property
    def _profiles(self) -> Path:
        return self.folder.parent / f"{self.folder.name}_profile"
