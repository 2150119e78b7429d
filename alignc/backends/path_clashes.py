"""Files of two definitions that would be at one path, where one would overwrite the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from alignc.backends.output import Output
from alignc.errors import Diagnostics, Span
from alignc.ir.module import Module


def check_paths(outputs: Iterable[Output], module: Module) -> None:
    """DefinitionError if two files have one path: names that differ in case only are one on some systems."""
    found, seen = Diagnostics(), dict[str, Output]()
    told: set[str] = set()
    spans = _spans(module)
    for output in outputs:
        other = seen.setdefault(output.path.casefold(), output)
        about = output.symbols[0]
        if other is output or about in told:
            continue
        told.add(about)
        found.add(
            "ALN305",
            f"{_said(about)} would overwrite `{other.path}`, a file of {_said(other.symbols[0])}",
            spans.get(about),
            "rename one: some systems know no difference of case, and `__` comes before what a file is for",
        )
    found.raise_if_any()


def _said(symbol: str) -> str:
    kind, _, name = symbol.partition(":")
    return f"{'contract' if kind == 'dataset' else kind} `{name}`" if name else "the project"


def _spans(module: Module) -> Mapping[str, Span | None]:
    return {
        **{f"view:{view.name}": view.span for view in module.views},
        **{f"dataset:{contract.name}": contract.span for contract in module.contracts},
    }
