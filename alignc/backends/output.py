"""What is written: a file below the output folder."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Output:
    """A file to write: path below the output folder, text, and the definitions it is made from."""

    path: str
    text: str
    symbols: tuple[str, ...]
