"""What `alignc breaking` does between its arguments and its output."""

from __future__ import annotations

from collections import Counter

from alignc.changes.against import old_module
from alignc.changes.breaking import Breaks, breaks_of
from alignc.changes.compare import Comparison
from alignc.changes.rules import BREAKING
from alignc.driver import load
from alignc.errors import Diagnostics, did_you_mean
from alignc.lint.formats import FORMATS
from alignc.lint.formats.texts import Texts, prefix_of
from alignc.lint.run import Report
from alignc.lint.suppression import suppressions_in
from alignc.lint.words import counted
from alignc.settings import Project, line_of_setting


def breaking_command(
    project: Project, against: str, format: str, *, colours: bool
) -> tuple[str, str, bool]:
    """The report, what is said beside it, and whether nothing breaks."""
    _check(project)
    loaded = load(project)
    comparison = Comparison(old_module(project, against), loaded.module)
    meant = project.settings.breaking.ignore
    breaks = breaks_of(comparison, meant, suppressions_in(loaded.files))
    texts = Texts(project.root, prefix_of(project.root), colours)
    text = FORMATS[format](Report(breaks.findings, BREAKING), texts)
    is_for_people = format in ("full", "concise", "markdown")
    return text, _summary(breaks) if is_for_people else "", not breaks.findings


def _check(project: Project) -> None:
    """DefinitionError for codes that no rule has."""
    found = Diagnostics()
    codes = [rule.code for rule in BREAKING]
    for one in project.settings.breaking.ignore:
        if one.rule not in codes:
            place = line_of_setting(("breaking", "ignore"), project.settings_file)
            hint = did_you_mean(one.rule, codes)
            found.add("ALN007", f"`breaking.ignore`: there is no rule `{one.rule}`", place, hint)
    found.raise_if_any()


def _summary(breaks: Breaks) -> str:
    counts = Counter(finding.name for finding in breaks.findings)
    said = [counted(len(breaks.findings), "breaking change") if counts else "nothing breaks"]
    if breaks.meant:
        said.append(f"{breaks.meant} meant to be")
    lines = ["; ".join(said)]
    lines += [f"next version of `{model}`: {step}" for model, step in breaks.versions]
    lines += [f"no change meets the entry {one.rule} {one.symbol}" for one in breaks.unmet]
    return "\n".join(lines) + "\n"
