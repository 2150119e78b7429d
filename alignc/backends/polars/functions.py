"""Functions of users in a Polars program: each once, above `build`, under its own name."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable

from alignc.backends.polars.builder import TOP_LEVEL
from alignc.backends.python.build import call, constant
from alignc.ir.expr import Expr, Udf, walk


def function_call(source: str, inputs: Iterable[str]) -> ast.expr | None:
    """The call of a function with its columns; None for the text of an expression."""
    function = _function(source)
    if function is None:
        return None
    return call(function.name, *(call("pl.col", constant(name)) for name in inputs))


def functions_in(expressions: Iterable[Expr]) -> list[ast.FunctionDef]:
    """The functions that expressions call, by name."""
    found: dict[str, ast.FunctionDef] = {}
    for expression in expressions:
        for part in walk(expression):
            source = part.text_for("polars") if isinstance(part, Udf) else None
            function = _function(source) if source is not None else None
            if function is not None:
                found[function.name] = function
    return [found[name] for name in sorted(found)]


def _function(source: str) -> ast.FunctionDef | None:
    """The function that a text is, under a name that means nothing else in a program."""
    tree = ast.parse(source).body[0]
    if not isinstance(tree, ast.FunctionDef):
        return None
    while tree.name in TOP_LEVEL or hasattr(builtins, tree.name):
        tree.name += "_"
    return tree
