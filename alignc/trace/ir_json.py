"""What the lines of `ir.json` are about. It is indented by two spaces a level, so that lines show it."""

from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.lineage import Field, predicted
from alignc.ir.module import Contract, Module, View
from alignc.trace.definitions import Definition, of_contract, of_feature, of_source, of_view

# Where the elements of a definition's lists begin and end.
_DEFINITION, _ELEMENT = " " * 4, " " * 8


def definitions_by_line(module: Module, text: str) -> tuple[tuple[Definition, ...], ...]:
    """The definitions of each line, the nearest first; none for what is about the whole project."""
    return tuple(_walked(module, text.removesuffix("\n").split("\n")))


def _walked(module: Module, lines: list[str]) -> Iterator[tuple[Definition, ...]]:
    all_of = {
        '  "sources": [': [(of_source(s), _no_elements()) for s in module.sources],
        '  "views": [': [(of_view(v), _elements_of_view(v)) for v in module.views],
        '  "contracts": [': [(of_contract(c), _elements_of_contract(c)) for c in module.contracts],
    }
    definitions = iter(all_of['  "sources": ['])
    whole: Definition | None = None
    element: Definition | None = None
    elements = _no_elements()
    inside: Iterator[Definition] = iter(())
    for line in lines:
        if line in all_of:
            definitions = iter(all_of[line])
        if line == f"{_DEFINITION}{{":
            whole, elements = next(definitions)
        key = line.removeprefix(" " * 6)
        if whole is not None and key.endswith('": [') and not key.startswith(" "):
            inside = iter(elements.get(key[1:-4], ()))
        if line == f"{_ELEMENT}{{":
            element = next(inside, None)
        yield tuple(d for d in (element, whole) if d is not None)
        if line.rstrip(",") == f"{_ELEMENT}}}":
            element = None
        if line.rstrip(",") == f"{_DEFINITION}}}":
            whole = None


_Elements = dict[str, list[Definition]]


def _no_elements() -> _Elements:
    return {}


def _elements_of_view(view: View) -> _Elements:
    return {"features": [of_feature(view, feature) for feature in view.features]}


def _elements_of_contract(contract: Contract) -> _Elements:
    inputs = [(i.span, Field("contract", contract.name, i.name)) for i in contract.inputs]
    labels = [(x.span, predicted(contract, x.prediction)) for x in contract.labels]
    rankings = [(x.span or contract.span, predicted(contract, x.output)) for x in contract.rankings]
    clusterings = [
        (x.span or contract.span, predicted(contract, x.output)) for x in contract.clusterings
    ]
    outputs = [(o.span, predicted(contract, o.name)) for o in contract.outputs]
    return {
        "inputs": [Definition("input", f.symbol, span, field=f) for span, f in inputs],
        "labels": [Definition("label", f.symbol, span, field=f) for span, f in labels],
        "rankings": [Definition("output", f.symbol, span, field=f) for span, f in rankings],
        "clusterings": [Definition("output", f.symbol, span, field=f) for span, f in clusterings],
        "outputs": [Definition("output", f.symbol, span, field=f) for span, f in outputs],
    }
