"""How many findings each rule has, the most first."""

from __future__ import annotations

import json
from collections import Counter

from alignc.lint.formats.texts import Texts
from alignc.lint.run import Report


def statistics(report: Report, texts: Texts) -> str:
    """A line a rule: `    7 U101 unused-feature`."""
    return "".join(f"{number:>5} {code} {name}\n" for (code, name), number in _counts(report))


def statistics_json(report: Report, texts: Texts) -> str:
    """A list of rules; `fixable` is how many of their findings `--fix` mends."""
    safe = Counter(
        finding.code
        for finding in report.findings
        if finding in report.fixes and report.fixes[finding].is_safe
    )
    content = [
        {"code": code, "name": name, "count": number, "fixable": safe[code]}
        for (code, name), number in _counts(report)
    ]
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _counts(report: Report) -> list[tuple[tuple[str, str], int]]:
    return Counter((f.code, f.name) for f in report.findings).most_common()
