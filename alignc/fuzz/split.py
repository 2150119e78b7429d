"""The rows of a source in two sources, and a view over both parts in place of each view over it."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from alignc.fuzz.varied import Varied, as_before
from alignc.ir.module import Module, Raw, Source, SourceInput, StackInput, View
from alignc.verify.rounding import rebuilt
from alignc.verify.rows import Case


def with_a_split_source(case: Case, draw: Random) -> Varied:
    """Each row of a source in one of two; all views must be as before."""
    module = case.module
    name = draw.choice(sorted({s.name for s in module.sources} & case.sources.keys()))
    frame = case.sources[name]
    where = [draw.randrange(2) for _ in range(frame.height)]
    halves = {
        _part(name, part): frame[[row for row, half in enumerate(where) if half == part]]
        for part in (0, 1)
    }
    source = module.source_by_name[name]
    views: list[View] = []
    for view in module.views:
        views += _over_parts(view) if view.input == SourceInput(source=name) else [view]
    sources: list[Source] = [s for s in module.sources if s.name != name]
    sources += [rebuilt(source, name=half) for half in halves]
    changed = rebuilt(
        module,
        sources=tuple(sorted(sources, key=lambda s: s.name)),
        views=tuple(sorted(views, key=lambda v: v.name)),
    )
    others = {n: rows for n, rows in case.sources.items() if n != name}
    wanted = dict.fromkeys(_names(module), as_before)
    return Varied(
        "split source", replace(case, module=changed, sources={**others, **halves}), wanted
    )


def _names(module: Module) -> list[str]:
    return [v.name for v in module.views] + [c.name for c in module.contracts]


def _part(name: str, part: int) -> str:
    return f"{name} {'ab'[part]}"


def _over_parts(view: View) -> list[View]:
    """The raw features of the view over each part, and the view over both."""
    assert isinstance(view.input, SourceInput)
    source = view.input.source
    parts = [
        rebuilt(
            view,
            name=_part(view.name, part),
            input=SourceInput(source=_part(source, part)),
            ttl=None,
            availability_delay=0,
            tie_breakers=(),
            features=view.raw,
        )
        for part in (0, 1)
    ]
    stack = StackInput(views=tuple(p.name for p in parts), columns=tuple(f.name for f in view.raw))
    features = tuple(
        rebuilt(f, compute=Raw(column=f.name)) if isinstance(f.compute, Raw) else f
        for f in view.features
    )
    return [*parts, rebuilt(view, input=stack, features=features)]
