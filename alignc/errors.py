"""What can go wrong, and how it is said.

A user's mistake is a `Diagnostic`: code, message, place, hint. Diagnostics are collected, so a run
with five mistakes reports five. Three exceptions end a run: `DefinitionError` carries diagnostics,
`UnsupportedOpError` is one that names a target that cannot express a feature, and `InternalError`
is a fault of alignc itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A place in a definition file: repo-relative path, 1-based line, 1-based column."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Diagnostic:
    """One mistake of a user, with a stable code and, where there is one, the way out."""

    code: str
    message: str
    span: Span | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        hint = f"\n    hint: {self.hint}" if self.hint else ""
        return f"{place}{self.code} {self.message}{hint}"


def in_reading_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics by place, those without a place first; repeats are dropped."""
    unique = dict.fromkeys(diagnostics)
    return sorted(
        unique,
        key=lambda d: (
            (d.span.file, d.span.line, d.span.column) if d.span else ("", 0, 0),
            d.code,
            d.message,
        ),
    )


class AligncError(Exception):
    """Base of the three failures, so that the command line can tell them from bugs."""


class DefinitionError(AligncError):
    """One or more mistakes in definitions, settings or arguments: the user's to fix.

    Places are those of the project in the folder `root`, where that is known.
    """

    root: Path | None = None

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = in_reading_order(diagnostics)
        super().__init__("\n".join(str(d) for d in self.diagnostics))


class UnsupportedOpError(DefinitionError):
    """Features that a target cannot express; raised before any file is written."""


class InternalError(AligncError):
    """A fault of alignc: the message names the step and asks for a report."""

    def __init__(self, step: str, detail: str) -> None:
        super().__init__(
            f"ALN900 internal error in {step}: {detail}\n"
            "    hint: this is a bug in alignc; please report it with the definition that causes it"
        )


@dataclass
class Diagnostics:
    """A growing list of mistakes; `raise_if_any` ends the run with all of them."""

    items: list[Diagnostic] = field(default_factory=list)

    def add(
        self, code: str, message: str, span: Span | None = None, hint: str | None = None
    ) -> None:
        self.items.append(Diagnostic(code, message, span, hint))

    def raise_if_any(self) -> None:
        if self.items:
            raise DefinitionError(self.items)


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint with the known name closest to `name`, or the known names if there are few."""
    import difflib

    names = sorted(set(known))
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"did you mean `{close[0]}`?"
    if 0 < len(names) <= 8:
        return "known names: " + ", ".join(f"`{n}`" for n in names)
    return None
