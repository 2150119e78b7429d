"""What a contestant is given: a work, the files to read, the file to write.

Rivals run with an interpreter of their own, so this imports nothing but the standard library.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple


@dataclass(frozen=True)
class Task:
    """Folders and files are named by text, as tasks travel to other processes.

    `programs` is where alignc has written its programs for the work, `scratch` is empty.
    """

    work: str
    data: str
    programs: str
    scratch: str
    output: str
    threads: int

    def source(self, name: str) -> str:
        return str(Path(self.data) / f"{name}.parquet")

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Task:
        return Task(**json.loads(text))


def nothing() -> None:
    """What most contestants do after the work."""


class Prepared(NamedTuple):
    """The work, which is measured, and what is left to do when it is done, such as a copy of a table.

    `elsewhere` is the process that works for this one, if one does.
    """

    work: Callable[[], None]
    finish: Callable[[], None] = nothing
    elsewhere: int | None = None
