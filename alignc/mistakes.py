"""Errors in the formats of `--format`, so that a program that reads a report need not read words."""

from __future__ import annotations

import json
from collections.abc import Sequence

from alignc.errors import Diagnostic, Span
from alignc.lint.finding import Finding
from alignc.lint.formats import FORMATS
from alignc.lint.formats.data import json_with_errors
from alignc.lint.formats.texts import Texts
from alignc.lint.run import Report
from alignc.paths import Paths

# People read errors on standard error.
_FOR_PEOPLE = ("text", "full", "concise")
# Whose reports in JSON have the same keys with errors and without.
_WITH_FINDINGS = ("lint", "breaking")
_WHOLE = Span("alignc.yml", 1)


def mistakes_text(
    diagnostics: Sequence[Diagnostic], format: str, paths: Paths, command: str
) -> str | None:
    """The errors in a format; None for one that has nothing for them.

    Formats that cannot do without a place have `alignc.yml` for errors that are about no file.
    """
    if format in _FOR_PEOPLE:
        return None
    if format == "json":
        errors = [_as_data(one, paths) for one in diagnostics]
        if command in _WITH_FINDINGS:
            nothing = Report((), (), command=command, is_whole=False)
            return json_with_errors(nothing, Texts(paths), errors)
        return json.dumps({"errors": errors}, indent=2, ensure_ascii=False) + "\n"
    write = FORMATS.get(format)
    if write is None:
        return None
    findings = tuple(_as_finding(one) for one in diagnostics)
    return write(Report(findings, (), command=command, is_whole=False), Texts(paths))


def _as_data(one: Diagnostic, paths: Paths) -> dict[str, object]:
    return {
        "code": one.code,
        "message": one.message,
        "hint": one.hint,
        "path": paths.of(one.span.file) if one.span else None,
        "line": one.span.line if one.span else None,
        "column": one.span.column if one.span else None,
    }


def _as_finding(one: Diagnostic) -> Finding:
    return Finding(
        one.code,
        "definition-error",
        "definitions",
        one.message,
        one.span or _WHOLE,
        "error",
        one.hint or f"docs/errors.md has what {one.code} is about",
        # Several definitions may have the same mistake.
        about=f"{one.span.file if one.span else ''}\0{one.message}",
    )
