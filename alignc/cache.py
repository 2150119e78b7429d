"""Whether anything changed since the last build, told from digests alone.

The notes are in `.alignc_cache/` of the project, which is not for version control. They hold the
digests of everything a build reads (settings, definition files, tests if a dbt project has them, alignc itself) and of its lock.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from alignc.settings import Project, definition_files, name_in, test_files

if TYPE_CHECKING:
    from alignc.driver import Compiled

_FOLDER = ".alignc_cache"
_NOTES = "build.json"
_LOCK = "alignc.lock"


def is_up_to_date(project: Project) -> bool:
    """Whether a build would change nothing."""
    try:
        notes = json.loads((project.root / _FOLDER / _NOTES).read_text(encoding="utf-8"))
        if notes["tool"] != _tool_digest() or notes["settings"] != _file(project.settings_file):
            return False
        files = [p.relative_to(project.root).as_posix() for p in definition_files(project)]
        if project.settings.adapters:
            files += [name_in(project, path) for path in test_files(project)]
        if not set(files) <= notes["inputs"].keys():
            return False
        if any(_file(project.root / name) != seen for name, seen in notes["inputs"].items()):
            return False
        lock = (project.output / _LOCK).read_bytes()
        if hashlib.sha256(lock).hexdigest() != notes["lock"]:
            return False
        return all(
            _file(project.output / name) == entry["sha256"]
            for name, entry in json.loads(lock)["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def remember(project: Project, compiled: Compiled) -> None:
    """Note what a build has read and written; a project that cannot be written to is left alone."""
    inputs = {
        name: hashlib.sha256(text.encode()).hexdigest() for name, text in compiled.files.items()
    }
    notes = {
        "tool": _tool_digest(),
        "settings": _file(project.settings_file),
        "inputs": inputs,
        "lock": _file(project.output / _LOCK),
    }
    try:
        folder = project.root / _FOLDER
        folder.mkdir(exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        (folder / _NOTES).write_text(json.dumps(notes), encoding="utf-8")
    except OSError:
        return


def _tool_digest() -> str:
    """Changes whenever alignc does, in a checkout too."""
    here = Path(__file__).resolve().parent
    folder = here / "templates" if (here / "templates").is_dir() else here.parent / "templates"
    digest = hashlib.sha256()
    for path in sorted([*here.rglob("*.py"), *filter(Path.is_file, folder.rglob("*"))]):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
