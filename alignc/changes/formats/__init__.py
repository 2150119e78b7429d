"""How a report of changes is written, one format a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from alignc.changes.formats.data import as_json
from alignc.changes.formats.markdown import markdown
from alignc.changes.formats.text import text
from alignc.changes.report import Report

FORMATS: Final[Mapping[str, Callable[[Report], str]]] = {
    "text": text,
    "json": as_json,
    "markdown": markdown,
}
