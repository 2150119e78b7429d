from __future__ import annotations

import json
from typing import Final
from urllib.parse import quote

import alignc
from alignc.errors import Span
from alignc.lint.finding import Finding
from alignc.lint.formats.texts import Texts
from alignc.lint.rule import Documented
from alignc.lint.run import Report

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(report: Report, texts: Texts) -> str:
    """SARIF 2.1.0, as code scanning reads it (https://docs.oasis-open.org/sarif/sarif/v2.1.0/)."""
    places = {rule.code: place for place, rule in enumerate(report.rules)}
    driver = {
        "name": "alignc",
        "version": alignc.__version__,
        "rules": [_rule(rule) for rule in report.rules],
    }
    run: dict[str, object] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, texts, places.get(finding.code)) for finding in report.findings
        ],
    }
    if not report.is_whole:
        run["invocations"] = [{"executionSuccessful": False}]
    content = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Documented) -> dict[str, object]:
    what, *more = rule.paragraphs()
    return {
        "id": rule.code,
        "name": type(rule).__name__,
        "shortDescription": {"text": what},
        "fullDescription": {"text": " ".join(more)},
        "help": {"text": "\n\n".join((what, *more))},
        "defaultConfiguration": {"level": rule.severity},
        **({"properties": {"tags": [rule.category]}} if rule.category else {}),
    }


def _result(finding: Finding, texts: Texts, place: int | None) -> dict[str, object]:
    related = [
        {**_location(one.span, texts), "id": number, "message": {"text": one.message}}
        for number, one in enumerate(finding.related, start=1)
    ]
    end = "" if finding.advice.endswith("?") else "."
    return {
        "ruleId": finding.code,
        **({"ruleIndex": place} if place is not None else {}),
        "level": finding.severity,
        "message": {"text": f"{finding.message}. Help: {finding.advice}{end}"},
        "locations": [_location(finding.span, texts)],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"symbol/v1": finding.fingerprint},
    }


def _location(span: Span, texts: Texts) -> dict[str, object]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(texts.path(span)), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": span.line, "startColumn": span.column},
        }
    }
