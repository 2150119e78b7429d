"""The folder of results: what is in it, what is ours, and how it changes.

`alignc.lock` records every file that was written with its sha256. A file that is not recorded, or
that was changed by hand since, is never overwritten and never deleted.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import alignc
from alignc.driver import Compiled, tests_digest
from alignc.errors import DefinitionError, Diagnostic, Span

# In the output folder.
LOCK = "alignc.lock"
FORMAT_VERSION = 1

State = Literal["missing", "changed", "stale", "edited", "foreign", "unlocked"]


@dataclass(frozen=True)
class Difference:
    """A file that is not what the definitions say.

    missing: not there; changed: the definitions moved on; stale: no definition makes it any more;
    edited: changed by hand since it was written; foreign: somebody else's file in its place;
    unlocked: right, but not recorded in the lock.
    """

    path: str
    state: State
    # A unified diff from what is there to what should be, empty where there is nothing to compare.
    diff: str = ""

    @property
    def is_harmful(self) -> bool:
        """Whether writing would destroy somebody's work."""
        return self.state in ("edited", "foreign")


def lock_text(compiled: Compiled) -> str:
    """The lock of a compiled project."""
    files = {
        output.path: {"sha256": _digest(output.text.encode()), "symbols": list(output.symbols)}
        for output in sorted(compiled.outputs, key=lambda o: o.path)
    }
    tests = tests_digest(compiled.fixtures)
    content = {
        "format_version": FORMAT_VERSION,
        "tool_version": alignc.__version__,
        "ir": compiled.ir_digest,
        **({"tests": tests} if tests else {}),
        "files": files,
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read_lock(folder: Path, lock: str = LOCK) -> dict[str, str]:
    """The recorded files with their sha256; DefinitionError if the lock cannot be read."""
    path = folder / lock
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {name: entry["sha256"] for name, entry in content["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise DefinitionError(
            [
                Diagnostic(
                    "ALN401",
                    f"the lock cannot be read: {reason}",
                    Span(f"{folder.name}/{lock}", 1),
                    "restore it from version control; without it alignc does not know its files",
                )
            ]
        ) from None


def compare(folder: Path, compiled: Compiled) -> list[Difference]:
    """What in `folder` is not as the definitions say, by path."""
    recorded = read_lock(folder, compiled.lock)
    wanted = {output.path: output.text for output in compiled.outputs}
    found = [_compared(folder, path, text, recorded) for path, text in wanted.items()]
    found += [_left_over(folder, path, recorded) for path in recorded.keys() - wanted.keys()]
    differences = [d for d in found if d is not None]
    lock = folder / compiled.lock
    if not differences and _read(lock) != lock_text(compiled).encode():
        state: State = "changed" if lock.exists() else "missing"
        differences.append(Difference(compiled.lock, state))
    return sorted(differences, key=lambda d: d.path)


def _compared(folder: Path, path: str, text: str, recorded: Mapping[str, str]) -> Difference | None:
    there = _read(folder / path)
    if there is None:
        return Difference(path, "missing")
    if there == text.encode():
        return None if path in recorded else Difference(path, "unlocked")
    state: State = "changed"
    if path not in recorded:
        state = "foreign"
    elif recorded[path] != _digest(there):
        state = "edited"
    return Difference(path, state, _diff(path, there, text))


def _left_over(folder: Path, path: str, recorded: Mapping[str, str]) -> Difference | None:
    there = _read(folder / path)
    if there is None:
        return None
    if _digest(there) == recorded[path]:
        return Difference(path, "stale")
    return Difference(path, "edited", _diff(path, there, ""))


def write(folder: Path, compiled: Compiled, differences: Iterable[Difference]) -> None:
    """Make `folder` what the definitions say, except where that would destroy somebody's work.

    New texts are written beside their places first, then all are put in place at once; what is
    left of a failure is the old tree.
    """
    texts = {output.path: output.text for output in compiled.outputs}
    recorded = read_lock(folder, compiled.lock)
    harmful = {d.path for d in differences if d.is_harmful}
    to_write = {
        d.path: texts[d.path]
        for d in differences
        if d.state in ("missing", "changed") and d.path in texts
    }
    # What is kept as it is stays recorded as it was, so that it is still known as edited.
    to_write[compiled.lock] = _lock_with(
        compiled, {p: recorded[p] for p in harmful if p in recorded}, harmful
    )
    staged: list[tuple[Path, Path]] = []
    try:
        for path, text in to_write.items():
            staged.append((_stage(folder / path, text), folder / path))
        for unfinished, final in staged:
            os.replace(unfinished, final)
    except OSError as error:
        for unfinished, _ in staged:
            unfinished.unlink(missing_ok=True)
        raise DefinitionError(
            [Diagnostic("ALN402", f"{folder.name} cannot be written: {error}")]
        ) from None
    for difference in differences:
        if difference.state == "stale":
            _remove(folder, difference.path)


def _lock_with(compiled: Compiled, kept: Mapping[str, str], harmful: set[str]) -> str:
    content = json.loads(lock_text(compiled))
    files = {p: entry for p, entry in content["files"].items() if p not in harmful}
    symbols = {output.path: list(output.symbols) for output in compiled.outputs}
    for path, digest in kept.items():
        files[path] = {"sha256": digest, "symbols": symbols.get(path, [])}
    content["files"] = dict(sorted(files.items()))
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _stage(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.alignc-{os.getpid()}")
    unfinished.write_bytes(text.encode())
    return unfinished


def _remove(folder: Path, path: str) -> None:
    file = folder / path
    file.unlink(missing_ok=True)
    for parent in file.parents:
        if parent == folder or any(parent.iterdir()):
            break
        parent.rmdir()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _diff(path: str, there: bytes, wanted: str) -> str:
    lines = difflib.unified_diff(
        there.decode(errors="replace").splitlines(keepends=True),
        wanted.splitlines(keepends=True),
        f"there/{path}",
        f"wanted/{path}",
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
