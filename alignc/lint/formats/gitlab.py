from __future__ import annotations

import json
from typing import Final

from alignc.lint.formats.texts import Texts
from alignc.lint.run import Report

_LEVELS: Final = {"error": "critical", "warning": "major", "note": "info"}


def gitlab(report: Report, texts: Texts) -> str:
    """A report of GitLab's Code Quality."""
    content = [
        {
            "description": f"{f.message} ({f.advice})",
            "check_name": f"{f.code} {f.name}",
            "fingerprint": f.fingerprint,
            "severity": _LEVELS[f.severity],
            "location": {"path": texts.path(f.span), "lines": {"begin": f.span.line}},
        }
        for f in report.findings
    ]
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
