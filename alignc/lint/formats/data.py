from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from alignc.lint.finding import Finding, NextVersion
from alignc.lint.formats.texts import Texts
from alignc.lint.run import Report


def as_json(report: Report, texts: Texts) -> str:
    """Everything that is known, for other programs."""
    return json_with_errors(report, texts, ())


def json_with_errors(report: Report, texts: Texts, errors: Sequence[Mapping[str, object]]) -> str:
    """The same with the mistakes that have kept the command from its work."""
    content: dict[str, object] = {
        "errors": list(errors),
        "findings": [_finding(finding, texts, report) for finding in report.findings],
        "ignored": report.ignored,
        "in_baseline": report.in_baseline,
        "gone_from_baseline": list(report.gone),
    }
    if report.command == "breaking":
        content["versions"] = [_version(version) for version in report.versions]
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _version(version: NextVersion) -> dict[str, object]:
    return {
        "model": version.model,
        "step": version.step,
        "before": version.before,
        "now": version.now,
        "next": version.next,
    }


def _is_fixable(finding: Finding, report: Report) -> bool:
    edit = report.fixes.get(finding)
    return edit is not None and edit.is_safe


def _finding(finding: Finding, texts: Texts, report: Report) -> dict[str, object]:
    unmendable = report.unmendable.get(finding)
    return {
        "code": finding.code,
        "name": finding.name,
        "category": finding.category or None,
        "severity": finding.severity,
        "symbol": finding.symbol,
        "message": finding.message,
        "help": finding.help,
        "exposures": list(finding.exposures),
        "fixable": _is_fixable(finding, report),
        "not_fixable_because": unmendable.reason if unmendable else None,
        "path": texts.path(finding.span),
        "line": finding.span.line,
        "column": finding.span.column,
        "fingerprint": finding.fingerprint,
        "related": [
            {
                "path": texts.path(one.span),
                "line": one.span.line,
                "column": one.span.column,
                "message": one.message,
            }
            for one in finding.related
        ],
    }
