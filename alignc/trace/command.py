"""What `alignc trace` does between its arguments and its output."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from alignc.driver import load, with_tests
from alignc.errors import DefinitionError, Diagnostic, did_you_mean
from alignc.ir.lineage import Edge, lineage_of
from alignc.ir.module import Module
from alignc.settings import Project, find_project
from alignc.trace.definitions import Definition
from alignc.trace.file import Made, State, TracedFile, state_of, traced_file
from alignc.tree import LOCK, read_lock


@dataclass(frozen=True)
class Trace:
    """A line of a generated file and where it comes from.

    `is_found` unless the file is not as it is compiled and nothing tells what the line is about.
    `causes` are the edges of the lineage above the first definition, the nearest first.
    """

    file: str
    line: int
    made: Made
    state: State
    is_found: bool
    causes: tuple[Edge, ...]
    module: Module
    root: Path


def trace(place: str, folder: Path) -> Trace:
    """The trace of `FILE:LINE`; DefinitionError for a place that cannot be.

    The file is looked for from here, from the project's folder, and below its output folder.
    """
    name, line = _parsed(place)
    project = find_project(folder_of(name, folder))
    path = _path(name, project)
    if path is None:
        raise _not_generated(name, name, project)
    below = path.relative_to(project.output).as_posix()
    there = path.read_bytes() if path.is_file() else None
    loaded = with_tests(project, load(project))
    module = loaded.module
    text = (there or b"").decode(errors="replace")
    file = traced_file(project, module, below, text, loaded.fixtures)
    if file is None:
        raise _not_generated(name, below, project)
    if there is None:
        message = f"{project.settings.output}/{below} is not there"
        raise _mistake("ALN702", message, "`alignc build` writes it")
    lines = text.removesuffix("\n").split("\n")
    if not 1 <= line <= len(lines):
        hint = f"its lines are 1 to {len(lines)}"
        raise _mistake("ALN704", f"{name} has no line {line}", hint)
    state = state_of(project, file, there)
    found = file.lines[line - 1] if state == "same" else _by_content(file, lines[line - 1])
    made = found or Made(lines[line - 1], _own(file), is_boilerplate=True)
    return Trace(
        f"{project.settings.output}/{below}",
        line,
        made,
        state,
        found is not None,
        _causes(module, made),
        module,
        project.root,
    )


def _parsed(place: str) -> tuple[str, int]:
    """The file and the line; a column after them, which editors add, decides nothing."""
    match = re.fullmatch(r"(.+?):([0-9]+)(?::[0-9]+)?:?", place, re.DOTALL)
    if match is None:
        hint = "for example: alignc trace generated/sql/duckdb/views/orders.sql:12"
        raise _mistake("ALN701", f"`{place}` is not FILE:LINE", hint)
    return match[1], int(match[2])


def folder_of(name: str, folder: Path) -> Path:
    """Where the project is looked for: in the folder, or with the file if that is there and no folder is said."""
    file = Path(name).resolve()
    is_said = folder != Path()
    return file.parent if file.is_file() and not is_said else folder.resolve()


def _path(name: str, project: Project) -> Path | None:
    """The file in the output folder, there or not; None if it is elsewhere."""
    output = project.output.resolve()
    places = [Path(name).resolve(), (project.root / name).resolve(), (output / name).resolve()]
    inside = [project.output / p.relative_to(output) for p in places if p.is_relative_to(output)]
    return next((path for path in inside if path.is_file()), next(iter(inside), None))


def _not_generated(name: str, below: str, project: Project) -> DefinitionError:
    recorded = read_lock(project.output)
    message = f"no definition makes {name}"
    if below in recorded:
        return _mistake("ALN703", f"{message} any more", "`alignc build` deletes it")
    hint = f"the files that definitions make are named in {project.settings.output}/{LOCK}"
    return _mistake("ALN703", message, did_you_mean(below, recorded) or hint)


def _mistake(code: str, message: str, hint: str | None) -> DefinitionError:
    return DefinitionError([Diagnostic(code, message, None, hint)])


def _by_content(file: TracedFile, text: str) -> Made | None:
    """What all lines of that text are about, if they are about the same."""
    found = {(m.definitions, m.is_boilerplate) for m in file.lines if m.text == text}
    if len(found) != 1:
        return None
    return next(made for made in file.lines if made.text == text)


def _own(file: TracedFile) -> tuple[Definition, ...]:
    """The definition of the file itself, which its first line has."""
    return file.lines[0].definitions


def _causes(module: Module, made: Made) -> tuple[Edge, ...]:
    first = next(iter(made.definitions), None)
    if made.is_boilerplate or first is None or first.field is None:
        return ()
    return tuple(lineage_of(module).above([first.field]))
