"""A trace as text and as data."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from alignc.errors import Span
from alignc.ir.lineage import Edge, Field
from alignc.ir.module import Module
from alignc.lineage.data import field_json
from alignc.lineage.text import WORDS
from alignc.paths import Paths, from_here, from_repository
from alignc.trace.command import Trace
from alignc.trace.definitions import Definition

# As many lines of a definition are shown.
_LONGEST = 8

_STATES = {
    "edited": "the file was edited by hand; `alignc check` shows the difference",
    "out of date": "the file is out of date: the definitions have changed since it was written",
}


def trace_text(trace: Trace) -> str:
    """The line, its definitions with their text, and what the first one comes from."""
    return "\n".join(_lines(trace, from_here(trace.root))) + "\n"


def _lines(trace: Trace, paths: Paths) -> Iterator[str]:
    made = trace.made
    yield f"{paths.of(trace.file)}:{trace.line}"
    yield f"    {made.text.strip()}"
    if trace.state != "same":
        yield _STATES[trace.state]
        if not trace.is_found:
            yield "nothing in what is made now tells what this line is about"
    if made.is_boilerplate and trace.is_found:
        yield "no definition makes this line: it is of alignc itself"
    if made.step is not None:
        yield f"step {made.step}"
    if made.is_boilerplate and made.definitions:
        yield "the file is made by"
    for definition in made.definitions:
        yield ""
        yield _title(definition)
        yield from _excerpt(paths, definition.span)
    if trace.causes:
        yield ""
        yield "comes from"
        first = made.definitions[0].field
        assert first is not None
        yield from _tree(trace, first, paths)


def _title(definition: Definition) -> str:
    how = f" = {definition.how}" if definition.how else ""
    return f"{definition.kind} {definition.name}{how}"


def _excerpt(paths: Paths, span: Span | None) -> Iterator[str]:
    if span is None:
        return
    yield f"  {paths.at(span)}"
    for number, line in excerpt(paths.root, span):
        yield f"    {number} | {line}".rstrip()


def excerpt(root: Path, span: Span) -> list[tuple[int, str]]:
    """The lines of a definition with their numbers; none if the file cannot be read."""
    try:
        text = (root / span.file).read_text(encoding="utf-8")
        tree = ast.parse(text)
    except (OSError, ValueError, SyntaxError):
        return []
    lines = text.splitlines()
    last = max((_end(node) for node in ast.walk(tree) if _is_at(node, span)), default=span.line)
    shown = range(span.line, min(last, span.line + _LONGEST - 1, len(lines)) + 1)
    return [(number, lines[number - 1]) for number in shown]


def _is_at(node: ast.AST, span: Span) -> bool:
    if not isinstance(node, ast.stmt | ast.expr):
        return False
    return (node.lineno, node.col_offset) == (span.line, span.column - 1)


def _end(node: ast.AST) -> int:
    """The last line of an expression or a statement; of a class its first one."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return node.lineno
    return (isinstance(node, ast.stmt | ast.expr) and node.end_lineno) or 0


def _tree(trace: Trace, root: Field, paths: Paths) -> Iterator[str]:
    shown = {root}
    into: dict[Field, list[Edge]] = {}
    for edge in trace.causes:
        into.setdefault(edge.made, []).append(edge)

    def above(field: Field, depth: int) -> Iterator[str]:
        for edge in into.get(field, ()):
            given = edge.given
            again = " ..." if given in shown and given in into else ""
            span = place_of(trace.module, given)
            place = f"  [{paths.at(span)}]" if span is not None else ""
            yield f"{'  ' * depth}{given.kind} {given}: {WORDS[edge.effect]}{place}{again}"
            if given not in shown:
                shown.add(given)
                yield from above(given, depth + 1)

    yield from above(root, 1)


def place_of(module: Module, field: Field) -> Span | None:
    """Where a field of the lineage is defined."""
    match field.kind:
        case "source":
            return module.source_by_name[field.owner].span
        case "view":
            return module.view_by_name[field.owner].by_name[field.name].span
        case "contract":
            contract = module.contract_by_name[field.owner]
            named = [(x.prediction, x.span) for x in contract.labels]
            named += [(o.name, o.span) for o in contract.outputs]
            named += [(i.name, i.span) for i in contract.inputs if not field.role]
            return dict(named).get(field.name, contract.span)
        case "exposure":
            return None


def trace_json(trace: Trace) -> dict[str, object]:
    """The trace as plain values; `causes` are the edges of the lineage, the nearest first."""
    paths = from_repository(trace.root)
    return {
        "file": paths.of(trace.file),
        "line": trace.line,
        "text": trace.made.text,
        "state": trace.state,
        "is_found": trace.is_found,
        "is_boilerplate": trace.made.is_boilerplate,
        "step": trace.made.step,
        "definitions": [_definition_json(d, paths) for d in trace.made.definitions],
        "causes": [
            {
                "given": _field_json(trace.module, edge.given, paths),
                "made": _field_json(trace.module, edge.made, paths),
                "effect": edge.effect.value,
            }
            for edge in trace.causes
        ],
    }


def _definition_json(definition: Definition, paths: Paths) -> dict[str, object]:
    lines = excerpt(paths.root, definition.span) if definition.span is not None else []
    return {
        "kind": definition.kind,
        "name": definition.name,
        "how": definition.how,
        "place": _place_json(definition.span, paths),
        "excerpt": [line for _, line in lines],
    }


def _field_json(module: Module, field: Field, paths: Paths) -> dict[str, object]:
    place = _place_json(place_of(module, field), paths)
    return {**field_json(field), "place": place}


def _place_json(span: Span | None, paths: Paths) -> dict[str, object] | None:
    return {"file": paths.of(span.file), "line": span.line, "column": span.column} if span else None
