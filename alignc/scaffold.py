"""The project that `alignc init` writes: one view, one contract, a test, ten rows of data."""

from __future__ import annotations

from pathlib import Path

from alignc.errors import DefinitionError, Diagnostic
from alignc.templating import render

_FILES = {
    "alignc.yml": "scaffold/alignc.yml.j2",
    "features/orders.py": "scaffold/orders.py.j2",
    "tests/orders.alignc.yml": "scaffold/orders.alignc.yml.j2",
    "data/orders.csv": "scaffold/orders.csv.j2",
    "data/entities.csv": "scaffold/entities.csv.j2",
}


def write_scaffold(folder: Path) -> list[Path]:
    """Write the files; DefinitionError if one of them is there already."""
    name = folder.resolve().name
    paths = {folder / path: template for path, template in _FILES.items()}
    there = [path for path in paths if path.exists()]
    if there:
        raise DefinitionError(
            [
                Diagnostic("ALN006", f"{path} is there already", None, "start in an empty folder")
                for path in there
            ]
        )
    texts = {path: render(template, name=name) for path, template in paths.items()}
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(texts)
