"""Projects of validation tests, and what their programs say."""

from __future__ import annotations

import contextlib
import io
import json
import runpy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from alignc.driver import compile_project
from alignc.settings import find_project
from alignc.verify.engines.scripts import without_alignc

SETTINGS = "name: shop\ndefinitions: definitions.py\n"


@dataclass(frozen=True)
class Said:
    """How a program ended, what it wrote on a terminal, and its report."""

    code: int
    text: str
    report: dict[str, Any]

    def failed(self) -> dict[str, int]:
        """How many rows fail each rule that some fail."""
        return {r["name"]: r["failed"] for r in self.report["rules"] if r["failed"]}


def write_project(
    folder: Path, definitions: str, frames: Mapping[str, pl.DataFrame], settings: str = SETTINGS
) -> Path:
    """A project with definitions, its data and all that is generated for it."""
    (folder / "alignc.yml").write_text(settings, encoding="utf-8")
    head = "from datetime import timedelta\nfrom alignc import *\n"
    (folder / "definitions.py").write_text(head + definitions, encoding="utf-8")
    (folder / "data").mkdir(exist_ok=True)
    for name, frame in frames.items():
        frame.write_parquet(folder / "data" / f"{name}.parquet")
    for output in compile_project(find_project(folder)).outputs:
        path = folder / "generated" / output.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(output.text, encoding="utf-8")
    return folder


def program(project: Path, target: str, name: str, kind: str = "views") -> Path:
    return project / "generated" / "validation" / target / kind / f"{name}.py"


def query(project: Path, dialect: str, name: str, kind: str = "views") -> str:
    """The text of a query; that of the rows which fail is called `<name>.failures`."""
    path = project / "generated" / "validation" / dialect / kind / f"{name}.sql"
    return path.read_text(encoding="utf-8")


def run(project: Path, target: str, name: str, *arguments: str, kind: str = "views") -> Said:
    """What the program of some rows says, run in this process as if alignc were not there."""
    report = project / f"{target}_{name}.json"
    report.unlink(missing_ok=True)
    out, path = io.StringIO(), program(project, target, name, kind)
    with without_alignc(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = runpy.run_path(str(path))["main"](["--report", str(report), *arguments])
    there = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    return Said(code, out.getvalue(), there)
