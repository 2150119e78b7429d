"""Lineage for people: trees, in which a field is shown with all below it once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from alignc.ir.lineage import Edge, Effect, Field
from alignc.lineage.selection import Selection

WORDS = {
    Effect.IDENTITY: "as it is",
    Effect.TRANSFORMATION: "computed",
    Effect.AGGREGATION: "aggregated",
    Effect.JOIN: "decides which row",
    Effect.FILTER: "decides which row",
    Effect.WINDOW: "decides whose events, and when",
    Effect.TRAINING: "is learned from",
}


def lineage_text(selection: Selection) -> str:
    """The trees up and down, as far as they are asked for."""
    graph, lines = selection.graph, []
    if selection.above is not None:
        lines += ["comes from", *_tree(selection.roots, graph.into, lambda edge: edge.given)]
    if selection.below is not None:
        lines += ["comes into", *_tree(selection.roots, graph.out_of, lambda edge: edge.made)]
    return "\n".join(lines) + "\n"


def _tree(
    roots: tuple[Field, ...],
    step: Callable[[Field], tuple[Edge, ...]],
    next_of: Callable[[Edge], Field],
) -> Iterator[str]:
    shown: set[Field] = set()

    def below(field: Field, depth: int) -> Iterator[str]:
        for edge in step(field):
            other = next_of(edge)
            again = " ..." if other in shown and step(other) else ""
            how = "reads it" if edge.made.kind == "exposure" else WORDS[edge.effect]
            yield from _indented(f"{other.kind} {other}:", f"{how}{again}", depth)
            if other not in shown:
                shown.add(other)
                yield from below(other, depth + 1)

    for root in roots:
        again = " ..." if root in shown and step(root) else ""
        yield f"  {root.kind} {root}{again}"
        if root not in shown:
            shown.add(root)
            yield from below(root, 2)


def _indented(field: str, how: str, depth: int) -> Iterator[str]:
    """A field and how it comes here: in the next line if there is no room beside it."""
    indent = "  " * depth
    if len(indent) + len(field) + 1 + len(how) <= 80:
        yield f"{indent}{field} {how}"
    else:
        yield f"{indent}{field}"
        yield f"{indent}    {how}"
