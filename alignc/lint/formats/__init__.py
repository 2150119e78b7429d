"""How a report is written, one format a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from alignc.lint.formats.concise import concise
from alignc.lint.formats.data import as_json
from alignc.lint.formats.full import full
from alignc.lint.formats.github import github
from alignc.lint.formats.gitlab import gitlab
from alignc.lint.formats.junit import junit
from alignc.lint.formats.markdown import markdown
from alignc.lint.formats.sarif import sarif
from alignc.lint.formats.statistics import statistics, statistics_json
from alignc.lint.formats.texts import Texts
from alignc.lint.run import Report

# The others are read by programs.
FOR_PEOPLE: Final = ("full", "concise")

Format = Callable[[Report, Texts], str]

FORMATS: Final[Mapping[str, Format]] = {
    "full": full,
    "concise": concise,
    "json": as_json,
    "github": github,
    "gitlab": gitlab,
    "sarif": sarif,
    "junit": junit,
    "markdown": markdown,
}

# Of formats that can count.
STATISTICS: Final[Mapping[str, Format]] = {
    "full": statistics,
    "concise": statistics,
    "json": statistics_json,
}
