"""Which line of a filled template is about what: texts are marked, and the marks are read again.

A mark is made with a sign that is nowhere in the file. A line is about what its last mark says, or what
the line above it is about; an empty line is about nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from alignc.backends.part import Part, Parts

_BELOW = "below "


@dataclass
class Marks:
    """The parts that texts have been marked with so far; `plain` is what the file is without marks."""

    plain: str
    parts: list[Part] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Of the private use area, which has more signs than a file has odd ones.
        signs = map(chr, range(0xE000, 0xF900))
        self.sign = next(sign for sign in signs if sign not in self.plain)

    def mark(self, part: Part, text: str) -> str:
        """The text with a mark before it."""
        self.parts.append(part)
        return f"{self.sign}{len(self.parts) - 1}{self.sign}{text}"

    def end(self, part: Part, text: str) -> str:
        """The text with a mark at its end, which is about the lines below."""
        self.parts.append(part)
        return f"{text}{self.sign}{_BELOW}{len(self.parts) - 1}{self.sign}"

    def read(self, marked: str) -> Parts:
        """What each line of the marked file is about."""
        found: list[Part | None] = []
        part: Part | None = None
        for line in marked.removesuffix("\n").split("\n"):
            numbers = line.split(self.sign)[1::2]
            for number in numbers:
                if not number.startswith(_BELOW):
                    part = self.parts[int(number)]
            found.append(part if line else None)
            for number in numbers:
                if number.startswith(_BELOW):
                    part = self.parts[int(number.removeprefix(_BELOW))]
        return tuple(found)
