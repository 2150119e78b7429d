"""The plain ways to break a line: a bracket with one element a line, a chain with one call a line.

    x = f(a, b)      becomes      x = f(            y = a.b().c().d()      becomes      y = (
                                      a,                                                    a.b()
                                      b,                                                    .c()
                                  )                                                         .d()
                                                                                        )

Most statements of a program are like that, and the layout engine of `doc` gives the same text for
many times the work. It is still asked for what is neither.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from alignc.backends.doc import Line, print_doc, text_width
from alignc.backends.python.flat import Commented, HasComment, flat_expression
from alignc.backends.python.layout import comment_text, element_doc


def exploded_value(prefix: str, node: ast.expr, *, indent: int, width: int) -> str | None:
    """A statement that ends in `node` and does not fit on one line; None if neither way is right.

    `prefix` is what is before the value. Only the first line lacks its margin.
    """
    links = _links(node)
    if len(links) < 2:
        return _bracket_of(prefix, node, indent, width)
    if len(links) == 2:
        return None
    flat = _flat(node)
    inner = indent + 1
    if flat is None or text_width(flat) + 4 * inner > width:
        flat = _chain(links, inner, width, last=width)
    return None if flat is None else f"{prefix}(\n{_margin(inner)}{flat}\n{_margin(indent)})"


def exploded_element(prefix: str, node: ast.expr, *, indent: int, width: int) -> str | None:
    """An element of a bracket that does not fit on one line, without the comma after it."""
    links = _links(node)
    if len(links) < 2:
        return _bracket_of(prefix, node, indent, width)
    if len(links) == 2 or prefix:
        return None
    return _chain(links, indent, width, last=width - 1)


@dataclass(frozen=True)
class _Link:
    """A call of a chain: `a.b(...)` at its start, `.c(...)` further on."""

    head: str
    call: ast.Call


def _links(node: ast.expr) -> list[_Link]:
    """The calls of a chain over a dotted name, none if it is something else."""
    links: list[_Link] = []
    while isinstance(node, ast.Call):
        names: list[str] = []
        value = node.func
        while isinstance(value, ast.Attribute):
            names.append(value.attr)
            value = value.value
        if isinstance(value, ast.Name):
            links.append(_Link(".".join([value.id, *reversed(names)]), node))
            return links[::-1]
        if not names:
            return []
        links.append(_Link("." + ".".join(reversed(names)), node))
        node = value
    return []


def _chain(links: list[_Link], indent: int, width: int, *, last: int) -> str | None:
    """One call a line; the last line ends before `last`."""
    lines: list[str] = []
    for link in links:
        limit = last if link is links[-1] else width
        try:
            arguments = [label + flat_expression(value) for label, value in _arguments(link.call)]
            text: str | None = f"{link.head}({', '.join(arguments)})"
        except HasComment:
            text = None
        if text is None or text_width(text) + 4 * indent > limit:
            text = _bracket(f"{link.head}(", _arguments(link.call), ")", indent, width)
        if text is None:
            return None
        lines.append(text)
    return f"\n{_margin(indent)}".join(lines)


def _bracket_of(prefix: str, node: ast.expr, indent: int, width: int) -> str | None:
    if isinstance(node, ast.List):
        return _bracket(f"{prefix}[", (("", e) for e in node.elts), "]", indent, width)
    links = _links(node)
    if len(links) != 1:
        return None
    (link,) = links
    return _bracket(f"{prefix}{link.head}(", _arguments(link.call), ")", indent, width)


def _bracket(
    head: str, elements: Iterable[tuple[str, ast.expr]], tail: str, indent: int, width: int
) -> str | None:
    # A head that does not fit itself may want parentheses around the whole.
    if text_width(head) + 4 * indent >= width:
        return None
    inner = _margin(indent + 1)
    lines = [head]
    for label, element in elements:
        while isinstance(element, Commented):
            lines += (inner + comment_text(line) for line in element.lines)
            element = element.value
        lines.append(f"{inner}{_element(label, element, indent + 1, width)},")
    if len(lines) == 1:
        return None
    lines.append(_margin(indent) + tail)
    return "\n".join(lines)


def _arguments(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    for argument in node.args:
        yield "", argument
    for keyword in node.keywords:
        yield f"{keyword.arg}=" if keyword.arg else "**", keyword.value


def _element(label: str, node: ast.expr, indent: int, width: int) -> str:
    flat = _flat(node)
    if flat is not None and text_width(label) + text_width(flat) + 4 * indent < width:
        return label + flat
    text = exploded_element(label, node, indent=indent, width=width)
    if text is not None:
        return text
    document = [element_doc(node, label), ",", Line.HARD]
    return print_doc(document, width=width, indent=4 * indent).rstrip().removesuffix(",")


def _flat(node: ast.expr) -> str | None:
    try:
        return flat_expression(node)
    except HasComment:
        return None


def _margin(indent: int) -> str:
    return " " * (4 * indent)
