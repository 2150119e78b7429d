"""What formats need beside the report: the lines of files, and what files are called."""

from __future__ import annotations

from dataclasses import dataclass, field

from alignc.errors import Span
from alignc.paths import Paths


@dataclass(frozen=True)
class Texts:
    """The files of a project, whether there are colours, and what was read of the files."""

    paths: Paths
    colours: bool = False
    _read: dict[str, list[str]] = field(default_factory=dict)

    def path(self, span: Span) -> str:
        """The file as the reader knows it."""
        return self.paths.of(span.file)

    def line(self, span: Span) -> str | None:
        """The line of a place, None if it cannot be read."""
        if span.file not in self._read:
            try:
                text = (self.paths.root / span.file).read_text(encoding="utf-8", errors="replace")
            except OSError:
                text = ""
            self._read[span.file] = text.splitlines()
        lines = self._read[span.file]
        return lines[span.line - 1].replace("\t", " ") if 1 <= span.line <= len(lines) else None
