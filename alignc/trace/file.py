"""A generated file line by line: it is compiled in memory, and each line keeps what it is about."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from alignc.backends.job import Job
from alignc.backends.part import Part, Parts
from alignc.backends.support import unsupported_features
from alignc.driver import definitions_of, emit, files_of, job_of, plan_of, sources_path
from alignc.errors import UnsupportedOpError
from alignc.ir.fixture import Fixture
from alignc.ir.module import Contract, Module, View, module_to_json
from alignc.settings import Project
from alignc.trace.dbt_files import traced_lines
from alignc.trace.definitions import Definition, Program, of_source, readers_of
from alignc.trace.drift_files import traced_lines as traced_drift
from alignc.trace.ir_json import definitions_by_line
from alignc.trace.monitoring_files import traced_lines as traced_monitor
from alignc.trace.validation_files import traced_lines as traced_validation
from alignc.tree import read_lock


@dataclass(frozen=True)
class Made:
    """A line, the definitions that make it, and the step of the program that it is in.

    Of a line that all files of its kind have, `definitions` are those of the file.
    """

    text: str
    definitions: tuple[Definition, ...]
    is_boilerplate: bool = False
    step: str | None = None


@dataclass(frozen=True)
class TracedFile:
    """A file as the definitions make it now; `path` is below the output folder."""

    path: str
    lines: tuple[Made, ...]

    @property
    def text(self) -> str:
        return "".join(f"{line.text}\n" for line in self.lines)


def traced_file(
    project: Project,
    module: Module,
    path: str,
    there: str,
    fixtures: tuple[Fixture, ...] = (),
) -> TracedFile | None:
    """The file at `path`; None if no definition makes one there.

    If what is `there` was written without the passes, it is made without them.
    """
    if path == "ir.json":
        return _ir_json(module)
    lines = traced_lines(project, module, path, fixtures)
    lines = traced_validation(project, module, path) if lines is None else lines
    lines = traced_monitor(project, module, path) if lines is None else lines
    lines = traced_drift(project, module, path) if lines is None else lines
    if lines is not None:
        return TracedFile(path, tuple(Made(line, made, not made) for line, made in lines))
    depth = len(PurePosixPath(project.settings.output).parts)
    for target in project.settings.programs:
        if path == sources_path(target):
            return _sources(module, target)
        for definition in definitions_of(module):
            if path == _path(definition, target):
                found = _program(module, definition, target, depth, optimize=True)
                if found.text == there:
                    return found
                plain = _program(module, definition, target, depth, optimize=False)
                return plain if plain.text == there else found
    return None


State = Literal["same", "edited", "out of date"]


def state_of(project: Project, file: TracedFile, there: bytes) -> State:
    """Whether a file is as the definitions make it; if not, whether somebody has changed it."""
    if file.text.encode() == there:
        return "same"
    recorded = read_lock(project.output).get(file.path)
    return "out of date" if recorded == hashlib.sha256(there).hexdigest() else "edited"


def _ir_json(module: Module) -> TracedFile:
    text = module_to_json(module)
    made = definitions_by_line(module, text)
    lines = zip(_lines(text), made, strict=True)
    return TracedFile("ir.json", tuple(Made(line, found, not found) for line, found in lines))


def _sources(module: Module, target: str) -> TracedFile | None:
    from alignc.backends.sql.dialect import DIALECTS
    from alignc.backends.sql.sources import emit_sources, parts_of_sources

    if target not in DIALECTS:
        return None
    text = emit_sources(module, DIALECTS[target])
    if text is None:
        return None

    def made(line: str, part: Part | None) -> Made:
        if part is None:
            return Made(line, (), is_boilerplate=True)
        source = of_source(module.source_by_name[part.name])
        readers = readers_of(module, part.name, part.column) if part.column is not None else ()
        return Made(line, (*readers, source))

    parts = parts_of_sources(module, DIALECTS[target])
    both = zip(_lines(text), parts, strict=True)
    return TracedFile(sources_path(target), tuple(made(line, part) for line, part in both))


def _program(
    module: Module, definition: View | Contract, target: str, depth: int, *, optimize: bool
) -> TracedFile:
    plan = plan_of(module, definition, optimize=optimize)
    unsupported = list(unsupported_features(module, plan, definition, target))
    if unsupported:
        raise UnsupportedOpError(unsupported)
    program = Program(module, plan, definition)
    job = job_of(module, plan, definition, depth)
    made: dict[Part | None, tuple[Definition, ...]] = {None: ()}

    def line(text: str, part: Part | None) -> Made:
        if part not in made:
            made[part] = program.made_by(part) if part is not None else ()
        step = part.name if part is not None and part.kind == "step" else None
        return Made(text, made[part] or (program.own,), not made[part], step)

    both = zip(_lines(emit(job, target)), _parts(job, target), strict=True)
    return TracedFile(_path(definition, target), tuple(line(t, p) for t, p in both))


def _path(definition: View | Contract, target: str) -> str:
    (path,) = files_of(definition.name, is_view=isinstance(definition, View), targets=(target,))
    return path


def _parts(job: Job, target: str) -> Parts:
    match target:
        case "polars":
            from alignc.backends.polars.files import parts

            return parts(job)
        case "pyspark":
            from alignc.backends.pyspark.files import parts

            return parts(job)
        case dialect:
            from alignc.backends.sql.files import parts as sql_parts

            return sql_parts(job, dialect)


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")
