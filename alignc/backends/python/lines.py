"""What the lines of a Python program are about: the text is read again, and its statements are counted.

In a statement of `build` a line belongs to the outermost expression that begins a line and gives a
column its name: `X.alias("name")`, `Column("name", ...)`, `"name": X`, or the name alone.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence

from alignc.backends.part import Part, Parts


def parts_of(text: str, name: str, steps: Sequence[str], entity_rows: str | None) -> Parts:
    """What each line of the program `name` is about; `steps` are those of the statements of `build`.

    `entity_rows` is the step that reads the entity rows, if there is one.
    """
    lines = text.removesuffix("\n").split("\n")
    found: list[Part | None] = [None] * len(lines)
    for statement in ast.parse(text).body:
        match statement:
            case ast.Expr(value=ast.Constant(value=str())):
                _set(found, statement.lineno, statement.end_lineno, Part("program", name))
            case ast.AnnAssign(target=ast.Name(id="SOURCES"), value=ast.Dict() as value):
                for key, item in zip(value.keys, value.values, strict=True):
                    assert isinstance(key, ast.Constant)
                    _set(found, key.lineno, item.end_lineno, Part("source", str(key.value)))
            case ast.FunctionDef(name="build", body=body):
                for node, step in zip(body, steps, strict=True):
                    _in_step(found, node, step, lines)
            case ast.FunctionDef(name="read_entities") if entity_rows is not None:
                for inner in ast.walk(statement):
                    if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.List):
                        _in_step(found, inner, entity_rows, lines)
            case ast.FunctionDef():
                part = Part("function", statement.name)
                _set(found, statement.lineno, statement.end_lineno, part)
            case _:
                pass
    _comments(found, text)
    return tuple(found)


def _in_step(found: list[Part | None], node: ast.stmt, step: str, lines: Sequence[str]) -> None:
    _set(found, node.lineno, node.end_lineno, Part("step", step))
    for first, last, column in _columns(node, lines):
        if first > node.lineno:
            _set(found, first, last, Part("step", step, column))


def _set(found: list[Part | None], first: int, last: int | None, part: Part) -> None:
    for line in range(first, (last or first) + 1):
        found[line - 1] = part


def _columns(node: ast.AST, lines: Sequence[str]) -> Iterator[tuple[int, int | None, str]]:
    """The outermost expressions of a tree that name a column and begin a line."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Dict):
            yield from _in_dict(child, lines)
            continue
        name = _named(child)
        if name is not None and isinstance(child, ast.expr) and _begins_a_line(child, lines):
            yield child.lineno, child.end_lineno, name
        else:
            yield from _columns(child, lines)


def _in_dict(node: ast.Dict, lines: Sequence[str]) -> Iterator[tuple[int, int | None, str]]:
    for key, value in zip(node.keys, node.values, strict=True):
        name = _named(key) if key is not None else None
        if key is not None and name is not None and _begins_a_line(key, lines):
            yield key.lineno, value.end_lineno, name
        else:
            yield from _columns(value, lines)


def _named(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=str(name)):
            return name
        case ast.Call(func=ast.Attribute(attr="alias"), args=[ast.Constant(value=str(name))]):
            return name
        case ast.Call(func=ast.Name(id="Column"), args=[ast.Constant(value=str(name)), *_]):
            return name
        case _:
            return None


def _begins_a_line(node: ast.expr, lines: Sequence[str]) -> bool:
    before = lines[node.lineno - 1].encode()[: node.col_offset]
    return not before.strip()


def _comments(found: list[Part | None], text: str) -> None:
    """A comment on a line of its own is about what follows it in its block."""
    tokens = tokenize.generate_tokens(io.StringIO(text, newline="").readline)
    alone = [t.start[0] for t in tokens if t.type == tokenize.COMMENT and t.line.lstrip()[0] == "#"]
    for line in reversed(alone):
        if line < len(found):
            found[line - 1] = found[line]
