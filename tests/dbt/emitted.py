"""The dbt projects of the examples, and of every word that definitions have, as texts."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from alignc.backends.sql.dialect import DIALECTS
from alignc.dbt.project import Options, project_files
from alignc.driver import load, optimized
from alignc.settings import find_project

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("taxi", "titanic", "credit_scoring")

Adapter = Literal["duckdb", "postgres"]
ADAPTERS: tuple[Adapter, ...] = ("duckdb", "postgres")


def committed(example: str, adapter: Adapter) -> dict[str, str]:
    """The files of an example by their path in the project."""
    folder = ROOT / "examples" / example / "generated" / "dbt" / adapter
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def vocabulary(adapter: Adapter) -> dict[str, str]:
    """The files of the project that has every word of the definitions."""
    module = load(find_project(ROOT / "tests/examples/vocabulary")).module
    files = project_files(module, DIALECTS[adapter], Options({}, {}), "../..", optimized)
    return {file.path: file.text for file in files}
