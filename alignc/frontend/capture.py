"""Where in the user's files something was written, and as what text.

Every feature and expression asks `here()` when it is made. The loader compiles definition files
under their repo-relative names, so the place needs no further translation.
"""

from __future__ import annotations

import ast
import linecache
import sys
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from types import CodeType, FrameType

from alignc.errors import DefinitionError, Diagnostic, Diagnostics, Span

_PACKAGE = str(Path(__file__).resolve().parent)

# Mistakes found while definitions are evaluated; set by the loader.
_found: ContextVar[Diagnostics | None] = ContextVar("found", default=None)
# The text of the definition files by the name they were compiled under; set by the loader.
_texts: ContextVar[dict[str, str] | None] = ContextVar("texts", default=None)


def report(code: str, message: str, span: Span | None, hint: str | None = None) -> None:
    """Remember a mistake for the end of the loading; outside of a load it is raised at once."""
    found = _found.get()
    if found is None:
        raise DefinitionError([Diagnostic(code, message, span, hint)])
    found.add(code, message, span, hint)


@cache
def _positions(code: CodeType) -> list[tuple[int | None, int | None, int | None, int | None]]:
    return list(code.co_positions())


def _user_frame() -> FrameType:
    frame = sys._getframe(1)
    while frame.f_code.co_filename.startswith(_PACKAGE) and frame.f_back is not None:
        frame = frame.f_back
    return frame


def here() -> Span:
    """The place of the expression in the user's file that is being evaluated."""
    frame = _user_frame()
    line, _, column, _ = _positions(frame.f_code)[frame.f_lasti // 2]
    return Span(frame.f_code.co_filename, line or frame.f_lineno, (column or 0) + 1)


def checked_text(what: str, given: object) -> str:
    """A text that somebody has given; ALN104 if it is something else."""
    if isinstance(given, str):
        return given
    report("ALN104", f"`{what}` is a text, not of the type {type(given).__name__}", here())
    return ""


def a_type(given: object) -> str:
    """The type of what somebody has given, with its article.

    >>> a_type(3), a_type("x")
    ('an int', 'a str')
    """
    name = type(given).__name__
    return f"{'an' if name[0] in 'aeiouAEIO' else 'a'} {name}"


def text_of(file: str) -> str:
    """The source text of a definition file, empty if it cannot be had."""
    texts = _texts.get() or {}
    return texts[file] if file in texts else "".join(linecache.getlines(file))


def call_here() -> ast.Call | None:
    """The call that is being evaluated in the user's file, as a syntax tree."""
    frame = _user_frame()
    _, end_line, _, end_column = _positions(frame.f_code)[frame.f_lasti // 2]
    calls = _calls_by_end(text_of(frame.f_code.co_filename))
    return calls.get((end_line or 0, end_column or 0))


FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def function_node(function: object) -> tuple[FunctionNode, str] | None:
    """The statement or the lambda that made a function, and its file."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return None
    for node in ast.walk(_tree(text_of(code.co_filename))):
        match node:
            case ast.Lambda() if code.co_name == "<lambda>":
                is_it = _is_code_of(node, code)
            case ast.FunctionDef() | ast.AsyncFunctionDef() if node.name == code.co_name:
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                is_it = first == code.co_firstlineno
            case _:
                continue
        if is_it:
            return node, code.co_filename
    return None


def _is_code_of(node: ast.Lambda, code: CodeType) -> bool:
    """Whether the code is that of the lambda: of several on a line the place of its value decides."""
    body = node.body
    value = (body.lineno, body.end_lineno, body.col_offset, body.end_col_offset)
    return node.lineno == code.co_firstlineno and value in _positions(code)


@cache
def _tree(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def _calls_by_end(text: str) -> dict[tuple[int, int], ast.Call]:
    # Of calls that end in the same place the outermost comes first and is kept.
    calls: dict[tuple[int, int], ast.Call] = {}
    for node in ast.walk(_tree(text)):
        if isinstance(node, ast.Call):
            calls.setdefault((node.end_lineno or 0, node.end_col_offset or 0), node)
    return calls


@cache
def _classes(text: str) -> dict[str, list[ast.ClassDef]]:
    found: dict[str, list[ast.ClassDef]] = {}
    for node in ast.walk(_tree(text)):
        if isinstance(node, ast.ClassDef):
            found.setdefault(node.name, []).append(node)
    return found


def class_place(name: str, span: Span) -> tuple[Span, dict[str, Span]]:
    """The place of a class statement and of the names assigned in its body.

    `span` is any place in its decorators or its first line.
    """
    for node in _classes(text_of(span.file)).get(name, []):
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        if first <= span.line <= node.body[0].lineno:
            return Span(span.file, node.lineno, node.col_offset + 1), _assigned(node, span.file)
    return span, {}


def _assigned(node: ast.ClassDef, file: str) -> dict[str, Span]:
    places: dict[str, Span] = {}
    for statement in node.body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        elif isinstance(statement, ast.FunctionDef):
            places[statement.name] = Span(file, statement.lineno, statement.col_offset + 1)
        for target in targets:
            for name in ast.walk(target):
                if isinstance(name, ast.Name):
                    places[name.id] = Span(file, name.lineno, name.col_offset + 1)
    return places
