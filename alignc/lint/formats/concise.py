from __future__ import annotations

from alignc.lint.formats.texts import Texts
from alignc.lint.run import Report


def concise(report: Report, texts: Texts) -> str:
    """A line a finding: `features/orders.py:7:5: U101 ...`; one for each new version of a contract."""
    findings = "".join(
        f"{texts.path(f.span)}:{f.span.line}:{f.span.column}: {f.severity} {f.code} "
        f"{f'[{f.category}] ' if f.category else ''}{' '.join(f.message.split())}\n"
        for f in report.findings
    )
    return findings + "".join(
        f"{texts.path(v.span)}:{v.span.line}:{v.span.column}: note {v}\n"
        for v in report.new_versions
    )
