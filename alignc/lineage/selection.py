"""A part of the graph: what some fields come from, and what comes from them."""

from __future__ import annotations

from dataclasses import dataclass

from alignc.errors import DefinitionError, Diagnostic, did_you_mean
from alignc.ir.lineage import Edge, Field, Lineage


@dataclass(frozen=True)
class Selection:
    """The fields that are asked about, and the edges above and below; None if not asked for."""

    graph: Lineage
    roots: tuple[Field, ...]
    above: tuple[Edge, ...] | None
    below: tuple[Edge, ...] | None

    @property
    def edges(self) -> tuple[Edge, ...]:
        """All edges, each once, in the order of the definitions."""
        chosen = {*(self.above or ()), *(self.below or ())}
        return tuple(edge for edge in self.graph.edges if edge in chosen)

    @property
    def fields(self) -> tuple[Field, ...]:
        both = (field for edge in self.edges for field in (edge.given, edge.made))
        return tuple(dict.fromkeys((*self.roots, *both)))


def select(graph: Lineage, name: str, *, up: bool, down: bool) -> Selection:
    """What is asked about `name`; DefinitionError if there is no such field.

    A name is `view.feature`, `contract.input`, `source.column`, or one of the first parts for all
    that is in it, or an exposure. Where a source is called like a view, `source:` before it says so.
    """
    roots = _named(graph, name)
    return Selection(
        graph,
        roots,
        tuple(graph.above(roots)) if up else None,
        tuple(graph.below(roots)) if down else None,
    )


def _named(graph: Lineage, name: str) -> tuple[Field, ...]:
    kind, colon, rest = name.partition(":")
    if colon and kind in ("source", "view", "contract", "exposure"):
        fields = tuple(field for field in graph.fields if field.kind == kind)
        return _matching(fields, rest) or _unknown(fields, rest)
    # Definitions first: a source is often called like the view over it.
    for kinds in (("view", "contract"), ("source",), ("exposure",)):
        fields = tuple(field for field in graph.fields if field.kind in kinds)
        if found := _matching(fields, name):
            return found
    return _unknown(graph.fields, name)


def _matching(fields: tuple[Field, ...], name: str) -> tuple[Field, ...]:
    return tuple(field for field in fields if name in (field.symbol, str(field), field.owner))


def _unknown(fields: tuple[Field, ...], name: str) -> tuple[Field, ...]:
    owners = dict.fromkeys(field.owner for field in fields)
    known = [field.symbol for field in fields] if "." in name else list(owners)
    raise DefinitionError(
        [Diagnostic("ALN005", f"there is no `{name}`", None, did_you_mean(name, known))]
    )
