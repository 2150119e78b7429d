"""Rows of models that read each other's predictions, and of features that are made of features."""

from __future__ import annotations

from collections.abc import Mapping

from alignc.ir.lineage import Effect, Field, Lineage
from alignc.ir.module import Contract, Module, Raw


def models_read(module: Module, lineage: Lineage) -> Mapping[str, tuple[str, ...]]:
    """By contract: those whose stored predictions come into its inputs, through no third one."""
    return {contract.name: _read_by(contract, lineage) for contract in module.contracts}


def _read_by(contract: Contract, lineage: Lineage) -> tuple[str, ...]:
    ahead = [Field("view", used.view, used.feature) for used in contract.inputs]
    seen, found = set(ahead), dict[str, None]()
    while ahead:
        for edge in lineage.into(ahead.pop()):
            if edge.given.kind == "contract":
                found.setdefault(edge.given.owner)
            elif edge.given not in seen and edge.effect is not Effect.JOIN:
                seen.add(edge.given)
                ahead.append(edge.given)
    return tuple(found)


def longest_chains(read: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """By model: the longest row of models that ends with it, the first one first.

    A model of a loop, and what is behind one, begins anew.
    """
    found: dict[str, tuple[str, ...]] = {}
    waiting = dict(read)
    while waiting:
        ready = [name for name, before in waiting.items() if all(b in found for b in before)]
        for name in ready or list(waiting):
            rows = [found[before] for before in waiting.pop(name) if before in found]
            found[name] = (*max(rows if ready else [], key=len, default=()), name)
    return found


def cycles(read: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Loops of models, each model in one at most; the one whose name is first begins."""
    found: list[tuple[str, ...]] = []
    told: set[str] = set()
    for name in sorted(read):
        way = _way_back(read, name)
        if way is not None and not told & set(way):
            found.append(way)
            told |= set(way)
    return found


def _way_back(read: Mapping[str, tuple[str, ...]], name: str) -> tuple[str, ...] | None:
    """The shortest row of models from one to itself, each of which the next one reads."""
    rows: list[tuple[str, ...]] = [(name,)]
    seen = {name}
    while rows:
        row = rows.pop(0)
        if name in read[row[0]]:
            return (name, *row[:-1]) if len(row) > 1 else (name,)
        for before in read[row[0]]:
            if before not in seen:
                seen.add(before)
                rows.append((before, *row))
    return None


def ways_down(module: Module, lineage: Lineage) -> Mapping[Field, tuple[Field, ...]]:
    """By feature: the longest row of computed features from it down, itself among them.

    A feature that is read as it is, from a source or another view, is none.
    """
    computed = {
        Field("view", view.name, feature.name)
        for view in module.views
        for feature in view.features
        if not isinstance(feature.compute, Raw)
    }
    below: dict[Field, list[Field]] = {}
    for edge in lineage.edges:
        if edge.effect.is_direct and edge.given.kind == edge.made.kind == "view":
            below.setdefault(edge.made, []).append(edge.given)
    found: dict[Field, tuple[Field, ...]] = {}
    # Each feature after those that it is made of, without recursion: rows can be long.
    for root in computed | below.keys():
        ahead = [root]
        while ahead:
            field = ahead[-1]
            made_of = below.get(field, [])
            missing = [one for one in made_of if one not in found]
            if missing and field not in found:
                ahead += missing
                continue
            longest = max((found[one] for one in made_of), key=len, default=())
            found[field] = (field, *longest) if field in computed else longest
            ahead.pop()
    return found
