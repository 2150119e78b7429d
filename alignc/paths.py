"""What a file of a project is called: for people from where they are, for programs from the repository."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from alignc.errors import Span


@dataclass(frozen=True)
class Paths:
    """Names of the files in the folder `root` of a project, seen from the folder `base`."""

    root: Path
    base: Path

    def of(self, file: str) -> str:
        """The path of a file that the project calls `file`; a whole one if neither folder is in the other."""
        path = self.root / file
        if self.root.is_relative_to(self.base) or self.base.is_relative_to(self.root):
            return Path(os.path.relpath(path, self.base)).as_posix()
        return path.as_posix()

    def at(self, span: Span) -> Span:
        """The place under that path; as text it is `path:line:column`."""
        return replace(span, file=self.of(span.file))


def from_here(root: Path) -> Paths:
    """For a terminal, in which a path can be clicked: from the current directory."""
    return Paths(root, Path.cwd())


def from_repository(root: Path) -> Paths:
    """For other programs: from the repository that the project is in, else from the project."""
    folders = (folder for folder in (root, *root.parents) if (folder / ".git").exists())
    return Paths(root, next(folders, root))
