"""Where the old state of a project comes from: a revision of git, a folder, or an `ir.json`."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from alignc.driver import load
from alignc.errors import DefinitionError, Diagnostic
from alignc.ir.module import Module, module_from_json
from alignc.settings import Project, find_project

DEFAULT = "git:HEAD"


def old_module(project: Project, against: str) -> Module:
    """The Module of `git:REVISION`, of a folder or of an `ir.json`; DefinitionError if there is none.

    Of a revision and a folder its `ir.json` is read, and its definitions where there is none.
    """
    if against.startswith("git:"):
        return _of_revision(project, against.removeprefix("git:"))
    path = Path(against)
    if path.is_file():
        return _read(path.read_text(encoding="utf-8", errors="replace"), against)
    if not path.is_dir():
        raise _error(f"there is no {against}", "name git:REVISION, a folder or an ir.json")
    if (path / "ir.json").is_file():
        return old_module(project, str(path / "ir.json"))
    with _said_to_be_in(against):
        found = find_project(path.resolve())
    written = found.output / "ir.json"
    return old_module(project, str(written)) if written.is_file() else _loaded(found, against)


def _of_revision(project: Project, revision: str) -> Module:
    if revision.startswith("-"):
        raise _error(f"{revision} is not a revision", "name git:REVISION")
    written = f"{revision}:./{project.settings.output}/ir.json"
    shown = _git(project.root, "show", written)
    if shown.returncode == 0:
        return _read(shown.stdout.decode(errors="replace"), written)
    known = _git(project.root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if known.returncode != 0:
        reason = shown.stderr.decode(errors="replace").strip().splitlines()
        raise _error(
            f"git has no revision {revision} here" + (f": {reason[0]}" if reason else ""),
            "name git:REVISION, a folder or an ir.json with --against",
        )
    settings = f"{revision}:./{project.settings_file.name}"
    if _git(project.root, "cat-file", "-e", settings).returncode != 0:
        # The project is new since then.
        return Module(project=project.settings.name, sources=(), views=(), contracts=())
    packed = _git(project.root, "archive", revision, ".")
    if packed.returncode != 0:
        reason = packed.stderr.decode(errors="replace").strip().splitlines()
        raise _error(f"git cannot give the files of {revision}: {reason[0] if reason else ''}")
    with tempfile.TemporaryDirectory(prefix="alignc_") as name:
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
            files.extractall(name, filter="data")
        # The folder's own name is not that of the project.
        with _said_to_be_in(f"git:{revision}"):
            found = find_project(Path(name).resolve())
        old = replace(
            found, settings=found.settings.model_copy(update={"name": project.settings.name})
        )
        return _loaded(old, f"git:{revision}")


def _loaded(project: Project, against: str) -> Module:
    with _said_to_be_in(against):
        return load(project).module


@contextmanager
def _said_to_be_in(against: str) -> Iterator[None]:
    """Mistakes of an older state are said to be there, not in what is here now."""
    try:
        yield
    except DefinitionError as error:
        raise DefinitionError(
            Diagnostic(d.code, f"in {against}: {_placed(d)}", None, d.hint)
            for d in error.diagnostics
        ) from None


def _placed(one: Diagnostic) -> str:
    return f"{one.span}: {one.message}" if one.span else one.message


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    except OSError as error:
        raise _error(f"git cannot be run: {error}") from None


def _read(text: str, name: str) -> Module:
    try:
        return module_from_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise _error(
            f"{name} is not an ir.json of this version: {f'{where}: ' if where else ''}{first['msg']}",
            "name a revision or folder whose files were written by a version that fits",
        ) from None


def _error(message: str, hint: str | None = None) -> DefinitionError:
    return DefinitionError([Diagnostic("ALN008", message, None, hint)])
