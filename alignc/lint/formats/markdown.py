from __future__ import annotations

import re

from alignc.lint.formats.texts import Texts
from alignc.lint.run import Report
from alignc.lint.words import counted


def markdown(report: Report, texts: Texts) -> str:
    """A table for the comment of a pull request."""
    if not report.findings:
        nothing = f"### alignc {report.command}\n\nNothing found.\n"
        return nothing + _versions(report)
    lines = [
        f"### alignc {report.command}: {counted(len(report.findings), 'finding')}",
        "",
        "| | rule | where | what | help |",
        "| --- | --- | --- | --- | --- |",
    ]
    for f in report.findings:
        where = f"`{texts.path(f.span)}:{f.span.line}`"
        cells = (f.severity, f"{f.code} {f.name}", where, f.message, f.help)
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
    return "\n".join(lines) + "\n" + _versions(report)


def _versions(report: Report) -> str:
    if not report.new_versions:
        return ""
    return "\n" + "".join(f"- {_cell(str(version))}\n" for version in report.new_versions)


def _cell(text: str) -> str:
    """A text that stays within its cell; what is in ticks is shown as it is."""
    parts = re.split("(`[^`]*`)", " ".join(text.split()))
    shown = [p if p.startswith("`") else re.sub(r"([\\<>*_\[\]#])", r"\\\1", p) for p in parts]
    return "".join(shown).replace("|", "\\|")
