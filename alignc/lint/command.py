"""What `alignc lint` does between its arguments and its output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from alignc.errors import DefinitionError, Diagnostic, Diagnostics, Span
from alignc.lint.baseline import FILE
from alignc.lint.codes import tell_unknown_options
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.formats import FOR_PEOPLE, FORMATS, STATISTICS
from alignc.lint.formats.texts import Texts
from alignc.lint.project import ALL_FAMILIES, against_baseline, lint_project
from alignc.lint.rules import RULES
from alignc.lint.run import Report
from alignc.lint.words import counted
from alignc.paths import from_here, from_repository
from alignc.settings import Lint, Project, find_project

if TYPE_CHECKING:
    from alignc.lint.fixes.mending import Mended


@dataclass(frozen=True)
class Request:
    """The arguments of the command; `path` is a project, or a file or folder in one."""

    path: Path
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    format: str = "full"
    baseline: str | None = None
    statistics: bool = False
    colours: bool = False
    # Mend what can be mended; `diff` only shows it, `unsafe` does more.
    fix: bool = False
    diff: bool = False
    unsafe: bool = False
    # What is added to the findings, as who has read before what is unused now.
    told_more: Callable[[Report, Facts], Report] | None = None


@dataclass(frozen=True)
class Answer:
    """What is printed, and what is said beside it."""

    text: str
    summary: str
    is_clean: bool


def project_at(path: Path) -> Project:
    """The project that a path is, or is in; DefinitionError if there is none."""
    found = path.resolve()
    if not found.exists():
        raise DefinitionError([Diagnostic("ALN004", f"there is no {path}")])
    return find_project(found if found.is_dir() else found.parent)


def lint_command(request: Request) -> Answer:
    """The answer to a request; DefinitionError for a path or settings that cannot be."""
    path = request.path.resolve()
    project = project_at(request.path)
    _check_options(request)
    settings = _settings(project.settings.lint, request)
    if request.baseline == "check" and not (project.root / FILE).exists():
        hint = "`alignc lint --baseline write` writes one"
        raise DefinitionError([Diagnostic("ALN403", f"there is no {FILE}", None, hint)])
    # A diff is for a program, too.
    is_shown = request.format in FOR_PEOPLE and not request.diff
    paths = from_here(project.root) if is_shown else from_repository(project.root)
    texts = Texts(paths, request.colours)
    said = ""
    if request.fix or request.diff:
        # It needs a package that may not be there.
        from alignc.lint.fixes.mending import mend

        mended = mend(
            project,
            settings,
            lambda finding: _is_in(finding, path, project),
            has_baseline=request.baseline is not None,
            unsafe=request.unsafe,
        )
        if request.diff:
            return _difference(mended, texts)
        mended.write(project)
        report = against_baseline(project, mended.report, request.baseline, settings)
        said = f"{counted(mended.number, 'finding')} mended; " if mended.number else ""
    else:
        is_data = request.format == "json"
        report = lint_project(
            project, settings, request.baseline, all_fixes=is_data, told_more=request.told_more
        )
    report = replace(report, findings=tuple(f for f in report.findings if _is_in(f, path, project)))
    write = STATISTICS if request.statistics else FORMATS
    text = write[request.format](report, texts)
    is_for_people = request.format in FOR_PEOPLE
    return Answer(text, said + _summary(report) if is_for_people else "", report.is_clean)


def _check_options(request: Request) -> None:
    """DefinitionError for codes of the command line that no rule has."""
    found = Diagnostics()
    given = [
        *(("--select", code) for code in request.select),
        *(("--ignore", code) for code in request.ignore),
    ]
    tell_unknown_options(found, given, [rule.code for rule in RULES], ALL_FAMILIES)
    found.raise_if_any()


def _difference(mended: Mended, texts: Texts) -> Answer:
    files = counted(len(mended.after), "file")
    summary = f"{counted(mended.number, 'finding')} can be mended in {files}\n"
    if not mended.number:
        summary = "nothing can be mended\n"
    text = mended.diff(lambda name: texts.path(Span(name, 1)))
    return Answer(text, summary, not mended.number)


def _settings(given: Lint, request: Request) -> Lint:
    """The settings with what the command line says: its choice replaces, its exceptions add up."""
    return given.model_copy(
        update={
            "select": request.select or given.select,
            "ignore": (*given.ignore, *request.ignore),
        }
    )


def _is_in(finding: Finding, path: Path, project: Project) -> bool:
    return (project.root / finding.span.file).is_relative_to(path) or path in project.root.parents


def _summary(report: Report) -> str:
    counts = Counter(finding.severity for finding in report.findings)
    parts = [counted(counts[s], s) for s in ("error", "warning", "note") if counts[s]]
    said = [", ".join(parts) or "nothing found"]
    if report.ignored:
        said.append(f"{report.ignored} ignored by comments")
    if report.in_baseline:
        said.append(f"{report.in_baseline} in the baseline")
    safe = sum(report.fixes[f].is_safe for f in report.findings if f in report.fixes)
    unsafe = sum(f in report.fixes for f in report.findings) - safe
    if safe:
        said.append(f"{safe} can be mended with --fix")
    if unsafe:
        said.append(f"{unsafe} can be mended with --fix --unsafe-fixes")
    lines = ["; ".join(said)]
    if report.gone:
        lines += [f"gone from the baseline: {words}" for words in report.gone]
        lines.append("`alignc lint --baseline write` takes them out")
    return "\n".join(lines) + "\n"
