"""The dbt projects of the examples, and of every word that definitions have, as texts."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

import yaml

from alignc.backends.sql.dialect import DIALECTS
from alignc.backends.support import unreadable
from alignc.dbt.project import Options, project_files
from alignc.driver import compile_project, load, optimized
from alignc.ir.module import Module, SourceInput, View
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


def vocabulary(adapter: str) -> dict[str, str]:
    """The files of the project that has every word of the definitions that the adapter can have."""
    module = load(find_project(ROOT / "tests/examples/vocabulary")).module
    refused = {source.name for source in module.sources if unreadable(source, adapter) is not None}
    readable = {
        "sources": tuple(s for s in module.sources if s.name not in refused),
        "views": tuple(v for v in module.views if not _reads(v, refused)),
    }
    module = module.model_copy(update=readable)
    files = project_files(module, DIALECTS[adapter], Options({}, {}), "../..", optimized)
    return {file.path: file.text for file in files}


def _reads(view: View, sources: Collection[str]) -> bool:
    return isinstance(view.input, SourceInput) and view.input.source in sources


def rebuilt(example: str, adapter: str, folder: Path) -> Path:
    """The dbt project of an example for an adapter that its settings do not name."""
    ignored = shutil.ignore_patterns("generated", "data")
    shutil.copytree(ROOT / "examples" / example, folder, ignore=ignored)
    settings = yaml.safe_load((folder / "alignc.yml").read_text(encoding="utf-8"))
    text = yaml.safe_dump({**settings, "targets": [f"dbt-{adapter}"]})
    write(folder, {"alignc.yml": text})
    outputs = compile_project(find_project(folder)).outputs
    write(folder / "generated", {output.path: output.text for output in outputs})
    return folder / "generated/dbt" / adapter


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files by their path below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def build(root: Path, adapter: str, definitions: str, settings: str = "") -> tuple[Path, Module]:
    """The folder of the dbt project of some definitions, and what they say."""
    given = f"name: {root.name}\ntargets: [dbt-{adapter}]\n{settings}"
    write(root, {"features/definitions.py": definitions, "alignc.yml": given})
    compiled = compile_project(find_project(root))
    write(root / "generated", {output.path: output.text for output in compiled.outputs})
    return root / "generated/dbt" / adapter, compiled.module
