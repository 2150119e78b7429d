"""Projects whose datasets are compared, and what their programs say."""

from __future__ import annotations

import contextlib
import io
import json
import runpy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from alignc.driver import compile_project
from alignc.settings import find_project
from alignc.verify.engines.scripts import without_alignc

DEFINITIONS = """
from alignc import *

@feature_view(name="things", source=FileSource.parquet_at("things.parquet"))
class Things:
    id = Int64().as_entity()
    at = EventTimestamp()
    size = Float()
    count = Int32()
    price = Decimal(9, 2)
    took = Duration()
    kind = String()
    is_new = Bool()
    stars = Int64().accepted_values([1, 2, 3])
    seen = Timestamp()
    truth = Float()
    grade = String()
    rank = kind.ordinal_categories(["a", "b"])

@model_contract(
    name="model",
    input_features=[
        Things().size, Things().count, Things().price, Things().took,
        Things().kind, Things().is_new, Things().stars, Things().rank, Things().seen,
    ],
)
class Model:
    id = Int64().as_entity()
    guess = Things().truth.as_regression_label()
    guessed_grade = Things().grade.as_classification_label()
"""
SCHEMA = {
    "size": pl.Float64(),
    "count": pl.Int32(),
    "price": pl.Decimal(9, 2),
    "took": pl.Duration("us"),
    "kind": pl.String(),
    "is_new": pl.Boolean(),
    "stars": pl.Int64(),
    "rank": pl.Int32(),
    "guess": pl.Float64(),
    "guessed_grade": pl.String(),
    "truth": pl.Float64(),
    "grade": pl.String(),
}


@dataclass(frozen=True)
class Said:
    """How a program ended, what it wrote on a terminal, and its report."""

    code: int
    text: str
    report: dict[str, Any]

    def column(self, name: str) -> dict[str, Any]:
        (found,) = (c for c in self.report["columns"] if c["name"] == name)
        assert isinstance(found, dict)
        return found


def write_project(folder: Path, definitions: str = DEFINITIONS, settings: str = "") -> Path:
    """A project with definitions and all that is generated for it."""
    head = "name: shop\ndefinitions: definitions.py\n"
    (folder / "alignc.yml").write_text(head + settings, encoding="utf-8")
    (folder / "definitions.py").write_text(definitions, encoding="utf-8")
    for output in compile_project(find_project(folder)).outputs:
        path = folder / "generated" / output.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(output.text, encoding="utf-8")
    return folder


def generated(project: Path, target: str, model: str = "model") -> Path:
    ending = "py" if target in ("polars", "pyspark") else "sql"
    return project / "generated/monitoring" / target / f"{model}__drift.{ending}"


def names_in(project: Path, target: str = "polars", model: str = "model") -> dict[str, Any]:
    """What a program defines, if alignc is not there."""
    with without_alignc():
        return runpy.run_path(str(generated(project, target, model)))


def run(main: Callable[[list[str]], int], folder: Path, *arguments: str) -> Said:
    """What a program says."""
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    given = list(arguments)
    if arguments[0] != "profile":
        given += ["--report", str(report)]
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = main(given)
    there = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    return Said(code, out.getvalue(), there)


def compare(
    names: dict[str, Any], folder: Path, before: pl.DataFrame, now: pl.DataFrame, *arguments: str
) -> Said:
    """What a program says of two datasets."""
    before.write_parquet(folder / "before.parquet")
    now.write_parquet(folder / "now.parquet")
    files = ("--reference", f"{folder}/before.parquet", "--current", f"{folder}/now.parquet")
    return run(names["main"], folder, *files, *arguments)
