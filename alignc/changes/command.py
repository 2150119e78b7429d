"""What `alignc breaking` does between its arguments and its output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from alignc.changes.against import old_module
from alignc.changes.breaking import Breaks, breaks_of
from alignc.changes.compare import Comparison
from alignc.changes.exposed import exposed_in
from alignc.changes.rules import BREAKING
from alignc.driver import load
from alignc.errors import Diagnostics
from alignc.lint.codes import tell_unknown_codes
from alignc.lint.formats import FOR_PEOPLE, FORMATS
from alignc.lint.formats.texts import Texts
from alignc.lint.run import Report
from alignc.lint.suppression import suppressions_in
from alignc.lint.words import counted
from alignc.paths import from_here, from_repository
from alignc.settings import Project


def breaking_command(
    project: Project, against: str, format: str, *, colours: bool
) -> tuple[str, str, bool]:
    """The report, what is said beside it, and whether nothing breaks."""
    _check(project)
    loaded = load(project)
    comparison = Comparison(old_module(project, against), loaded.module)
    settings = project.settings.breaking
    exposures = exposed_in(project, comparison)
    breaks = breaks_of(
        comparison,
        settings.ignore,
        suppressions_in(loaded.files),
        settings.select,
        exposures,
    )
    paths = from_here(project.root) if format in FOR_PEOPLE else from_repository(project.root)
    report = Report(breaks.findings, BREAKING, command="breaking", versions=breaks.versions)
    text = FORMATS[format](report, Texts(paths, colours))
    is_for_people = format in (*FOR_PEOPLE, "markdown")
    return text, _summary(breaks, exposures.unread) if is_for_people else "", not breaks.findings


def _check(project: Project) -> None:
    """DefinitionError for codes and categories that no rule has."""
    found = Diagnostics()
    settings = project.settings.breaking
    categories = tuple(dict.fromkeys(rule.category for rule in BREAKING))
    names = (*(rule.code for rule in BREAKING), *categories)
    given = [
        *((("breaking", "select"), code) for code in settings.select),
        *((("breaking", "ignore"), one.rule) for one in settings.ignore),
    ]
    instead = f"a code of `alignc rules`, or a category: {', '.join(categories)}"
    tell_unknown_codes(found, project, given, names.__contains__, names, instead)
    found.raise_if_any()


def _summary(breaks: Breaks, unread: Sequence[str]) -> str:
    counts = Counter(finding.name for finding in breaks.findings)
    said = [counted(len(breaks.findings), "breaking change") if counts else "nothing breaks"]
    if breaks.meant:
        said.append(f"{breaks.meant} meant to be")
    lines = ["; ".join(said)]
    lines += [str(version) for version in breaks.versions if version.next == version.before]
    lines += [f"no change meets the entry {one.rule} {one.symbol}" for one in breaks.unmet]
    return "\n".join([*unread, *lines]) + "\n"
