"""What `alignc lint` does between its arguments and its output."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from alignc.errors import DefinitionError, Diagnostic
from alignc.lint.finding import Finding
from alignc.lint.formats import FORMATS
from alignc.lint.formats.texts import Texts, prefix_of
from alignc.lint.project import lint_project
from alignc.lint.rules import BY_CODE
from alignc.lint.run import Report
from alignc.lint.words import counted
from alignc.settings import Lint, Project, find_project


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


@dataclass(frozen=True)
class Answer:
    """What is printed, and what is said beside it."""

    text: str
    summary: str
    is_clean: bool


def lint_command(request: Request) -> Answer:
    """The answer to a request; DefinitionError for a path or settings that cannot be."""
    path = request.path.resolve()
    if not path.exists():
        raise DefinitionError([Diagnostic("ALN004", f"there is no {request.path}")])
    project = find_project(path if path.is_dir() else path.parent)
    report = lint_project(project, _settings(project.settings.lint, request), request.baseline)
    report = replace(report, findings=tuple(f for f in report.findings if _is_in(f, path, project)))
    texts = Texts(project.root, prefix_of(project.root), request.colours)
    text = _counts(report) if request.statistics else FORMATS[request.format](report, texts)
    is_for_people = request.format in ("full", "concise") or request.statistics
    return Answer(text, _summary(report) if is_for_people else "", report.is_clean)


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


def _counts(report: Report) -> str:
    counts = Counter(finding.code for finding in report.findings)
    return "".join(
        f"{number:>5} {code} {BY_CODE[code].name()}\n" for code, number in counts.most_common()
    )


def _summary(report: Report) -> str:
    counts = Counter(finding.severity for finding in report.findings)
    parts = [counted(counts[s], s) for s in ("error", "warning", "note") if counts[s]]
    said = [", ".join(parts) or "nothing found"]
    if report.ignored:
        said.append(f"{report.ignored} ignored by comments")
    if report.in_baseline:
        said.append(f"{report.in_baseline} in the baseline")
    lines = ["; ".join(said)]
    if report.gone:
        lines += [f"gone from the baseline: {words}" for words in report.gone]
        lines.append("`alignc lint --baseline write` takes them out")
    return "\n".join(lines) + "\n"
