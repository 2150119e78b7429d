"""What formats need beside the report: the lines of files, and where the project is in its repository."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from alignc.errors import Span


@dataclass(frozen=True)
class Texts:
    """`prefix` is the path of the project in its repository, which ends with a slash, or nothing."""

    root: Path
    prefix: str = ""
    colours: bool = False
    _read: dict[str, list[str]] = field(default_factory=dict)

    def path(self, span: Span) -> str:
        """The file as the repository knows it."""
        return f"{self.prefix}{span.file}"

    def line(self, span: Span) -> str | None:
        """The line of a place, None if it cannot be read."""
        if span.file not in self._read:
            try:
                text = (self.root / span.file).read_text(encoding="utf-8", errors="replace")
            except OSError:
                text = ""
            self._read[span.file] = text.splitlines()
        lines = self._read[span.file]
        return lines[span.line - 1].replace("\t", " ") if 1 <= span.line <= len(lines) else None


def prefix_of(root: Path) -> str:
    """The project's folder as its repository knows it."""
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            inside = root.relative_to(folder).as_posix()
            return "" if inside == "." else f"{inside}/"
    return ""
