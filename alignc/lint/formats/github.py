from __future__ import annotations

from typing import Final

from alignc.lint.formats.texts import Texts
from alignc.lint.run import Report

_LEVELS: Final = {"error": "error", "warning": "warning", "note": "notice"}


def github(report: Report, texts: Texts) -> str:
    """Commands that GitHub Actions shows at the lines of a pull request."""
    return "".join(
        f"::{_LEVELS[f.severity]} file={_property(texts.path(f.span))},line={f.span.line},"
        f"col={f.span.column},title={_property(f'{f.code} {f.name}')}::"
        f"{_data(f'{f.message}. {f.advice}')}\n"
        for f in report.findings
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
