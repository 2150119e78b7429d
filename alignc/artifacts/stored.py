"""What other programs have written already, so that a plan reads it and does not compute it.

A program that stands alone finds nothing but the sources. In a project of many models each model
reads those before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from alignc.ir.plan import Scan, ScanColumn


@dataclass(frozen=True)
class Staged:
    """A relation with the columns of a source, and what those of each `ScanColumn.what` are called."""

    relation: str
    names: Mapping[tuple[object, ...], str]


@dataclass(frozen=True)
class Stored:
    """The relations of sources, of the rows of views, and of all that views tell."""

    sources: Mapping[str, Staged] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)
    views: Mapping[str, str] = field(default_factory=dict)

    @property
    def relations(self) -> Iterator[str]:
        """The names that steps must not have."""
        yield from (staged.relation for staged in self.sources.values())
        yield from self.rows.values()
        yield from self.views.values()

    def scan(self, source: str, columns: tuple[ScanColumn, ...]) -> Scan:
        """Columns of a source, from where they are in their types if there is such a place."""
        staged = self.sources.get(source)
        if staged is None:
            return Scan(source=source, columns=columns)
        taken = tuple(
            ScanColumn(name=c.name, column=staged.names[c.what], dtype=c.dtype) for c in columns
        )
        return Scan(source=staged.relation, columns=taken, typed=True)


NOTHING = Stored()
